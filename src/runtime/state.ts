import { NotInitializedError } from '../core/errors.js';
import type { KernelSignatures } from './generated/kernels.js';
import type { Heap } from './heap.js';

/** What the wasm instance offers: the kernels, and the walker of recorded programs. */
export interface WasmExports extends KernelSignatures {
  run(program: number, end: number): number;
  setWorkspace(pointer: number): void;
}

/** What `init()` found and chose. */
export interface RuntimeInfo {
  /** Threads that share the work of one call. */
  readonly threads: number;
  readonly simd: 'strict' | 'relaxed';
  /** Whether linear memory is a SharedArrayBuffer. */
  readonly sharedMemory: boolean;
  /** Why there are fewer threads, or no relaxed SIMD, than asked for. */
  readonly reason?: string;
}

export interface Runtime {
  readonly heap: Heap;
  readonly wasm: WasmExports;
  readonly info: RuntimeInfo;
}

let current: Runtime | undefined;

/** The one runtime of this module graph; throws `NotInitializedError` before `init()`. */
export function runtime(): Runtime {
  if (!current) throw new NotInitializedError('wasmgrad: expected `await init()` before the first tensor, got none');
  return current;
}

export function currentRuntime(): Runtime | undefined {
  return current;
}

export function setRuntime(value: Runtime): void {
  current = value;
}
