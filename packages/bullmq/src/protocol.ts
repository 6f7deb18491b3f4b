// What a chief and its workers agree on.
import { fingerprintMismatch, pack, unpack, type EpochReport, type Fingerprint } from 'wasmgrad/selection';
import { sha256 } from './store.js';

/** A chief that waits for its first worker takes over what the worker has; it does not know the module itself. */
export const ANY = '*';

/** What is in a job of the queue. */
export interface JobData {
  /** Hash of the search's data. */
  readonly data: string;
  /** How long to keep results, in seconds. */
  readonly keep: number;
}

/** A chief or worker as it announces itself. */
export interface Announced {
  readonly id: string;
  readonly fingerprint: Fingerprint;
}

function isFingerprint(value: unknown): value is Fingerprint {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['version', 'kernels', 'simd', 'trials'].every(
      (name) => typeof Object.getOwnPropertyDescriptor(value, name)?.value === 'string',
    )
  );
}

function isAnnounced(value: unknown): value is Announced {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('fingerprint' in value)) return false;
  return typeof value.id === 'string' && isFingerprint(value.fingerprint);
}

/** Those that could be read: later versions may announce themselves otherwise. */
export function announced(members: readonly string[]): Announced[] {
  return members.map((member): unknown => JSON.parse(member)).filter(isAnnounced);
}

/** In what a worker differs from a chief; undefined when it may work for it. */
export function difference(chief: Fingerprint, worker: Fingerprint): string | undefined {
  const { trials } = chief.trials === ANY ? worker : chief;
  return fingerprintMismatch({ ...chief, trials }, worker);
}

/** Workers that differ do not even see the jobs of this queue. */
export function queueName({ version, kernels, simd, trials }: Fingerprint): string {
  return `jobs-${sha256(version, kernels, simd, trials).slice(0, 16)}`;
}

/** A report as text, because JSON has no NaN. */
export function reportText(report: EpochReport): string {
  return Buffer.from(pack(report)).toString('base64');
}

function isReport(value: unknown): value is EpochReport {
  return typeof value === 'object' && value !== null && 'epoch' in value && 'scores' in value;
}

export function reportOf(text: string): EpochReport | undefined {
  const report = unpack(Buffer.from(text, 'base64'));
  return isReport(report) ? report : undefined;
}

export const CANCEL = 'cancel';
