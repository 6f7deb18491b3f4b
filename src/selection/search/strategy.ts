// What a search asks for, step by step.
import type { GridPoint, Pruning, TrialResult } from '../executor.js';
import type { Unranked } from '../trials.js';
import type { Space, SpacePoint } from './space.js';

/** A trial to run, or to go on with. */
export interface Job<P> {
  readonly index: number;
  readonly point: P;
  /** Epochs in all, if the search decides about them. */
  readonly epochs?: number | undefined;
  /** Whether the trial may go on later. */
  readonly keep?: boolean | undefined;
  readonly reports?: boolean | undefined;
  /** By fold. */
  readonly prune?: ((fold: number) => Pruning) | undefined;
}

/** What became of a job. */
export interface JobResult<P> {
  readonly trial: Unranked<P>;
  /** By fold; undefined for one that failed. */
  readonly results: readonly (TrialResult | undefined)[];
}

/** Gives jobs that may run at the same time, and is given their results in the order of the jobs. */
export type Strategy<P> = Generator<Iterable<Job<P>>, void, readonly JobResult<P>[]>;

/** Points of a space are plain data. */
export type Point<S extends Space> = GridPoint & SpacePoint<S>;
