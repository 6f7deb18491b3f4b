// Watching an entry of the epoch log.
import { finiteNumber, oneOf, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { EpochLog } from '../history.js';
import { usualMode } from '../metrics.js';

/** What is watched, and what is better. */
export interface MonitorOptions {
  /** Entry of the epoch log to watch. Default `'valLoss'`. */
  readonly monitor?: string | undefined;
  /** Smallest change that counts as an improvement. Default 0. */
  readonly minDelta?: number | undefined;
  /**
   * Whether smaller or larger is better. Default: smaller for losses and errors, larger for other metrics of the
   * library; `fit` asks for it where the metric is not the library's.
   */
  readonly mode?: 'min' | 'max' | undefined;
}

/** The best value so far. */
export interface Monitor {
  /** For `fit`. */
  readonly monitors: readonly string[];
  readonly usualMode: boolean;
  /** Forgets all values. */
  readonly restart: () => void;
  /** Whether an epoch is the best so far. */
  readonly improves: (log: EpochLog) => boolean;
}

/** @throws TypeError, RangeError, in the name of `where` */
export function monitorOf(where: string, { monitor = 'valLoss', minDelta = 0, mode }: MonitorOptions): Monitor {
  if (typeof (monitor as unknown) !== 'string') refuse(TypeError, where, 'monitor to be a string', show(monitor));
  finiteNumber(where, 'minDelta', minDelta, { min: 0 });
  const direction = oneOf(where, 'mode', mode ?? usualMode(monitor), ['min', 'max']) === 'min' ? 1 : -1;
  let best = Infinity;
  return {
    monitors: [monitor],
    usualMode: mode === undefined,
    restart: () => {
      best = Infinity;
    },
    improves: (log) => {
      const value = direction * (log[monitor] ?? NaN);
      const better = value < best - minDelta;
      if (better) best = value;
      return better;
    },
  };
}
