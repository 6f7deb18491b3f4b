// The results of a search's points: collected fold by fold, ranked at the end, printed as a table.
import { show } from '../core/checks.js';
import type { GridPoint, TrialTask } from './executor.js';
import { deviations, meanScores, type Scores } from './scores.js';
import type { Outcome } from './tasks.js';

/** The result of one point. */
export interface Trial<P = GridPoint> {
  /** From 1; failed trials come last. */
  readonly rank: number;
  /** Position in the grid, or number of the trial, from 0. */
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
  /** Of searches that give trials different numbers of epochs: the most that any fold was trained. */
  readonly epochs?: number | undefined;
  /** Whether a fold was given up because of its scores after some epochs. */
  readonly pruned?: boolean | undefined;
}

/** A trial before all are known. */
export type Unranked<P> = Omit<Trial<P>, 'rank'>;

const FAILED: Scores = { loss: NaN };

/** The folds of a trial that are known, of those that it has. */
interface Page<P> {
  readonly index: number;
  readonly point: P;
  /** Epochs given to it, if the search decides about them. */
  readonly budget: number | undefined;
  readonly outcomes: (Outcome | undefined)[];
}

/** Collects the outcomes of a search. */
export class TrialBook<P> {
  readonly #k: number;
  readonly #open = new Map<number, Page<P>>();
  readonly #done = new Map<number, { readonly trial: Unranked<P>; readonly budget: number }>();

  constructor(k: number) {
    this.#k = k;
  }

  /** Begins a trial, or goes on with one that is given more epochs. */
  open(index: number, point: P, budget?: number): void {
    const outcomes = new Array<Outcome | undefined>(this.#k).fill(undefined);
    this.#open.set(index, { index, point, budget, outcomes });
  }

  /** Adds the outcome of a fold. Returns the trial when all its folds are known. */
  enter({ trial: index, fold }: Pick<TrialTask, 'trial' | 'fold'>, outcome: Outcome): Unranked<P> | undefined {
    const page = this.#open.get(index)!;
    page.outcomes[fold] = outcome;
    if (page.outcomes.includes(undefined)) return undefined;
    this.#open.delete(index);
    const trial = trialOf(page);
    this.#done.set(index, { trial, budget: page.budget ?? 0 });
    return trial;
  }

  /**
   * All trials of which all folds are known, the best one first. Trials of more epochs come before those to which the
   * search gave fewer, and trials with equal scores stay in their order.
   */
  ranked(monitor: string, mode: 'min' | 'max'): Trial<P>[] {
    const all = [...this.#done.values()].map(({ trial, budget }) => ({
      trial,
      keys: [
        Number('error' in trial),
        Number(trial.pruned ?? false),
        -budget,
        scoreOf(trial, monitor, mode),
        trial.index,
      ],
    }));
    return all.sort((a, b) => compareAll(a.keys, b.keys)).map(({ trial }, i) => ({ rank: i + 1, ...trial }));
  }
}

/** The trial, all of whose folds are known. */
function trialOf<P>({ index, point, budget, outcomes }: Page<P>): Unranked<P> {
  const results = outcomes.map((outcome) => (outcome && 'result' in outcome ? outcome.result : undefined));
  const folds = results.map((result) => result?.scores ?? FAILED);
  const failed = outcomes.find((outcome) => outcome && 'error' in outcome);
  if (failed && 'error' in failed) return { index, point, folds, mean: FAILED, std: FAILED, error: failed.error };
  const pruned = results.some((result) => result?.ended === 'pruned');
  const epochs = Math.max(...results.map((result) => result?.epochs ?? NaN));
  return {
    ...{ index, point, folds, mean: meanScores(folds), std: deviations(folds) },
    ...((pruned || budget !== undefined) && { epochs }),
    ...(pruned && { pruned }),
  };
}

/** The score of a trial as a number of which smaller is better; infinite for those without one. */
export function scoreOf({ mean }: Pick<Trial, 'mean'>, monitor: string, mode: 'min' | 'max'): number {
  const value = (mode === 'min' ? 1 : -1) * (mean[monitor] ?? NaN);
  return Number.isNaN(value) ? Infinity : value;
}

/** Thrown values need not be errors. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : show(error);
}

/** By the first numbers that differ. Unlike a difference, this is correct for two infinities. */
export function compareAll(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
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
