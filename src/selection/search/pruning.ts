// The median rule: a training is given up when it is worse than half of those before it were after the same epoch.
import { isPlain, knownOptions, oneOf, show, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { Pruning, TrialResult } from '../executor.js';
import type { Job, JobResult } from './strategy.js';
import type { Monitor } from './options.js';

/** When trainings are given up: `'median'`, or the same with numbers. */
export type PruningRule =
  | 'median'
  | {
      readonly rule: 'median';
      /** Trials that are always trained to the end, at least; the batch in which they end is, too. Default 4. */
      readonly startup?: number | undefined;
      /** Epochs after which no training is given up, at the beginning. Default 1. */
      readonly warmup?: number | undefined;
    };

export function checkPruning(where: string, pruning: PruningRule | undefined): PruningRule | undefined {
  if (pruning === undefined || pruning === 'median') return pruning;
  const given: unknown = pruning;
  if (!isPlain(given)) refuse(TypeError, where, "pruning to be 'median' or { rule, startup, warmup }", show(given));
  const { rule, startup = 4, warmup = 1 } = knownOptions(where, pruning, ['rule', 'startup', 'warmup']);
  oneOf(where, 'pruning.rule', rule, ['median']);
  wholeNumber(where, 'pruning.startup', startup, { min: 1 });
  wholeNumber(where, 'pruning.warmup', warmup, { min: 0 });
  return pruning;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Knows the trials of all batches before. */
export class MedianRule {
  readonly #startup: number;
  readonly #warmup: number;
  readonly #monitor: Monitor;
  #trials = 0;
  /** By fold and epoch: the scores of all trials that came so far. */
  readonly #scores: number[][][] = [];

  constructor(rule: PruningRule, monitor: Monitor) {
    const { startup = 4, warmup = 1 } = rule === 'median' ? {} : rule;
    this.#startup = startup;
    this.#warmup = warmup;
    this.#monitor = monitor;
  }

  learn(results: readonly JobResult<unknown>[]): void {
    this.#trials += results.length;
    for (const { results: folds } of results)
      folds.forEach((result, fold) => this.#add((this.#scores[fold] ??= []), result));
  }

  #add(epochs: number[][], result: TrialResult | undefined): void {
    for (const { epoch, scores } of result?.reports ?? [])
      (epochs[epoch - 1] ??= []).push(scores[this.#monitor.monitor] ?? NaN);
  }

  /** What the jobs of the next batch have in addition. */
  job(): Pick<Job<unknown>, 'reports' | 'prune'> {
    const { monitor, mode } = this.#monitor;
    if (this.#trials < this.#startup) return { reports: true };
    const prune = (fold: number): Pruning => {
      const epochs = Array.from(this.#scores[fold] ?? [], (scores: readonly number[] | undefined) =>
        medianOf(scores ?? []),
      );
      return { monitor, mode, limits: epochs.map((limit, i) => (i < this.#warmup ? null : limit)) };
    };
    return { reports: true, prune };
  }
}
