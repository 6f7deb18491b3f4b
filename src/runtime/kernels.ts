import type { KernelSignatures } from './generated/kernels.js';
import { activeRecorder } from './recorder.js';
import { runtime } from './state.js';

export type KernelName = keyof KernelSignatures;

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
  const kernel: (...values: number[]) => unknown = runtime().wasm[name];
  kernel(...args);
}
