// What a search looks at and keeps during a training, as a callback of `fit`.
import type { Callback, Model, TrainingSnapshot } from '../models/index.js';
import type { EpochReport, Pruning, TaskContext, TrialTask } from './executor.js';
import type { Scores } from './scores.js';

/** What a task asks for besides the scores at the end. */
export type WatchOptions = Pick<TrialTask, 'reports' | 'prune' | 'keep'> & Pick<TaskContext, 'onReport'>;

/** What is known of a training besides its scores at the end. */
interface Watched {
  readonly callback: Callback;
  readonly reports: EpochReport[];
  /** The state after the last epoch. */
  snapshot?: TrainingSnapshot;
  isPruned: boolean;
}

/** Whether a score is worse than the limit; NaN is worse than every number. */
function isWorse({ monitor, mode, limits }: Pruning, { epoch, scores }: EpochReport): boolean {
  const limit = limits[epoch - 1] ?? null;
  if (limit === null) return false;
  const score = scores[monitor] ?? NaN;
  return Number.isNaN(score) || (mode === 'min' ? score > limit : score < limit);
}

/** Scores the model after each epoch if the task asks for it, and takes a snapshot after its last epoch. */
export function watch(
  { reports, prune, keep, onReport }: WatchOptions,
  epochs: number,
  score: (model: Model) => Scores,
): Watched {
  const watched: Watched = {
    reports: [],
    isPruned: false,
    callback: {
      onEpochEnd: ({ epoch }, control) => {
        const isLast = epoch >= epochs;
        if (reports || prune) {
          const report = { epoch, scores: score(control.model) };
          watched.reports.push(report);
          onReport?.(report);
          watched.isPruned = !isLast && prune !== undefined && isWorse(prune, report);
          if (watched.isPruned) control.stop();
        }
        if (keep && isLast) watched.snapshot = control.snapshot();
      },
    },
  };
  return watched;
}
