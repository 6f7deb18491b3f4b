import { refuse, ShapeError } from '../core/errors.js';
import { show } from '../core/checks.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { cast } from '../ops/cast.js';
import { mul } from '../ops/mul.js';
import { maskSteps } from '../ops/maskSteps.js';
import { softmaxLast } from '../ops/softmax.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { ones } from '../tensors/creation.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { checkScalar, libraryLoss } from './inputs.js';
import type { AccumulatedMetric, Counting, Reducer } from './metrics/accumulated.js';
import { measures, topK, type Output } from './metrics/named.js';
import type { Network } from './network.js';
import type { LossOption, OutputColumns } from './several/ports.js';

/** A custom metric: a scalar from predictions and targets of a batch, averaged over rows. */
export interface CustomMetric {
  /** Its name in logs. */
  readonly name: string;
  readonly compute: (prediction: Tensor, target: Tensor) => Tensor;
}

/**
 * The library's metrics, each of all rows at once. `'accuracy'`: largest class; for a single output, and for the labels
 * of `binaryCrossEntropy`, 0.5 as threshold, or 0 where the loss is `fromLogits`. `precision`, `recall` and `f1` of
 * several classes are the mean over those that occur, those of `Micro` come from the sums of their counts.
 * `rootMeanSquaredError` is the root of the whole mean. `auc` (ROC) and `prAuc` (average precision) of several classes
 * are means over one class against the rest; NaN where rows are of one class only.
 */
export type NamedMetric = keyof typeof measures | `topK(${number})`;

export type MetricOfOne = NamedMetric | CustomMetric | AccumulatedMetric;

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

/** Whether larger ('max') or smaller ('min') values are better, for the name of the loss or a library metric in a log. */
export function usualMode(name: string): 'min' | 'max' {
  return /(loss|error)$/i.test(name) ? 'min' : 'max';
}

/** Whether a metric is the library's, with or without an output. Of others it is unknown whether larger is better. */
export function isOwn(metric: Metric | undefined): boolean {
  return typeof (typeof metric === 'object' && 'output' in metric ? metric.metric : metric) === 'string';
}

/** Entries of a log that are not metrics. */
const taken = ['loss', 'epoch', 'learningRate', 'seconds', 'samplesPerSecond'];

/** A checked metric: a scalar of the recorded program, or counted over the batches of a pass. */
export interface CheckedMetric {
  readonly name: string;
  readonly compute?: LabelMetric['compute'] | undefined;
  readonly reducer?: Reducer | undefined;
  /** Whether `reducer` takes the ranks of right classes instead of predictions. */
  readonly ranks?: boolean | undefined;
  /** The output among several whose ranks those are. */
  readonly columns?: OutputColumns | undefined;
  /** Whether `reducer` is a user's. */
  readonly isCustom?: boolean | undefined;
  /** Whether it takes no class indices as targets. */
  readonly isExacting?: boolean | undefined;
}

/** Targets may be class indices, too (see `LabelLoss`). */
interface LabelMetric {
  readonly name: string;
  compute(prediction: Tensor, target: Tensor<DType>): Tensor;
}

/** The first of loss and metrics that takes no class indices, as messages call it. */
export function exactingOf(loss: LossOption, metrics: readonly CheckedMetric[]): string | undefined {
  const kind = libraryLoss(loss)?.kind ?? 'crossEntropy';
  return kind === 'crossEntropy' || kind === 'ctc' ? metrics.find(({ isExacting }) => isExacting)?.name : kind;
}

/** How a metric of the library is counted; undefined for other names. */
function measureOf(where: string, name: unknown, output: Output): Counting | undefined {
  const k = typeof name === 'string' && /^topK\(([1-9]\d*)\)$/.exec(name)?.[1];
  if (!k) return Object.entries(measures).find(([known]) => known === name)?.[1](output);
  if (output.K === 1) refuse(ShapeError, where, `several classes for ${name}`, 'one output unit');
  return topK(Number(k));
}

function resolveMetric(where: string, metric: unknown, loss: LossOption | undefined, shape: Shape): CheckedMetric {
  const { fromLogits, kind } = libraryLoss(loss) ?? {};
  const K = shape.at(-1) ?? 1;
  const threshold = fromLogits ? 0 : 0.5; // a half is sigmoid(0)
  const own = measureOf(where, metric, { K, threshold, isMultiLabel: K === 1 || kind === 'binaryCrossEntropy' });
  if (own)
    return {
      name: String(metric),
      reducer: own,
      ranks: own.ranks,
      isExacting: kind === 'ctc' || /error$|^r2/i.test(String(metric)),
    };
  if (isOf<AccumulatedMetric>(metric, ['init', 'update', 'result']))
    return { name: metric.name, reducer: metric, isCustom: true };
  if (isOf<LabelMetric>(metric, ['compute']))
    return { name: metric.name, compute: (prediction, target) => metric.compute(prediction, target) };
  const names = [...Object.keys(measures), 'topK(5)'].map(show).join(', ');
  const expected = `a metric to be ${names}, { name, compute } or { name, init, update, result }`;
  refuse(TypeError, where, expected, show(metric));
}

/** Whether a metric is an object with a name and these functions. */
function isOf<M extends { readonly name: string }>(
  metric: unknown,
  functions: readonly (keyof M & string)[],
): metric is M {
  if (typeof metric !== 'object' || metric === null || !('name' in metric)) return false;
  return typeof metric.name === 'string' && functions.every((key) => typeof Reflect.get(metric, key) === 'function');
}

