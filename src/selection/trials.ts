// The results of a grid's points: collected fold by fold, ranked at the end, printed as a table.
import { show } from '../core/checks.js';
import type { GridPoint, TrialTask } from './executor.js';
import { deviations, meanScores, type Scores } from './scores.js';

/** The result of one point of the grid. */
export interface Trial<P = GridPoint> {
  /** From 1; failed trials come last. */
  readonly rank: number;
  /** Position in the grid, from 0. */
  readonly index: number;
  readonly point: P;
  /** Loss and metrics on each fold's test rows; a failed fold has loss NaN. */
  readonly folds: readonly Scores[];
  /** Means over the folds; loss NaN for a failed trial. */
  readonly mean: Scores;
  /** Standard deviations over the folds, the sum of squares divided by their number; loss NaN for a failed trial. */
  readonly std: Scores;
  /** The error of the first failed fold, if there is one. */
  readonly error?: unknown;
}

/** How a fold of a trial ended. */
export type FoldOutcome = { readonly scores: Scores } | { readonly error: unknown };

const FAILED: Scores = { loss: NaN };

/** Collects the outcomes of a search. */
export class TrialBook<P> {
  readonly #points: readonly P[];
  readonly #k: number;
  readonly #outcomes: (FoldOutcome | undefined)[];
  readonly #missing: number[];

  constructor(points: readonly P[], k: number) {
    this.#points = points;
    this.#k = k;
    this.#outcomes = new Array<FoldOutcome | undefined>(points.length * k).fill(undefined);
    this.#missing = points.map(() => k);
  }

  /** Adds the outcome of a fold. Returns the trial when all its folds are known. */
  enter({ trial, fold }: TrialTask, outcome: FoldOutcome): Omit<Trial<P>, 'rank'> | undefined {
    this.#outcomes[trial * this.#k + fold] = outcome;
    const missing = (this.#missing[trial] ?? 0) - 1;
    this.#missing[trial] = missing;
    return missing === 0 ? this.#trial(trial) : undefined;
  }

  #trial(index: number): Omit<Trial<P>, 'rank'> {
    const point = this.#points[index]!;
    const outcomes = this.#outcomes.slice(index * this.#k, (index + 1) * this.#k);
    const folds = outcomes.map((outcome) => (outcome && 'scores' in outcome ? outcome.scores : FAILED));
    const failed = outcomes.find((outcome) => outcome && 'error' in outcome);
    if (failed && 'error' in failed) return { index, point, folds, mean: FAILED, std: FAILED, error: failed.error };
    return { index, point, folds, mean: meanScores(folds), std: deviations(folds) };
  }

  /** All trials, the best one first. Points with equal scores stay in the order of the grid. */
  ranked(monitor: string, mode: 'min' | 'max'): Trial<P>[] {
    const direction = mode === 'min' ? 1 : -1;
    const score = ({ mean }: Pick<Trial<P>, 'mean'>): number => {
      const value = direction * (mean[monitor] ?? NaN);
      return Number.isNaN(value) ? Infinity : value;
    };
    return this.#points
      .map((_, index) => this.#trial(index))
      .sort((a, b) => Number('error' in a) - Number('error' in b) || compare(score(a), score(b)) || a.index - b.index)
      .map((trial, i) => ({ rank: i + 1, ...trial }));
  }
}

/** Thrown values need not be errors. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : show(error);
}

/** Unlike a difference, this is correct for two infinities. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function cells(
  { rank, point, mean, std, error }: Trial,
  names: readonly string[],
  scores: readonly string[],
): string[] {
  const values = names.map((name) => JSON.stringify(point[name]).replaceAll('"', ''));
  if (error !== undefined) return [String(rank), ...values, `failed: ${errorText(error)}`];
  const shown = scores.map((name) => `${(mean[name] ?? NaN).toPrecision(4)} ± ${(std[name] ?? NaN).toPrecision(2)}`);
  return [String(rank), ...values, ...shown];
}

/** Ranked trials as text, one line each. */
export function trialTable(trials: readonly Trial[]): string {
  const names = Object.keys(trials[0]?.point ?? {});
  const scores = Object.keys(trials[0]?.mean ?? {});
  const rows = [['rank', ...names, ...scores], ...trials.map((trial) => cells(trial, names, scores))];
  const columns = 1 + names.length + scores.length;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row.length === columns || column <= names.length ? (row[column]?.length ?? 0) : 0))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
