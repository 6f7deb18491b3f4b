import { knownOptions } from '../core/checks.js';
import { pictureOptions, sizeOptions, type ChartOptions } from './options.js';
import { panelOf, type Chart } from './panel.js';
import { ALONE, sheetOf } from './sheet.js';
import { columnsOf, type Column, type Searched } from './trials.js';

export interface ImportanceOptions extends ChartOptions {
  /** The score that is explained: `'loss'` or the name of a metric. Default `'loss'`. */
  readonly monitor?: string | undefined;
}

/** How much of the scores a hyperparameter explains. */
export interface ParameterImportance {
  /** Its name, or its path in the point: `optimizer.momentum`. */
  readonly name: string;
  /** From 0 to 1. */
  readonly share: number;
}

/** Groups of the values of a number, at most, and words of which there are more than this have no groups of their own. */
const MOST_GROUPS = 8;

/** Ranks of numbers from 0; equal ones have the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length).fill(0);
  for (let begin = 0; begin < order.length;) {
    let end = begin + 1;
    while (end < order.length && values[order[end]!] === values[order[begin]!]) end++;
    for (let i = begin; i < end; i++) ranks[order[i]!] = (begin + end - 1) / 2;
    begin = end;
  }
  return ranks;
}

/** The group of each trial: numbers in groups of equal size by their rank, words and missing values by themselves. */
function groupsOf({ values }: Column): string[] {
  const numbers = values.filter((value) => typeof value === 'number');
  const different = new Set(numbers).size;
  const count = Math.max(2, Math.min(MOST_GROUPS, Math.floor(Math.sqrt(numbers.length))));
  const ranks = ranksOf(numbers);
  let at = 0;
  return values.map((value) => {
    if (typeof value !== 'number') return String(value);
    const rank = ranks[at++] ?? 0;
    return different <= count ? `= ${value}` : `${Math.floor((rank * count) / numbers.length)}`;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** 1 - (variance within the groups) / (variance of all), each without bias; 0 if there is nothing to explain. */
function explained(scores: readonly number[], groups: readonly string[]): number {
  const n = scores.length;
  const byGroup = new Map<string, number[]>();
  scores.forEach((score, i) => byGroup.set(groups[i] ?? '', [...(byGroup.get(groups[i] ?? '') ?? []), score]));
  const spread = (values: readonly number[]): number => {
    const mean = sum(values) / values.length;
    return sum(values.map((value) => (value - mean) ** 2));
  };
  const all = spread(scores);
  const k = byGroup.size;
  if (n <= k || k < 2 || all === 0) return 0;
  const within = sum([...byGroup.values()].map(spread));
  return Math.max(0, 1 - within / (n - k) / (all / (n - 1)));
}

/**
 * How much of the scores each hyperparameter explains by itself, the most important one first: the share of the variance
 * of the scores' ranks that lies between groups of its values, `1 - (within / (n - k)) / (total / (n - 1))` (epsilon
 * squared, Kelley 1935), which is about 0 for one that does not matter. Numbers are put into up to 8 groups of equal size,
 * so that a best value in the middle counts, too; each word is a group, and so are the trials that do not have the
 * hyperparameter. Shares need not add up to 1: what only two of them explain together is in none.
 *
 * Scores must be comparable: of halving searches, give the trials with the same `epochs`.
 *
 * @param result what `randomSearch`, `tpe`, `gridSearch`, ... return, or `{ trials }`
 * @param options `monitor`, default `'loss'`
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { importanceValues } from 'wasmgrad/plot';
 * const trials = Array.from({ length: 64 }, (_, i) => ({ point: { a: i % 8, b: i }, mean: { loss: (i % 8) ** 2 } }));
 * console.log(importanceValues({ trials })[0]); // { name: 'a', share: 1 }
 * ```
 */
export function importanceValues(
  result: Searched,
  options: Pick<ImportanceOptions, 'monitor'> = {},
): ParameterImportance[] {
  knownOptions('importanceValues', options, ['monitor']);
  return sharesOf('importanceValues', result, options.monitor);
}

function sharesOf(where: string, result: unknown, monitor: unknown): ParameterImportance[] {
  const { columns, scores } = columnsOf(where, result, monitor);
  const ranks = ranksOf(scores);
  const shares = columns.map((column) => ({ name: column.name, share: explained(ranks, groupsOf(column)) }));
  return shares.sort((a, b) => b.share - a.share);
}

/**
 * Bars of how much of the scores each hyperparameter explains by itself (`importanceValues`, where the measure is).
 *
 * @param result what `randomSearch`, `tpe`, `gridSearch`, ... return, or `{ trials }`
 * @param options `monitor` (default `'loss'`), `title`, `width`, `height`, `theme`
 * @returns an SVG document as text
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { importance } from 'wasmgrad/plot';
 * const trials = Array.from({ length: 64 }, (_, i) => ({ point: { a: i % 8, b: i }, mean: { loss: (i % 8) ** 2 } }));
 * console.log(importance({ trials }).startsWith('<svg')); // true
 * ```
 */
export function importance(result: Searched, options: ImportanceOptions = {}): string {
  const where = 'importance';
  const picture = pictureOptions(where, options, 'Importance', ['monitor', 'width', 'height']);
  const size = sizeOptions(where, options);
  const shares = sharesOf(where, result, options.monitor);
  const points = shares.map(({ share }, i): [number, number] => [i, share]);
  const categories = shares.map(({ name }) => name);
  const chart: Chart = {
    title: picture.title,
    xLabel: 'hyperparameter',
    yLabel: 'share of variance explained',
    yRange: [0, 1],
    categories,
    series: [{ name: 'share', points, style: 'bars' }],
    ...size,
  };
  return sheetOf([panelOf(chart, ALONE)], picture);
}