/** Whether some metric needs the rows of predictions and targets. */
const readsRows = (metrics: readonly CheckedMetric[]): boolean =>
  metrics.some(({ reducer, ranks }) => reducer && !ranks);

/** The outputs whose ranks of right classes are gathered; undefined stands for a single output. */
export const rankedOutputs = (metrics: readonly CheckedMetric[]): readonly CheckedMetric['columns'][] => [
  ...new Set(metrics.filter(({ ranks }) => ranks).map(({ columns }) => columns)),
];

/**
 * Number of cells for the loss, the metrics and what is gathered for them, for a batch of `rows` rows. `targets` and
 * `weights`: sizes of their rows.
 */
export function resultCells(
  metrics: readonly CheckedMetric[],
  { outputShape }: Network,
  rows: number,
  targets: number,
  weights: number,
): number {
  let each = Math.max(weights, outputShape[0] ?? 1);
  if (readsRows(metrics)) each += sizeOf(outputShape) + targets;
  const ranked = rankedOutputs(metrics);
  for (const columns of ranked) each += 3 * sizeOf((columns?.shape ?? outputShape).slice(0, -1));
  return 1 + metrics.length + 4 + ranked.length + rows * (metrics.some(({ reducer }) => reducer) ? each : 0);
}

/** What metrics are measured on. */
export interface Measured {
  /** The output of the objective's layers, and what makes the prediction of it. */
  readonly output: Tensor;
  readonly predictionOf: (output: Tensor) => Tensor;
  readonly target: Tensor<DType>;
  /** Valid steps of the prediction, if they differ. */
  readonly lengths: Tensor<'i32'> | undefined;
  /** Weights of the rows, or of steps. */
  readonly weights: Tensor | undefined;
  /** The metrics are at the position `at`, then comes what is gathered for them. */
  readonly results: Tensor;
  readonly at: number;
}

/** Number of programs so far, by which it is known whether the last batch had the same layout. */
let layouts = 0;

/**
 * Writes the metrics, and what is gathered for them: the number of the program, the sizes of a row of predictions,
 * targets, weights and ranks (0 of what is not needed), then these rows. With lengths, metrics are given 0 for prediction and target past them.
 * @throws ShapeError, TypeError when a metric is not a scalar
 */
export function emitMetrics(
  metrics: readonly CheckedMetric[],
  { output, predictionOf, target: given, lengths, weights, results, at }: Measured,
): void {
  if (metrics.length === 0) return;
  const masked = <D extends DType>(x: Tensor<D>): Tensor<D> => (lengths ? maskSteps(x, lengths) : x);
  const reads = metrics.some(({ ranks }) => !ranks);
  const [prediction, target] = reads ? [masked(predictionOf(output)), masked(given)] : [output, given];
  const [rows = 0, steps = 1] = output.shape;
  const each = weights && viewAs(weights, [rows, weights.size / rows]);
  const all = lengths ? maskSteps(each ? mul(ones([rows, steps]), each) : ones([rows, steps]), lengths) : each;
  const parts: (Tensor | undefined)[] = [undefined, undefined, all];
  if (readsRows(metrics)) parts.splice(0, 2, prediction, hasDType(target, 'f32') ? target : cast(target, 'f32'));
  const ranked = rankedOutputs(metrics).map((columns): [Tensor, Tensor<DType>] =>
    columns && hasDType(given, 'f32') ? [columns.of(output), columns.of(given)] : [output, given],
  );
  const positions = ranked.map(([{ size, shape }]) => size / (shape.at(-1) ?? 1));
  const sizes = [...parts.map((part) => part?.size ?? 0), ...positions.map((count) => 3 * count)];
  let cell = results.pointer() + 4 * at;
  // These never change.
  runtime().heap.f32.set([...metrics.map(() => 0), ++layouts, ...sizes.map((size) => size / rows)], cell / 4);
  metrics.forEach(({ name, compute }, i) => {
    if (!compute) return;
    const value = checkScalar(name, 'the metric', compute(prediction, target));
    call(kernels.copyBytes, value.pointer(), cell + 4 * i, 4);
  });
  cell += 4 * (metrics.length + 1 + sizes.length);
  for (const part of parts) {
    if (!part) continue;
    call(kernels.copyBytes, part.pointer(), cell, 4 * part.size);
    cell += 4 * part.size;
  }
  const isLogits = Number(predictionOf === softmaxLast);
  ranked.forEach(([x, t], i) => {
    const [count = 0, byIndex] = [positions[i], Number(t.dtype === 'i32')];
    call(kernels.rankRows, x.pointer(), t.pointer(), byIndex, isLogits, cell, x.size / count, 0, count);
    cell += 12 * count;
  });
}

/** Checks a metrics option: known metrics with distinct names. */
export function resolveMetrics(
  where: string,
  { ports, outputShape }: Network,
  { metrics, loss }: { readonly metrics?: readonly Metric[] | undefined; readonly loss: LossOption },
): CheckedMetric[] {
  const given: unknown = metrics;
  if (given !== undefined && !Array.isArray(given)) refuse(TypeError, where, 'metrics to be an array', show(metrics));
  const resolve = (metric: unknown, its: LossOption | undefined, shape = outputShape): CheckedMetric =>
    resolveMetric(where, metric, its, shape);
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
