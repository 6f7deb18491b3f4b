import { knownOptions, wholeNumber } from '../core/checks.js';
import type { Dataset, TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import type { MetricName, Metrics } from './history.js';
import type { TrainableModel } from './inferenceModel.js';
import { checkDataset, lossOf, type LossOptions } from './inputs.js';
import { emitMetrics, exactingOf, resolveMetrics, type CustomMetric, type Metric } from './metrics.js';
import { forward, weightTree, type Network } from './network.js';
import { BatchPrograms, fill, PassPrograms } from './programs.js';
import { massOf } from './weighing.js';
import { addPenalties, makeObjective, withCustomPenalties } from './training.js';

/** Means of the loss and each metric over the batches added so far, weighted by their rows; the loss by `mass`, if given. */
export class RunningMean {
  readonly #sums: Float64Array;
  #rows = 0;
  #mass = 0;

  /** `width`: number of values. */
  constructor(width: number) {
    this.#sums = new Float64Array(width);
  }

  /** Rows added so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Sums over those rows. */
  get sums(): number[] {
    return Array.from(this.#sums);
  }

  get means(): number[] {
    return Array.from(this.#sums, (sum, i) =>
      i > 0 ? sum / this.#rows : this.#mass === 0 && this.#rows > 0 ? 0 : sum / this.#mass,
    );
  }

  /** Adds a batch of `rows` rows, whose means begin at `values[at]`. `mass`: the sum of their weights. */
  add(values: ArrayLike<number>, at: number, rows: number, mass = rows): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! += (i > 0 ? rows : mass) * values[at + i]!;
    this.#rows += rows;
    this.#mass += mass;
  }

  /** Starts with these sums over `rows` rows. */
  restart(sums: ArrayLike<number> = [], rows = 0): void {
    this.#sums.fill(0);
    this.#sums.set(sums);
    this.#rows = this.#mass = rows;
  }
}

/** Programs that compute the loss, including penalties, and the metrics of batches in inference mode. */
export function makeEvaluator(
  where: string,
  network: Network,
  loss: Loss,
  metrics: readonly CustomMetric[],
): BatchPrograms {
  const objective = makeObjective(where, network, loss);
  const weights = network.weights.filter(({ trainable }) => trainable); // as in training
  const tree = weightTree(network.weights);
  return new BatchPrograms(where, network, metrics.length, ({ x, y, lengths, weights: given, results }) => {
    const pass = forward(objective.layers, tree, x, { training: false, lengths });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    const total = withCustomPenalties(objective.loss(pass.output, y, valid, given), weights, tree);
    call(kernels.copyBytes, total.pointer(), results.pointer(), 4);
    addPenalties(weights, results.pointer());
    emitMetrics(metrics, objective.prediction, pass.output, y, valid, results);
  });
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

/** One pass over checked data, batch after batch, so that the caller may let other tasks run in between. */
export class EvaluationPass {
  readonly mean: RunningMean;
  readonly #data: Dataset;
  readonly #batchSize: number;
  readonly #programs: PassPrograms;
  readonly #order: Uint32Array;
  #begin = 0;

  /** `width`: number of results of the evaluator's programs. */
  constructor(evaluator: BatchPrograms, data: Dataset, batchSize: number, width: number) {
    this.mean = new RunningMean(width);
    this.#data = data;
    this.#batchSize = batchSize;
    this.#programs = new PassPrograms(evaluator, data, batchSize);
    this.#order = inOrder(data);
  }

  /** Evaluates the next batch; false when there was none. */
  next(): boolean {
    const begin = this.#begin;
    if (begin >= this.#data.size) return false;
    const end = Math.min(begin + this.#batchSize, this.#data.size);
    const entry = this.#programs.endingAt(end);
    fill(entry, this.#data, this.#order, begin, end);
    entry.program.run();
    const mass = massOf(this.#data, begin, end, entry);
    this.mean.add(runtime().heap.f32, entry.results.address / 4, end - begin, mass);
    this.#begin = end;
    return true;
  }
}

/** All rows of a dataset in their order. */
export function inOrder({ size }: Dataset): Uint32Array {
  return Uint32Array.from({ length: size }, (_, i) => i);
}

/** @internal Behind `model.evaluate`. */
export function evaluate({ network }: TrainableModel, data: TrainingData, options: EvaluateOptions): Evaluation {
  knownOptions('evaluate', options, ['loss', 'lossWeights', 'metrics', 'batchSize']);
  const loss = lossOf('evaluate', network, options);
  const metrics = resolveMetrics('evaluate', network, options);
  const batchSize = wholeNumber('evaluate', 'batchSize', options.batchSize ?? 256, { min: 1 });
  const set = checkDataset('evaluate', data, network, exactingOf(loss, metrics), loss);
  const evaluator = makeEvaluator('evaluate', network, loss, metrics);
  try {
    const pass = new EvaluationPass(evaluator, set, batchSize, 1 + metrics.length);
    while (pass.next());
    const [mean = NaN, ...rest] = pass.mean.means;
    return { loss: mean, ...Object.fromEntries(metrics.map(({ name }, i) => [name, rest[i] ?? NaN])) };
  } finally {
    evaluator.dispose();
  }
}
