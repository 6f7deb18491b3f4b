// Target encoding (Micci-Barreca 2001): a word becomes the mean of the targets of its rows, drawn towards the mean over
// all rows the rarer it is: (sum + smoothing * mean) / (count + smoothing). Targets are standardised.
import { shuffled } from '../../core/shuffled.js';
import type { WordColumn } from './rawColumn.js';

/** Targets of every row: numbers, or for more than two classes one number for each class. */
export interface TargetValues {
  readonly width: number;
  readonly at: (row: number, k: number) => number;
}

export interface Means {
  /** By the position of the word. */
  readonly means: readonly (readonly number[])[];
  readonly prior: readonly number[];
}

/** Parts into which the training rows are divided. */
const PARTS = 5;

/** Sums and counts by code; code -1 adds up all. */
class Sums {
  readonly #width: number;
  readonly counts: Float64Array;
  readonly sums: Float64Array;

  constructor(codes: number, width: number) {
    this.#width = width;
    this.counts = new Float64Array(codes + 1);
    this.sums = new Float64Array((codes + 1) * width);
  }

  add(code: number, row: number, target: TargetValues): void {
    for (const at of [code, this.counts.length - 1]) {
      this.counts[at]!++;
      for (let k = 0; k < this.#width; k++) this.sums[at * this.#width + k]! += target.at(row, k);
    }
  }

  #sum(code: number, k: number): number {
    return this.sums[code * this.#width + k] ?? 0;
  }

  /** The means of all words, as differences from the mean over all training rows in its standard deviations. */
  means(smoothing: number, { mean, scale }: Overall): Means {
    const all = this.counts.length - 1;
    const total = this.counts[all] ?? 0;
    const prior = mean.map((center, k) => (total > 0 ? this.#sum(all, k) / total : center));
    const relative = (value: number, k: number): number => (value - (mean[k] ?? 0)) / (scale[k] ?? 1);
    const of = (code: number): number[] =>
      prior.map((center, k) => {
        const weight = (this.counts[code] ?? 0) + smoothing;
        return relative(weight > 0 ? (this.#sum(code, k) + smoothing * center) / weight : center, k);
      });
    return { means: Array.from({ length: all - 1 }, (_, level) => of(level + 1)), prior: prior.map(relative) };
  }
}

/** Mean and standard deviation of each target number over the training rows. */
interface Overall {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

function overallOf(rows: ArrayLike<number>, target: TargetValues): Overall {
  const n = Math.max(1, rows.length);
  const over = (k: number, f: (value: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += f(target.at(rows[i] ?? 0, k)) / n;
    return sum;
  };
  const mean = Array.from({ length: target.width }, (_, k) => over(k, (value) => value));
  const scale = mean.map((center, k) => Math.sqrt(over(k, (value) => (value - center) * (value - center))) || 1);
  return { mean, scale };
}

function sumsOf(column: WordColumn, rows: Iterable<number>, target: TargetValues): Sums {
  const sums = new Sums(column.levels.length + 1, target.width);
  for (const row of rows) sums.add(column.codes[row] ?? 0, row, target);
  return sums;
}

/** Means of the words over these rows, for all rows but those of training. */
export function targetMeans(
  column: WordColumn,
  rows: ArrayLike<number>,
  target: TargetValues,
  smoothing: number,
): Means {
  return sumsOf(column, Array.from(rows), target).means(smoothing, overallOf(rows, target));
}

/**
 * Means for the training rows: each row gets those of the other parts of them, so that its own target is not among its
 * inputs. Calls `put` with the position in `rows` and the numbers.
 */
export function crossFitted(
  column: WordColumn,
  rows: ArrayLike<number>,
  target: TargetValues,
  smoothing: number,
  put: (i: number, values: readonly number[]) => void,
): void {
  const overall = overallOf(rows, target);
  const order = shuffled(rows.length, [0, 0], 0);
  for (let part = 0; part < PARTS; part++) {
    const others = order.filter((_, i) => i % PARTS !== part).map((i) => rows[i] ?? 0);
    const { means, prior } = sumsOf(column, others, target).means(smoothing, overall);
    order.forEach((i, position) => {
      if (position % PARTS === part) put(i, means[(column.codes[rows[i] ?? 0] ?? 0) - 1] ?? prior);
    });
  }
}
