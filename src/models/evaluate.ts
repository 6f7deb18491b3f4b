import { knownOptions, wholeNumber } from '../core/checks.js';
import type { Dataset } from '../data/index.js';
import { type TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import { Evaluator } from './evaluator.js';
import { resolveMetrics, type Metric } from './metrics.js';
import type { Trainable } from './trainable.js';
import { RunningMean } from './runningMean.js';
import { checkDataset, kindOf } from './samples.js';

export interface EvaluateOptions {
  readonly loss: Loss;
  readonly metrics?: readonly Metric[];
  /** Rows evaluated at a time. Default 256. */
  readonly batchSize?: number;
}

/** The loss and one value a metric, by name. */
export type Evaluation = { readonly loss: number } & Readonly<Record<string, number>>;

/** The batches of an evaluation, one at a time, so that the caller may give way in between. */
export function* evaluateBatches(
  evaluator: Evaluator,
  data: Dataset,
  model: Trainable,
  batchSize: number,
  mean: RunningMean,
): Generator<undefined, void> {
  const kind = kindOf('evaluate', data, model);
  const order = Uint32Array.from({ length: data.size }, (_, i) => i);
  for (let begin = 0; begin < data.size; begin += batchSize) {
    const end = Math.min(begin + batchSize, data.size);
    const lengths = data.lengths?.subarray(begin, end);
    const values = evaluator.run(
      end - begin,
      kind,
      (x, y) => {
        data.copyRows(order, begin, end, x, y);
      },
      lengths,
    );
    mean.add(values, end - begin);
    yield undefined;
  }
}

/** @internal Behind `model.evaluate`. */
export function evaluate(model: Trainable, data: TrainingData, options: EvaluateOptions): Evaluation {
  knownOptions('evaluate', options, ['loss', 'metrics', 'batchSize']);
  const metrics = resolveMetrics('evaluate', options.metrics);
  const batchSize = wholeNumber('evaluate', 'batchSize', options.batchSize ?? 256, { min: 1 });
  const set = checkDataset('evaluate', data, model);
  const evaluator = new Evaluator(model.network, options.loss, metrics);
  try {
    const mean = new RunningMean(1 + metrics.length);
    const batches = evaluateBatches(evaluator, set, model, batchSize, mean);
    while (!batches.next().done);
    const [loss = NaN, ...rest] = mean.values;
    return { loss, ...Object.fromEntries(metrics.map(({ name }, i) => [name, rest[i] ?? NaN])) };
  } finally {
    evaluator.dispose();
  }
}
