import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { Dataset, type BatchSource, type TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { BatchFeed, type FeedOptions } from './batchFeed.js';
import type { MetricName, Metrics } from './history.js';
import type { TrainableModel } from './inferenceModel.js';
import { assertAlive, checkSource, lossOf, type LossOptions } from './inputs.js';
import { emitMetrics, exactingOf, resolveMetrics, type CheckedMetric, type Metric } from './metrics.js';
import { forward, weightTree, type Network } from './network.js';
import { BatchPrograms, fill, PassPrograms } from './programs.js';
import { massOf } from './weighing.js';
import { addPenalties, makeObjective, withCustomPenalties } from './training.js';
import { yielding } from './yielding.js';

/**
 * The loss and each metric of all rows in the batches added so far: counted, or as a row-weighted mean. The loss is
 * weighted by `mass`, if given.
 */
export class RunningMean {
  readonly #sums: Float64Array;
  readonly #metrics: readonly CheckedMetric[];
  readonly #states: unknown[];
  readonly #counts: boolean;
  /** Whether a user's function may keep what it is given, or allocate tensors, so that memory moves. */
  readonly #copies: boolean;
  #rows = 0;
  #mass = 0;
  /** Where the last batch was, and what is there for the metrics: predictions, targets and weights. */
  #values: Float32Array | undefined;
  #at = 0;
  readonly #parts: Float32Array[] = [];

  /** `width`: number of values; `metrics`: those after the loss. */
  constructor(width: number, metrics: readonly CheckedMetric[] = []) {
    this.#sums = new Float64Array(width);
    this.#metrics = metrics;
    this.#states = metrics.map(({ reducer }) => reducer?.init());
    this.#counts = metrics.some(({ reducer }) => reducer);
    this.#copies = metrics.some(({ isCustom }) => isCustom);
  }

  /** Rows added so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Sums over those rows. */
  get sums(): number[] {
    return Array.from(this.#sums);
  }

  /** The sum of weights, then a copy of the state of each metric, null for those that are not counted. */
  get states(): unknown[] {
    return [this.#mass, ...this.#states.map((state) => structuredClone(state) ?? null)];
  }

  get means(): number[] {
    return Array.from(this.#sums, (sum, i) => {
      if (i === 0) return this.#mass === 0 && this.#rows > 0 ? 0 : sum / this.#mass;
      const { name = '', reducer } = this.#metrics[i - 1] ?? {};
      if (!reducer || this.#rows === 0) return sum / this.#rows;
      const value: unknown = reducer.result(this.#states[i - 1]);
      return typeof value === 'number' ? value : refuse(TypeError, name, 'result to return a number', show(value));
    });
  }

  /**
   * Adds a batch of `rows` rows, whose means begin at `values[at]`; what is gathered for metrics follows. `mass`: the sum
   * of their weights.
   */
  add(values: Float32Array, at: number, rows: number, mass = rows): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! += (i > 0 ? rows : mass) * values[at + i]!;
    this.#rows += rows;
    this.#mass += mass;
    if (this.#counts) this.#count(values, at + this.#sums.length, rows);
  }

  #count(values: Float32Array, at: number, rows: number): void {
    const parts = this.#parts;
    let isSame = this.#values === values && this.#at === at && !this.#copies;
    for (let i = 0; i < 3; i++) isSame &&= parts[i]?.length === rows * values[at + i]!;
    if (!isSame) {
      this.#values = values;
      this.#at = at;
      for (let i = 0, begin = at + 3; i < 3; i++) {
        const end = begin + rows * values[at + i]!;
        parts[i] = this.#copies ? values.slice(begin, end) : values.subarray(begin, end);
        begin = end;
      }
    }
    const weights = parts[2]!.length > 0 ? parts[2] : undefined;
    for (let i = 0; i < this.#metrics.length; i++) {
      const { reducer } = this.#metrics[i]!;
      if (reducer) this.#states[i] = reducer.update(this.#states[i], parts[0]!, parts[1]!, weights);
    }
  }

  /**
   * Starts with these sums over `rows` rows and states of the counted metrics. Snapshots from before there were states
   * have sums for all metrics. Returns whether the states fit.
   */
  restart(sums: ArrayLike<number> = [], rows = 0, states?: readonly unknown[]): boolean {
    this.#sums.fill(0);
    this.#sums.set(sums);
    this.#rows = rows;
    const [mass = rows, ...saved] = rows > 0 ? (states ?? []) : [];
    this.#mass = Number(mass);
    const fit = this.#metrics.every(({ reducer, isCustom }, i) => {
      const fresh = reducer?.init();
      const state: unknown = rows > 0 ? structuredClone(states ? saved[i] : [sums[i + 1], rows]) : undefined;
      this.#states[i] = state ?? fresh;
      return !reducer || rows === 0 || isCustom === true || isLike(state, fresh);
    });
    return fit && this.#mass >= 0;
  }
}

/** Whether a state can follow from one that begins with these numbers, or from none. */
function isLike(state: unknown, fresh: unknown): boolean {
  if (!Array.isArray(state) || !Array.isArray(fresh)) return false;
  return state.every(Number.isFinite) && (fresh.length === 0 || state.length === fresh.length);
}

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
  const programs = new BatchPrograms(where, network, metrics, ({ x, y, lengths, weights: given, results }) => {
    const pass = forward(objective.layers, tree, x, { training: false, lengths });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    if (valid) programs.steps = y.shape[1]!;
    const total = withCustomPenalties(objective.loss(pass.output, y, valid, given), weights, tree);
    call(kernels.copyBytes, total.pointer(), results.pointer(), 4);
    addPenalties(weights, results.pointer());
    emitMetrics(metrics, objective.prediction, pass.output, { target: y, lengths: valid, weights: given, results });
  });
  return programs;
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
  const { where, network, loss, mean, batchSize, rest, signal } = plan;
  const checkAlive = (): void => network.weights[0] && assertAlive(where, 'model', network.weights[0].tensor);
  checkAlive();
  const programs = new PassPrograms(evaluator, data, batchSize);
  const order = inOrder(data);
  for (let begin = 0; begin < data.size && !signal?.aborted; begin += batchSize) {
    const end = Math.min(begin + batchSize, data.size);
    const entry = programs.endingAt(end);
    fill(entry, data, order, begin, end);
    entry.program.run();
    const mass = massOf(data, begin, end, loss, evaluator.steps);
    mean.add(runtime().heap.f32, entry.results.address / 4, end - begin, mass);
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
  const mean = new RunningMean(1 + metrics.length, metrics);
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
