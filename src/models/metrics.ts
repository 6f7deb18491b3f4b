import { refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import { validFactor } from '../losses/masked.js';
import { mean } from '../losses/terms.js';
import { add } from '../ops/add.js';
import { argmax } from '../ops/argmax.js';
import { cast } from '../ops/cast.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { maskSteps } from '../ops/sequence.js';
import { sub } from '../ops/sub.js';
import { checkDType } from '../ops/support/operands.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { checkScalar, libraryLoss } from './inputs.js';
import type { Network } from './network.js';
import type { LossOption } from './several/ports.js';

/** A custom metric: a scalar from predictions and targets of a batch, averaged over rows. */
export interface CustomMetric {
  /** Its name in logs. */
  readonly name: string;
  readonly compute: (prediction: Tensor, target: Tensor) => Tensor;
}

/**
 * `'accuracy'`: largest class, or 0.5 as threshold for a single output; 0 where the loss is
 * `binaryCrossEntropy({ fromLogits: true })`.
 */
export type MetricOfOne = 'accuracy' | 'meanSquaredError' | 'meanAbsoluteError' | CustomMetric;

/**
 * A metric on one output of a model with several, by its position or name. In logs its name is `output0Accuracy` for a
 * position and `kindAccuracy` for a name.
 */
export interface MetricOfOutput {
  readonly output: number | string;
  readonly metric: MetricOfOne;
}

/** A metric of the whole prediction, in which several outputs lie side by side in rows, or of one output. */
export type Metric = MetricOfOne | MetricOfOutput;

/** A metric's name in logs. */
export function metricName(metric: Metric): string {
  if (typeof metric === 'string') return metric;
  if (!('output' in metric)) return metric.name;
  return nameOnOutput(metric.output, metricName(metric.metric));
}

/** The name in logs of a metric on one output. */
export function nameOnOutput(output: number | string, name: string): string {
  return `${typeof output === 'number' ? `output${output}` : output}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The function of a metric. Targets may be class indices, too (see `LabelLoss`). */
interface LabelMetric extends Omit<CustomMetric, 'compute'> {
  compute(prediction: Tensor, target: Tensor<DType>): Tensor;
}

/** A metric of the library: the mean of its values for every row or element. */
interface NamedMetric extends LabelMetric {
  readonly terms: (prediction: Tensor, target: Tensor<DType>) => Tensor;
}

const floats = (x: Tensor<DType>): Tensor => (hasDType(x, 'f32') ? x : cast(x, 'f32'));

/** 1 where two whole numbers are equal, else 0. */
function agreement<D extends DType>(a: Tensor<D>, b: Tensor<D>): Tensor {
  const real = floats(sub(a, b));
  return relu(sub(1, mul(real, real)));
}

/** 1 above the threshold, else 0. Values within 2^-25 of a half equal it in f32. */
function isAbove(x: Tensor<DType>, threshold: number): Tensor {
  const steep = mul(sub(floats(x), threshold), 2 ** 120);
  return sub(1, relu(sub(1, relu(steep)))); // clipped to [0, 1]
}

type Terms = (prediction: Tensor, target: Tensor<DType>, threshold: number) => Tensor;

/** 1 for rows whose class is correct. Targets are class indices, one-hot rows, or 0/1 for a single output. */
function accuracy(prediction: Tensor, target: Tensor<DType>, threshold: number): Tensor {
  if ((prediction.shape.at(-1) ?? 1) === 1) return agreement(isAbove(prediction, threshold), isAbove(target, 0.5));
  return agreement(argmax(prediction, -1), hasDType(target, 'f32') ? argmax(target, -1) : target);
}

/** The value of each of the library's metrics for every row or element. Larger is better only for accuracy. */
const terms: Readonly<Record<Extract<MetricOfOne, string>, Terms>> = {
  accuracy,
  meanSquaredError: (prediction, target) => {
    const error = sub(prediction, checkDType('meanSquaredError', target, 'f32'));
    return mul(error, error);
  },
  meanAbsoluteError: (prediction, target) => {
    const error = sub(prediction, checkDType('meanAbsoluteError', target, 'f32'));
    return add(relu(error), relu(mul(error, -1)));
  },
};

/** Whether larger ('max') or smaller ('min') values are better, for the name of the loss or a library metric in a log. */
export function usualMode(name: string): 'min' | 'max' {
  return /accuracy$/i.test(name) ? 'max' : 'min';
}

/** Whether a metric is the library's, with or without an output. Of others it is unknown whether larger is better. */
export function isOwn(metric: Metric | undefined): boolean {
  return typeof (typeof metric === 'object' && 'output' in metric ? metric.metric : metric) === 'string';
}

/** Entries of a log that are not metrics. */
const taken = ['loss', 'epoch', 'learningRate', 'seconds', 'samplesPerSecond'];

/** Whether a metric is one of the library. */
function isNamed(metric: LabelMetric): metric is NamedMetric {
  return 'terms' in metric;
}

/** The first of loss and metrics that takes no class indices, as messages call it. */
export function exactingOf(loss: LossOption, metrics: readonly LabelMetric[]): string | undefined {
  const kind = libraryLoss(loss)?.kind ?? 'crossEntropy';
  if (kind !== 'crossEntropy') return kind;
  return metrics.find((metric) => isNamed(metric) && usualMode(metric.name) === 'min')?.name;
}

function resolveMetric(where: string, metric: unknown, loss: LossOption | undefined): CustomMetric {
  const [found] = Object.entries(terms).filter(([name]) => name === metric);
  if (found) {
    const [name, own] = found;
    const threshold = libraryLoss(loss)?.fromLogits ? 0 : 0.5; // a half is sigmoid(0)
    const named: NamedMetric = {
      name,
      terms: (prediction, target) => own(prediction, target, threshold),
      compute: (prediction, target) => mean(named.terms(prediction, target)),
    };
    return named;
  }
  if (isCustom(metric)) return metric;
  const names = Object.keys(terms).map(show).join(', ');
  refuse(TypeError, where, `a metric to be ${names} or { name, compute }`, show(metric));
}

function isCustom(metric: unknown): metric is CustomMetric {
  if (typeof metric !== 'object' || metric === null || !('compute' in metric) || !('name' in metric)) return false;
  return typeof metric.compute === 'function' && typeof metric.name === 'string';
}

/**
 * A metric's value on a batch. With lengths, only valid steps count, and a custom metric is given 0 for prediction and
 * target past them.
 */
function measure(
  metric: LabelMetric,
  prediction: Tensor,
  target: Tensor<DType>,
  lengths: Tensor<'i32'> | undefined,
): Tensor {
  if (!lengths) return metric.compute(prediction, target);
  if (!isNamed(metric)) return metric.compute(maskSteps(prediction, lengths), maskSteps(target, lengths));
  const valid = maskSteps(metric.terms(prediction, target), lengths);
  return mul(mean(valid), validFactor(lengths, prediction.shape[1] ?? 1));
}

/**
 * Writes the metrics into the cells after the loss. `predictionOf` makes the prediction from the output of the
 * objective's layers. @throws ShapeError, TypeError when a metric is not a scalar
 */
export function emitMetrics(
  metrics: readonly CustomMetric[],
  predictionOf: (output: Tensor) => Tensor,
  output: Tensor,
  target: Tensor<DType>,
  lengths: Tensor<'i32'> | undefined,
  results: Tensor,
): void {
  if (metrics.length === 0) return;
  const prediction = predictionOf(output);
  metrics.forEach((metric, i) => {
    const value = checkScalar(metric.name, 'the metric', measure(metric, prediction, target, lengths));
    call(kernels.copyBytes, value.pointer(), results.pointer() + 4 * (i + 1), 4);
  });
}

/** Checks a metrics option: known metrics with distinct names. */
export function resolveMetrics(
  where: string,
  { ports }: Network,
  { metrics, loss }: { readonly metrics?: readonly Metric[] | undefined; readonly loss: LossOption },
): CustomMetric[] {
  const given: unknown = metrics;
  if (given !== undefined && !Array.isArray(given)) refuse(TypeError, where, 'metrics to be an array', show(metrics));
  const resolve = (metric: unknown, its: LossOption | undefined): CustomMetric => resolveMetric(where, metric, its);
  const resolved = Array.from(metrics ?? [], (metric) =>
    ports ? ports.metric(where, metric, loss, resolve) : resolve(metric, loss),
  );
  const names = new Set(taken);
  for (const { name } of resolved) {
    if (names.has(name)) refuse(RangeError, where, 'metrics of distinct names', `'${name}' twice`);
    names.add(name);
  }
  return resolved;
}
