// What a chief and its workers send each other, as bytes made by `pack`.
import { isPlain } from '../../core/checks.js';
import type { EpochReport, TrialResult, TrialTask } from '../executor.js';
import type { Fingerprint } from '../fingerprint.js';
import type { PackedError } from '../messages.js';

/** How a training ended. */
export type PackedOutcome = { readonly result: TrialResult } | { readonly error: PackedError };

/** The answer to a worker that has joined. */
export interface Welcome {
  readonly worker: string;
  /** Milliseconds between signs of life. */
  readonly beat: number;
  /** Hash of the data. */
  readonly data: string;
}

/** The answer to a worker that asks for a task: none for the moment without any of these. */
export interface Order {
  readonly number?: number | undefined;
  readonly task?: TrialTask | undefined;
  /** The search is over. */
  readonly over?: boolean | undefined;
  /** The worker was taken for lost, and may join again. */
  readonly lost?: boolean | undefined;
}

function isScores(value: unknown): boolean {
  return isPlain(value) && Object.values(value).every((score) => typeof score === 'number');
}

export function isReport(value: unknown): value is EpochReport {
  return isPlain(value) && typeof value['epoch'] === 'number' && isScores(value['scores']);
}

export function isOutcome(value: unknown): value is PackedOutcome {
  if (!isPlain(value)) return false;
  const { result, error } = value;
  if (isPlain(error)) return typeof error['name'] === 'string' && typeof error['message'] === 'string';
  return isPlain(result) && isScores(result['scores']) && typeof result['epochs'] === 'number';
}

export function isWelcome(value: unknown): value is Welcome {
  if (!isPlain(value)) return false;
  const { worker, beat, data } = value;
  return typeof worker === 'string' && typeof beat === 'number' && typeof data === 'string';
}

/** `runTask` checks the task. */
export function isOrder(value: unknown): value is Order {
  if (!isPlain(value)) return false;
  const { number, task } = value;
  return number === undefined ? task === undefined : typeof number === 'number' && isPlain(task);
}

export function isFingerprint(value: unknown): value is Fingerprint {
  if (!isPlain(value)) return false;
  const { version, kernels, simd, trials } = value;
  return [version, kernels, simd, trials].every((each) => typeof each === 'string');
}
