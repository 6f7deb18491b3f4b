import { show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { rankedOutputs, type CheckedMetric } from './metrics.js';

/**
 * The loss and each metric of all rows in the batches added so far, as in one batch: metrics are counted, or row-weighted
 * means; the parts of the loss are means weighted by what the mean of the batch divides by.
 */
export class RunningMean {
  readonly #sums: Float64Array;
  readonly #metrics: readonly CheckedMetric[];
  readonly #states: unknown[];
  readonly #counts: boolean;
  /** Whether a user's function may keep what it is given, or allocate tensors, so that memory moves. */
  readonly #copies: boolean;
  /** For every part of the loss: the sum of its losses, each times what it counts, and the sum of what they count. */
  readonly #losses: Float64Array;
  #rows = 0;
  /** The number of parts that are gathered for metrics, and the one that each metric reads. */
  readonly #partCount: number;
  readonly #reads: readonly number[];
  /** Where the last batch was, and what is there for the metrics: predictions, targets, weights, ranks of outputs. */
  #values: Float32Array | undefined;
  #at = 0;
  #layout = 0;
  readonly #parts: Float32Array[] = [];

  /** `width`: number of values; `metrics`: those after the loss, which has `parts` parts. */
  constructor(width: number, metrics: readonly CheckedMetric[] = [], parts = 1) {
    this.#sums = new Float64Array(width);
    this.#losses = new Float64Array(2 * parts);
    this.#metrics = metrics;
    this.#states = metrics.map(({ reducer }) => reducer?.init());
    const ranked = rankedOutputs(metrics);
    this.#partCount = 3 + ranked.length;
    this.#reads = metrics.map(({ ranks, columns }) => (ranks ? 3 + ranked.indexOf(columns) : 0));
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

  /** The sums of the parts of the loss, then a copy of the state of each metric, null for those that are not counted. */
  get states(): unknown[] {
    return [Array.from(this.#losses), ...this.#states.map((state) => structuredClone(state) ?? null)];
  }

  get #loss(): number {
    const parts = this.#losses;
    let total = this.#sums[0]! / this.#rows;
    for (let i = 0; i < parts.length; i += 2) total += parts[i]! / (parts[i + 1]! || 1);
    return total;
  }

  get means(): number[] {
    return Array.from(this.#sums, (sum, i) => {
      if (i === 0) return this.#loss;
      const { name = '', reducer } = this.#metrics[i - 1] ?? {};
      if (!reducer || this.#rows === 0) return sum / this.#rows;
      const value: unknown = reducer.result(this.#states[i - 1]);
      return typeof value === 'number' ? value : refuse(TypeError, name, 'result to return a number', show(value));
    });
  }

  /**
   * Adds a batch of `rows` rows. At `values[at]` are its loss, what each part of the loss counts (-1: it is added) and
   * is, the means of the metrics, and what is gathered for them. What the loss is besides its parts counts by rows.
   */
  add(values: Float32Array, at: number, rows: number): void {
    const parts = this.#losses;
    const sums = this.#sums;
    const total = values[at]!;
    let penalties = total;
    for (let i = 0; i < parts.length; i += 2) {
      const mass = values[at + i + 1]!;
      const loss = values[at + i + 2]!;
      parts[i]! += (mass < 0 ? 1 : mass) * loss;
      parts[i + 1] = mass < 0 ? 1 : parts[i + 1]! + mass;
      penalties -= loss;
    }
    // Infinite losses leave no number for the penalties, and need none.
    if (penalties === penalties) sums[0]! += rows * penalties;
    const from = at + parts.length;
    for (let i = 1; i < sums.length; i++) if (!this.#metrics[i - 1]!.reducer) sums[i]! += rows * values[from + i]!;
    this.#rows += rows;
    if (this.#counts) this.#count(values, from + sums.length, rows);
  }

  #count(values: Float32Array, at: number, rows: number): void {
    const parts = this.#parts;
    const count = this.#partCount;
    const layout = values[at]!;
    if (this.#values !== values || this.#at !== at || this.#layout !== layout || this.#copies) {
      this.#values = values;
      this.#at = at;
      this.#layout = layout;
      for (let i = 0, begin = at + count + 1; i < count; i++) {
        const end = begin + rows * values[at + i + 1]!;
        parts[i] = this.#copies ? values.slice(begin, end) : values.subarray(begin, end);
        begin = end;
      }
    }
    const weights = parts[2]!.length > 0 ? parts[2] : undefined;
    for (let i = 0; i < this.#metrics.length; i++) {
      const { reducer } = this.#metrics[i]!;
      if (reducer) this.#states[i] = reducer.update(this.#states[i], parts[this.#reads[i]!]!, parts[1]!, weights);
    }
  }

  /**
   * Starts with these sums over `rows` rows, and the states. Older snapshots have the loss among the sums, and a number
   * instead of its parts, or no states and sums for all metrics. Returns whether the states fit.
   */
  restart(sums: ArrayLike<number> = [], rows = 0, states?: readonly unknown[]): boolean {
    this.#sums.fill(0);
    this.#sums.set(sums);
    this.#rows = rows;
    const [given = rows, ...saved] = rows > 0 ? (states ?? []) : [];
    const none = Array.from(this.#losses, () => 0);
    const isOld = typeof given === 'number';
    const losses = isOld ? Object.assign([...none], [this.#sums[0], given]) : given;
    if (isOld) this.#sums.fill(0, 0, 1);
    const areLosses = isLike(losses, none);
    if (areLosses) this.#losses.set(losses);
    const fit = this.#metrics.every(({ reducer, isCustom }, i) => {
      const fresh = reducer?.init();
      const state: unknown = rows > 0 ? structuredClone(states ? saved[i] : [sums[i + 1], rows]) : undefined;
      this.#states[i] = state ?? fresh;
      return !reducer || rows === 0 || isCustom === true || isLike(state, fresh);
    });
    return fit && areLosses;
  }
}

/** Whether a state can follow from one that begins with these numbers, or from none. */
function isLike(state: unknown, fresh: unknown): state is number[] {
  if (!Array.isArray(state) || !Array.isArray(fresh)) return false;
  return state.every(Number.isFinite) && (fresh.length === 0 || state.length === fresh.length);
}
