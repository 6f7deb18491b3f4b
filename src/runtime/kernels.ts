import type { KernelSignatures } from './generated/kernels.js';
import { activeRecorder } from './recorder.js';
import { runtime, type KernelName } from './state.js';
import { workOf } from './work.js';

export type { KernelName } from './state.js';

/**
 * Runs a kernel, or, while a program is being recorded, appends it to the program.
 * The argument list is checked against the kernel's own AssemblyScript declaration.
 */
export function call<K extends KernelName>(name: K, ...args: Parameters<KernelSignatures[K]>): void {
  const recorder = activeRecorder();
  if (recorder) {
    recorder.append(name, args);
    return;
  }
  const { wasm, heap, pool } = runtime();
  if (pool) {
    const work = workOf(name, args, heap);
    if (work > 0 && work >= pool.thresholds.share) {
      pool.call(name, args, work);
      return;
    }
  }
  const kernel: (...values: number[]) => unknown = wasm[name];
  kernel(...args);
}
