import { refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import { isNamed as isLibraryLoss } from '../losses/loss.js';
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
import { checkScalar } from './inputs.js';
import type { Network } from './network.js';
import type { LossOption } from './ports.js';

/** A metric of your own: a scalar from predictions and targets of a batch, averaged over rows. */
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

/** A metric as it is called: with class indices as targets, too (see `LabelLoss`). */
interface LabelMetric extends Omit<CustomMetric, 'compute'> {
  compute(prediction: Tensor, target: Tensor<DType>): Tensor;
}

/** A metric of the library: the mean of what it gives for every row or element. */
interface NamedMetric extends LabelMetric {
  readonly terms: (prediction: Tensor, target: Tensor<DType>) => Tensor;
}

const floats = (x: Tensor<DType>): Tensor => (hasDType(x, 'f32') ? x : cast(x, 'f32'));

/** 1 where two numbers are the same, whole numbers or 0 and 1; 0 elsewhere. */
function agreement<D extends DType>(a: Tensor<D>, b: Tensor<D>): Tensor {
  const real = floats(sub(a, b));
  return relu(sub(1, mul(real, real)));
}

/** 1 above the threshold, else 0: nothing nearer to a half than 2^-25 is told apart from it in f32. */
function isAbove(x: Tensor<DType>, threshold: number): Tensor {
  const steep = mul(sub(floats(x), threshold), 2 ** 120);
  return sub(1, relu(sub(1, relu(steep)))); // held between 0 and 1
}

/** 1 for rows whose class is right. Targets are class indices, one-hot rows, or 0/1 for a single output. */
function accuracy(prediction: Tensor, target: Tensor<DType>, threshold = 0.5): Tensor {
  if ((prediction.shape.at(-1) ?? 1) === 1) return agreement(isAbove(prediction, threshold), isAbove(target, 0.5));
  return agreement(argmax(prediction, -1), hasDType(target, 'f32') ? argmax(target, -1) : target);
}

/** What each metric of the library gives for every row or element; larger is better for accuracy alone. */
const terms: Readonly<Record<Extract<MetricOfOne, string>, NamedMetric['terms']>> = {
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

/** Whether larger or smaller is better of the loss or a metric of the library, under its name in a log. */
export function usualMode(name: string): 'min' | 'max' {
  return /accuracy$/i.test(name) ? 'max' : 'min';
}

/** Names in logs of metrics that are not the library's: nobody knows what is better of them. */
export function customNames(metrics: readonly Metric[] = []): string[] {
  return metrics.filter((metric) => typeof ofOne(metric) !== 'string').map(metricName);
}

function ofOne(metric: Metric): MetricOfOne {
  return typeof metric === 'object' && 'output' in metric ? metric.metric : metric;
}

/** Entries of a log that are no metrics. */
const taken = ['loss', 'epoch', 'learningRate', 'seconds', 'samplesPerSecond'];

/** Whether a metric is one of the library. */
function isNamed(metric: LabelMetric): metric is NamedMetric {
  return 'terms' in metric;
}

function namedMetric(name: string, own: NamedMetric['terms']): NamedMetric {
  return { name, terms: own, compute: (prediction, target) => mean(own(prediction, target)) };
}

/** The same metric of logits, where the loss takes the predictions for logits: a half is sigmoid(0). */
const ofLogits: NamedMetric['terms'] = (prediction, target) => accuracy(prediction, target, 0);

function takesLogits(loss: LossOption | undefined): boolean {
  return (
    typeof loss === 'function' && isLibraryLoss(loss) && loss.kind === 'binaryCrossEntropy' && loss.fromLogits === true
  );
}

/** The first of loss and metrics that takes no class indices, as messages call it. */
export function exactingOf(loss: LossOption, metrics: readonly LabelMetric[]): string | undefined {
  if (typeof loss === 'function' && isLibraryLoss(loss) && loss.kind !== 'crossEntropy') return loss.kind;
  return metrics.find((metric) => isNamed(metric) && usualMode(metric.name) === 'min')?.name;
}

function resolveMetric(where: string, metric: unknown, loss: LossOption | undefined): CustomMetric {
  if (metric === 'accuracy' && takesLogits(loss)) return namedMetric(metric, ofLogits);
  const own = Object.entries(terms).find(([name]) => name === metric);
  if (own) return namedMetric(...own);
  if (isCustom(metric)) return metric;
  const names = Object.keys(terms).map(show).join(', ');
  refuse(TypeError, where, `a metric to be ${names} or { name, compute }`, show(metric));
}

function isCustom(metric: unknown): metric is CustomMetric {
  if (typeof metric !== 'object' || metric === null || !('compute' in metric) || !('name' in metric)) return false;
  return typeof metric.compute === 'function' && typeof metric.name === 'string';
}

/**
 * A metric's value on a batch; with lengths over the valid steps alone, where one of the user's own sees prediction and
 * target 0 past them.
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
 * Writes the metrics into the cells behind the loss. `predictionOf` makes the prediction from what the objective's layers gave.
 * @throws ShapeError, TypeError when one is no scalar
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

/** Checks a metrics option: known metrics, each under a name of its own. */
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
