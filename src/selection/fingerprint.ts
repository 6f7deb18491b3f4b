import { isDetached, isPlain, knownOptions, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import { release } from '../runtime/generated/release.js';
import { runtime } from '../runtime/state.js';

/** What two machines must have in common for the same bits. Plain data. */
export interface Fingerprint {
  /** Version of the library. */
  readonly version: string;
  /** Hash of its kernels. */
  readonly kernels: string;
  readonly simd: 'strict' | 'relaxed';
  /** Hash of the module with the trials. */
  readonly trials: string;
}

const ENTRIES = ['version', 'kernels', 'simd', 'trials'] as const;

/**
 * What the results of this machine depend on: the library, its kernels, the kind of SIMD that `init` has chosen, and the
 * module with the trials. A worker compares its own with that of the search, and takes no tasks when they differ.
 *
 * @param options `trials`: the text, or the bytes, of the module with the trials. What it imports does not count.
 * @throws NotInitializedError before `init`; TypeError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { fingerprint, fingerprintMismatch } from 'wasmgrad/selection';
 * await init();
 * const chief = fingerprint({ trials: 'export default defineTrials(...)' });
 * const worker = fingerprint({ trials: 'export default defineTrials( ... )' });
 * console.log(fingerprintMismatch(chief, worker)); // 'trials ..., not ...'
 * ```
 */
export function fingerprint(options: { readonly trials: string | Uint8Array }): Fingerprint {
  const { trials } = knownOptions('fingerprint', options, ['trials']);
  const given: unknown = trials;
  if (typeof given !== 'string' && !(given instanceof Uint8Array))
    refuse(TypeError, 'fingerprint', 'trials to be the text or bytes of a module', show(given));
  if (given instanceof Uint8Array && isDetached(given.buffer))
    refuse(TypeError, 'fingerprint', 'bytes that can be read', 'a detached array');
  const bytes = typeof trials === 'string' ? new TextEncoder().encode(trials) : trials;
  const { simd } = runtime().info;
  return { version: release.version, kernels: release.kernels[simd], simd, trials: hashOf(`${bytes.length}`, bytes) };
}

/**
 * The first thing in which a worker differs from the search's chief, as text; undefined when they give the same bits.
 *
 * @throws TypeError for other things than fingerprints
 * @example
 * ```ts
 * import { fingerprintMismatch } from 'wasmgrad/selection';
 * const chief = { version: '1.0.0', kernels: 'a0', simd: 'strict', trials: 'b1' };
 * console.log(fingerprintMismatch(chief, { ...chief, version: '1.0.1' })); // 'version 1.0.1, not 1.0.0'
 * ```
 */
export function fingerprintMismatch(chief: Fingerprint, worker: Fingerprint): string | undefined {
  for (const given of [chief, worker] as readonly unknown[])
    if (!isPlain(given) || ENTRIES.some((name) => typeof given[name] !== 'string'))
      refuse(TypeError, 'fingerprintMismatch', 'two fingerprints', show(given));
  const name = ENTRIES.find((entry) => chief[entry] !== worker[entry]);
  return name && `${name} ${worker[name]}, not ${chief[name]}`;
}
