import { show } from '../core/checks.js';
import { validFactor } from '../losses/masked.js';
import { argmax } from '../ops/argmax.js';
import { abs } from '../ops/abs.js';
import { cast } from '../ops/cast.js';
import { equal } from '../ops/equal.js';
import { greater } from '../ops/greater.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { mul } from '../ops/mul.js';
import { maskSteps } from '../ops/sequence.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkScalar } from './objective.js';

/** A metric of one's own: a scalar from predictions and targets of a batch, averaged over rows. */
export interface CustomMetric {
  readonly name: string;
  readonly compute: (prediction: Tensor, target: Tensor) => Tensor;
}

/** `'accuracy'`: largest class, or 0.5 as threshold for a single output. */
export type Metric = 'accuracy' | 'meanSquaredError' | 'meanAbsoluteError' | CustomMetric;

/** A metric of the library's: the mean of what it gives for every row or element. */
interface NamedMetric extends CustomMetric {
  readonly terms: (prediction: Tensor, target: Tensor) => Tensor;
}

/** 1 for rows whose class is right. Targets are class indices, one-hot rows, or 0/1 for a single output. */
function accuracy(prediction: Tensor, target: Tensor): Tensor {
  const classes = prediction.shape.at(-1) ?? 1;
  if (classes === 1)
    return equal(greater(prediction, 0.5), greater(target.dtype === 'i32' ? cast(target, 'f32') : target, 0.5));
  const labels = target.dtype === 'i32' ? target : argmax(target, -1);
  return equal(argmax(prediction, -1), labels);
}

const values: Readonly<Record<Extract<Metric, string>, NamedMetric['terms']>> = {
  accuracy,
  meanSquaredError: (prediction, target) => square(sub(prediction, target)),
  meanAbsoluteError: (prediction, target) => abs(sub(prediction, target)),
};

/** Entries of a log that are no metrics. */
const taken = ['loss', 'epoch', 'learningRate', 'seconds', 'samplesPerSecond'];

function namedMetric(name: keyof typeof values): NamedMetric {
  const terms = values[name];
  return { name, terms, compute: (prediction, target) => mean(terms(prediction, target)) };
}

/** Whether a metric is the library's own. */
export function isNamed(metric: CustomMetric): metric is NamedMetric {
  return 'terms' in metric;
}

function resolveMetric(where: string, metric: unknown): CustomMetric {
  if (metric === 'accuracy' || metric === 'meanSquaredError' || metric === 'meanAbsoluteError')
    return namedMetric(metric);
  if (isCustom(metric)) return metric;
  throw new TypeError(
    `${where}: expected a metric to be 'accuracy', 'meanSquaredError', 'meanAbsoluteError' or { name, compute }, got ${show(metric)}`,
  );
}

function isCustom(metric: unknown): metric is CustomMetric {
  if (typeof metric !== 'object' || metric === null) return false;
  return (
    'compute' in metric && typeof metric.compute === 'function' && 'name' in metric && typeof metric.name === 'string'
  );
}

/**
 * A metric's value on a batch; with lengths over the valid steps alone, where one of the user's own sees prediction and
 * target 0 past them.
 * @throws ShapeError, TypeError when it is no scalar
 */
export function measure(metric: CustomMetric, prediction: Tensor, target: Tensor, lengths: Tensor | undefined): Tensor {
  const { name, compute } = metric;
  const value = (): Tensor => {
    if (!lengths) return compute(prediction, target);
    if (!isNamed(metric)) return compute(maskSteps(prediction, lengths), maskSteps(target, lengths));
    const terms = maskSteps(metric.terms(prediction, target), lengths);
    return mul(mean(terms), validFactor(lengths, prediction.shape[1] ?? 1));
  };
  return checkScalar(name, 'the metric', value());
}

/** Checks a metrics option: known metrics, each under a name of its own. */
export function resolveMetrics(where: string, metrics: readonly Metric[] | undefined): CustomMetric[] {
  const given: unknown = metrics;
  if (given !== undefined && !Array.isArray(given))
    throw new TypeError(`${where}: expected metrics to be an array, got ${show(metrics)}`);
  const resolved = (metrics ?? []).map((metric) => resolveMetric(where, metric));
  const names = new Set(taken);
  for (const { name } of resolved) {
    if (names.has(name)) throw new RangeError(`${where}: expected metrics of distinct names, got '${name}' twice`);
    names.add(name);
  }
  return resolved;
}
