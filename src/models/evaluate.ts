import { knownOptions, wholeNumber } from '../core/checks.js';
import type { Dataset, TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { MetricName } from './history.js';
import type { InferenceModel } from './inferenceModel.js';
import { checkDataset, lossOf, type LossOptions } from './inputs.js';
import { emitMetrics, resolveMetrics, type CustomMetric, type Metric } from './metrics.js';
import { forward, weightTree, type Network } from './network.js';
import { BatchPrograms, resultsOf } from './programs.js';
import { addPenalties, makeObjective, withCustomPenalties } from './training.js';

/** Sums over rows, of the loss and each metric. */
export interface RunningMean {
  readonly sums: readonly number[];
  readonly rows: number;
}

/** The sums with what a batch of so many rows gave. */
export function withBatch({ sums, rows: before }: RunningMean, values: readonly number[], rows: number): RunningMean {
  return { sums: values.map((value, i) => (sums[i] ?? 0) + rows * value), rows: before + rows };
}

/** Row-weighted means. */
export function meansOf({ sums, rows }: RunningMean): number[] {
  return sums.map((sum) => sum / rows);
}

/** Programs for the loss, penalties included, and the metrics of batches in inference mode. */
export function makeEvaluator(network: Network, loss: Loss, metrics: readonly CustomMetric[]): BatchPrograms {
  const objective = makeObjective('evaluate', network, loss);
  const weights = network.weights.filter(({ trainable }) => trainable); // as in training
  const tree = weightTree(network.weights);
  return new BatchPrograms(network, metrics.length, ({ x, y, lengths, results }) => {
    const pass = forward(objective.layers, tree, x, { training: false, lengths });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    const total = withCustomPenalties(objective.loss(pass.output, y, valid), weights, tree);
    call(kernels.copyBytes, total.pointer(), results.pointer(), 4);
    addPenalties(weights, results.pointer());
    emitMetrics(metrics, objective.prediction, pass.output, y, valid, results);
  });
}

export interface EvaluateOptions<M extends readonly Metric[] = readonly Metric[]> extends LossOptions {
  readonly metrics?: M;
  /** Rows evaluated at a time. Default 256. */
  readonly batchSize?: number;
}

/** The loss, and the metrics by name. */
export type Evaluation<M extends readonly Metric[] = readonly Metric[]> = { readonly loss: number } & {
  readonly [Name in MetricName<M>]: number;
};

/** The means over checked data batch after batch, so that the caller may give way in between; the last are those of all rows. */
export function* evaluateBatches(
  evaluator: BatchPrograms,
  data: Dataset,
  batchSize: number,
): Generator<undefined, RunningMean> {
  const order = inOrder(data);
  let mean: RunningMean = { sums: [], rows: 0 };
  for (let begin = 0; begin < data.size; begin += batchSize) {
    const end = Math.min(begin + batchSize, data.size);
    const entry = evaluator.filled(data, order, begin, end);
    entry.program.run();
    mean = withBatch(mean, resultsOf(entry), end - begin);
    yield;
  }
  return mean;
}

/** All rows of a dataset as they come. */
export function inOrder({ size }: Dataset): Uint32Array {
  return Uint32Array.from({ length: size }, (_, i) => i);
}

/** @internal Behind `model.evaluate`. */
export function evaluate({ network }: InferenceModel, data: TrainingData, options: EvaluateOptions): Evaluation {
  knownOptions('evaluate', options, ['loss', 'lossWeights', 'metrics', 'batchSize']);
  const metrics = resolveMetrics('evaluate', network, options.metrics);
  const batchSize = wholeNumber('evaluate', 'batchSize', options.batchSize ?? 256, { min: 1 });
  const set = checkDataset('evaluate', data, network);
  const evaluator = makeEvaluator(network, lossOf('evaluate', network, options), metrics);
  try {
    const batches = evaluateBatches(evaluator, set, batchSize);
    let step = batches.next();
    while (!step.done) step = batches.next();
    const [loss = NaN, ...rest] = meansOf(step.value);
    return { loss, ...Object.fromEntries(metrics.map(({ name }, i) => [name, rest[i] ?? NaN])) };
  } finally {
    evaluator.dispose();
  }
}
