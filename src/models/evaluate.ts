import { knownOptions, wholeNumber } from '../core/checks.js';
import type { Dataset, TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import { resultsOf, type BatchPrograms } from './batchPrograms.js';
import { checkDataset } from './batches.js';
import { makeEvaluator } from './evaluator.js';
import type { InferenceModel } from './inferenceModel.js';
import { resolveMetrics, type Metric } from './metrics.js';
import { meansOf, withBatch, type RunningMean } from './runningMean.js';

export interface EvaluateOptions {
  readonly loss: Loss;
  readonly metrics?: readonly Metric[];
  /** Rows evaluated at a time. Default 256. */
  readonly batchSize?: number;
}

/** The loss and one value a metric, by name. */
export type Evaluation = { readonly loss: number } & Readonly<Record<string, number>>;

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
  knownOptions('evaluate', options, ['loss', 'metrics', 'batchSize']);
  const metrics = resolveMetrics('evaluate', options.metrics);
  const batchSize = wholeNumber('evaluate', 'batchSize', options.batchSize ?? 256, { min: 1 });
  const set = checkDataset('evaluate', data, network);
  const evaluator = makeEvaluator(network, options.loss, metrics);
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
