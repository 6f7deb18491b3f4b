// What is learnt of each column from the training rows, and from them alone.
import type { ColumnSpec, DateSpec, NumberSpec } from './encoders.js';
import { targetMeans, type TargetValues } from './targetMeans.js';
import type { NumberColumn, RawColumn, Reading, WordColumn } from './rawColumn.js';

/** Options that say how words become inputs. */
export interface CategoryOptions {
  /** What a word is that the training rows do not have: an error, or the same as a rare one. */
  readonly unknown: 'error' | 'other';
  /** Words in fewer training rows than this are rare: they share one input. */
  readonly minFrequency: number;
  /** Words with an input of their own, at most, the most frequent ones. */
  readonly maxCategories: number;
  /** What columns of more words become: the rest is rare, or all words become means of the target. */
  readonly highCardinality: 'other' | 'target';
  /** Rows by which the mean over all rows counts in a word's mean of the target. */
  readonly smoothing: number;
}

function median(sorted: Float64Array): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 || sorted.length === 0 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Mean and standard deviation of the population; deviation 1 where there is none. Gaps count as `fill`. */
function moments(values: Float64Array, fill: number): { mean: number; deviation: number } {
  const n = values.length;
  const at = (i: number): number => {
    const value = values[i] ?? NaN;
    return Number.isNaN(value) ? fill : value;
  };
  let [sum, low, high] = [0, Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    const value = at(i);
    sum += value / n;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high || n === 0) return { mean: n === 0 ? fill : low, deviation: 1 };
  // The second pass also corrects the rounding of the mean
  let [error, square] = [0, 0];
  for (let i = 0; i < n; i++) {
    const difference = at(i) - sum;
    error += difference / n;
    square += (difference * difference) / n;
  }
  return { mean: sum + error, deviation: Math.sqrt(square - error * error) || 1 };
}

const DAY = 86_400_000;

/** Memory that columns share, one after the other: for their values, and for those in order of size. */
export interface Scratch {
  readonly used: Float64Array;
  readonly sorted: Float64Array;
}

function fitNumbers(
  name: string,
  reading: Exclude<Reading, { role: 'category' }>,
  { values }: NumberColumn,
  rows: ArrayLike<number>,
  { used, sorted }: Scratch,
): NumberSpec | DateSpec {
  let [known, timed] = [0, false];
  for (let i = 0; i < rows.length; i++) {
    const value = (used[i] = values[rows[i] ?? 0] ?? NaN);
    if (Number.isNaN(value)) continue;
    sorted[known++] = value;
    timed ||= value % DAY !== 0;
  }
  const fill = median(sorted.subarray(0, known).sort());
  const fitted = { name, fill, missing: known < used.length, ...moments(used, fill) };
  return reading.role === 'date' ? { ...fitted, ...reading, timed } : { ...fitted, ...reading };
}

/** How often each code occurs. */
function countCodes({ codes, levels }: WordColumn, rows: ArrayLike<number>): Uint32Array {
  const counts = new Uint32Array(levels.length + 1);
  for (let i = 0; i < rows.length; i++) counts[codes[rows[i] ?? 0] ?? 0]!++;
  return counts;
}

function fitWords(
  name: string,
  column: WordColumn,
  rows: ArrayLike<number>,
  { unknown, minFrequency, maxCategories, highCardinality, smoothing }: CategoryOptions,
  target: TargetValues | undefined,
): ColumnSpec {
  const counts = countCodes(column, rows);
  const countOf = (level: number): number => counts[level + 1] ?? 0;
  const present = [...column.levels.keys()].filter((level) => countOf(level) > 0);
  const byCount = [...present].sort((a, b) => countOf(b) - countOf(a) || a - b);
  const wordAt = (level: number): string => column.levels[level] ?? '';
  const common = { name, role: 'category' as const, unknown, fill: wordAt(byCount[0] ?? -1), missing: countOf(-1) > 0 };
  if (highCardinality === 'target' && present.length > maxCategories && target) {
    const { means, prior } = targetMeans(column, rows, target, smoothing);
    return { ...common, levels: present.map(wordAt), means: present.map((level) => means[level] ?? prior), prior };
  }
  const kept = new Set(byCount.filter((level) => countOf(level) >= minFrequency).slice(0, maxCategories));
  const rare = present.filter((level) => !kept.has(level));
  return { ...common, levels: present.filter((level) => kept.has(level)).map(wordAt), rare: rare.map(wordAt) };
}

/** What is learnt of a column from these rows. */
export function fitColumn(
  name: string,
  reading: Reading,
  column: RawColumn,
  rows: ArrayLike<number>,
  options: CategoryOptions,
  target: TargetValues | undefined,
  scratch: Scratch,
): ColumnSpec {
  if (column.role === 'category') return fitWords(name, column, rows, options, target);
  return reading.role === 'category' ? { name, role: 'ignore' } : fitNumbers(name, reading, column, rows, scratch);
}
