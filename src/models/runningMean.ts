import { show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { CheckedMetric } from './metrics.js';

/** Share of the rows in what a batch counts, so that the mean of batches that count nothing is one by rows. */
const TINY = 2 ** -900;

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
  /** Where the last batch was, and what is there for the metrics: predictions, targets and weights. */
  #values: Float32Array | undefined;
  #at = 0;
  readonly #parts: Float32Array[] = [];

  /** `width`: number of values; `metrics`: those after the loss, which has `parts` parts. */
  constructor(width: number, metrics: readonly CheckedMetric[] = [], parts = 1) {
    this.#sums = new Float64Array(width);
    this.#losses = new Float64Array(2 * parts);
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

  /** The sums of the parts of the loss, then a copy of the state of each metric, null for those that are not counted. */
  get states(): unknown[] {
    return [Array.from(this.#losses), ...this.#states.map((state) => structuredClone(state) ?? null)];
  }

  get #loss(): number {
    const parts = this.#losses;
    let total = this.#sums[0]! / this.#rows;
    for (let i = 0; i < parts.length; i += 2) total += parts[i]! / parts[i + 1]!;
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
   * is (NaN: it is the loss), the means of the metrics, and what is gathered for them.
   */
  add(values: Float32Array, at: number, rows: number): void {
    const parts = this.#losses;
    const sums = this.#sums;
    const total = values[at]!;
    let penalties = total;
    for (let i = 0; i < parts.length; i += 2) {
      const counts = values[at + i + 1]!;
      const mass = counts > 0 ? counts : counts < 0 ? 1 : rows * TINY;
      const own = values[at + i + 2]!;
      const isTotal = own !== own;
      parts[i]! += mass * (isTotal ? total : own);
      parts[i + 1] = counts < 0 ? 1 : parts[i + 1]! + mass;
      penalties = isTotal ? 0 : penalties - own;
    }
    // Infinite losses leave no number for the penalties, and need none.
    if (penalties === penalties) sums[0]! += rows * penalties;
    const from = at + parts.length;
    for (let i = 1; i < sums.length; i++) sums[i]! += rows * values[from + i]!;
    this.#rows += rows;
    if (this.#counts) this.#count(values, from + sums.length, rows);
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
   * Starts with these sums over `rows` rows, and the states. Older snapshots have the loss among the sums, and a number
   * instead of its parts, or no states and sums for all metrics. Returns whether the states fit.
   */
  restart(sums: ArrayLike<number> = [], rows = 0, states?: readonly unknown[]): boolean {
    this.#sums.fill(0);
    this.#sums.set(sums);
    this.#rows = rows;
    const [given = rows, ...saved] = rows > 0 ? (states ?? []) : [];
    const fresh = Array.from(this.#losses, () => 0);
    const losses: unknown =
      typeof given === 'number' ? fresh.map((_, i) => (i % 2 ? given : i === 0 ? this.#sums[0]! : 0)) : given;
    if (losses !== given) this.#sums.fill(0, 0, 1);
    const areLosses = isLike(losses, fresh);
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
