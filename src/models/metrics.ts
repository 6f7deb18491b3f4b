import { show } from '../core/checks.js';
import { argmax } from '../ops/argmax.js';
import { abs } from '../ops/abs.js';
import { cast } from '../ops/cast.js';
import { equal } from '../ops/equal.js';
import { greater } from '../ops/greater.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkScalar } from './objective.js';

/** A metric of one's own: a scalar from predictions and targets of a batch, averaged over rows. */
export interface CustomMetric {
  readonly name: string;
  readonly compute: (prediction: Tensor, target: Tensor) => Tensor;
}

/** `'accuracy'`: largest class, or 0.5 as threshold for a single output. */
export type Metric = 'accuracy' | 'meanSquaredError' | 'meanAbsoluteError' | CustomMetric;

/** Share of rows whose class is right. Targets are class indices, one-hot rows, or 0/1 for a single output. */
function accuracy(prediction: Tensor, target: Tensor): Tensor {
  const classes = prediction.shape.at(-1) ?? 1;
  if (classes === 1)
    return mean(equal(greater(prediction, 0.5), greater(target.dtype === 'i32' ? cast(target, 'f32') : target, 0.5)));
  const labels = target.dtype === 'i32' ? target : argmax(target, -1);
  return mean(equal(argmax(prediction, -1), labels));
}

const values: Readonly<Record<Extract<Metric, string>, CustomMetric['compute']>> = {
  accuracy,
  meanSquaredError: (prediction, target) => mean(square(sub(prediction, target))),
  meanAbsoluteError: (prediction, target) => mean(abs(sub(prediction, target))),
};

/** Entries of a log that are no metrics. */
const taken = ['loss', 'epoch', 'learningRate', 'seconds', 'samplesPerSecond'];

function resolveMetric(where: string, metric: unknown): CustomMetric {
  if (metric === 'accuracy' || metric === 'meanSquaredError' || metric === 'meanAbsoluteError')
    return { name: metric, compute: values[metric] };
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

/** A metric's value on a batch. @throws ShapeError, TypeError when it is no scalar */
export function measure({ name, compute }: CustomMetric, prediction: Tensor, target: Tensor): Tensor {
  return checkScalar(name, 'the metric', compute(prediction, target));
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
