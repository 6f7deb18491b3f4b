import { knownOptions, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { Dataset, type BatchSource, type TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { BatchFeed, type FeedOptions } from './batchFeed.js';
import type { MetricName, Metrics } from './history.js';
import type { TrainableModel } from './inferenceModel.js';
import { countParts, emitParts } from './lossParts.js';
import { assertAlive, checkSource, lossOf, type LossOptions } from './inputs.js';
import { emitMetrics, exactingOf, resolveMetrics, type CheckedMetric, type Metric } from './metrics.js';
import { forward, weightTree, type Network } from './network.js';
import { BatchPrograms, fill, PassPrograms, type BatchBuffers } from './programs.js';
import { RunningMean } from './runningMean.js';
import { addPenalties, makeObjective, withCustomPenalties } from './training.js';
import { yielding } from './yielding.js';

/** Programs that compute the loss, including penalties, and the metrics of batches in inference mode. */
export function makeEvaluator(
  where: string,
  network: Network,
  loss: Loss,
  metrics: readonly CheckedMetric[],
): BatchPrograms {
  const objective = makeObjective(where, network, loss);
  const weights = network.weights.filter(({ trainable }) => trainable); // as in training
  const tree = weightTree(network.weights);
  const count = countParts(loss);
  const emit = ({ x, y, lengths, weights: given, results }: BatchBuffers): void => {
    const pass = forward(objective.layers, tree, x, { training: false, lengths });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    const parts = objective.parts(pass.output, { target: y, lengths: valid, weights: given });
    const total = withCustomPenalties(parts, weights, tree);
    emitParts(parts, results, -1);
    call(kernels.copyBytes, total.pointer(), results.pointer(), 4);
    addPenalties(weights, results.pointer());
    const at = 1 + 2 * count;
    const measured = { output: pass.output, predictionOf: objective.predictionOf, target: y, lengths: valid };
    emitMetrics(metrics, { ...measured, weights: given, results, at });
  };
  return new BatchPrograms(where, network, metrics, emit, { parts: count });
}

export interface EvaluateOptions<M extends Metrics = readonly Metric[]> extends LossOptions {
  readonly metrics?: M | undefined;
  /** Rows evaluated at a time. Default 256. */
  readonly batchSize?: number | undefined;
}

/** The loss and, by name, the metrics. */
export type Evaluation<M extends Metrics = readonly Metric[]> = { readonly loss: number } & {
  readonly [Name in MetricName<M>]: number;
};

/** How to evaluate data, where their results are added, and what to call between batches. */
export interface EvaluationPlan extends Omit<FeedOptions, 'source'> {
  readonly mean: RunningMean;
  readonly batchSize: number;
  readonly rest?: (() => Promise<void> | undefined) | undefined;
}

/** Evaluates checked rows batch after batch, and stops at a promise of `rest` or at their end. */
function* batchesOf(evaluator: BatchPrograms, data: Dataset, plan: EvaluationPlan) {
  const { where, network, mean, batchSize, rest, signal } = plan;
  const checkAlive = (): void => network.weights[0] && assertAlive(where, 'model', network.weights[0].tensor);
  checkAlive();
  const programs = new PassPrograms(evaluator, data, batchSize);
  const order = inOrder(data);
  for (let begin = 0; begin < data.size && !signal?.aborted; begin += batchSize) {
    const end = Math.min(begin + batchSize, data.size);
    const entry = programs.endingAt(end);
    fill(entry, data, order, begin, end);
    entry.program.run();
    mean.add(runtime().heap.f32, entry.results.address / 4, end - begin);
    const wait = rest?.();
    if (!wait) continue;
    yield wait;
    checkAlive();
  }
}

/** Evaluates rows, or all batches of a stream, until the signal aborts. */
export async function evaluateAll(
  evaluator: BatchPrograms,
  data: Dataset | BatchSource,
  plan: EvaluationPlan,
): Promise<void> {
  if (data instanceof Dataset) {
    for (const wait of batchesOf(evaluator, data, plan)) await wait;
    return;
  }
  const feed = new BatchFeed({ ...plan, source: data });
  try {
    for (let rows = await feed.next(); rows; rows = await feed.next()) await evaluateAll(evaluator, rows, plan);
    if (plan.mean.rows === 0 && !plan.signal?.aborted) refuse(RangeError, plan.where, 'at least one batch', 'none');
  } finally {
    await feed.close();
  }
}

/** All rows of a dataset in their order. */
export function inOrder({ size }: Dataset): Uint32Array {
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  return order;
}

/** @internal Behind `model.evaluate`. */
export function evaluate(
  { network }: TrainableModel,
  given: TrainingData,
  options: EvaluateOptions,
): Evaluation | Promise<Evaluation> {
  const where = 'evaluate';
  knownOptions(where, options, ['loss', 'lossWeights', 'metrics', 'batchSize']);
  const loss = lossOf(where, network, options);
  const metrics = resolveMetrics(where, network, options);
  const batchSize = wholeNumber(where, 'batchSize', options.batchSize ?? 256, { min: 1 });
  const exacting = exactingOf(loss, metrics);
  const data = checkSource(where, given, network, exacting, loss);
  const evaluator = makeEvaluator(where, network, loss, metrics);
  const mean = new RunningMean(1 + metrics.length, metrics, countParts(loss));
  const result = (): Evaluation => {
    const [total = NaN, ...rest] = mean.means;
    return { loss: total, ...Object.fromEntries(metrics.map(({ name }, i) => [name, rest[i] ?? NaN])) };
  };
  const plan = { where, network, exacting, loss, mean, batchSize };
  if (!(data instanceof Dataset))
    return evaluateAll(evaluator, data, { ...plan, rest: yielding() })
      .then(result)
      .finally(() => evaluator.dispose());
  try {
    const pass = batchesOf(evaluator, data, plan);
    while (!pass.next().done);
    return result();
  } finally {
    evaluator.dispose();
  }
}
