import { NotInitializedError } from '../core/errors.js';
import type { KernelSignatures } from './generated/kernels.js';
import type { Heap } from './heap.js';

export type KernelName = keyof KernelSignatures;

/** What the wasm instance offers: the kernels, and the walker of recorded programs. */
export interface WasmExports extends KernelSignatures {
  run(program: number, end: number): number;
  setWorkspace(pointer: number): void;
  relaxed(): number;
  runShared(program: number, end: number): number;
  resume(end: number): number;
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

/** From how much work on threads are used, in nanoseconds of one thread. Whatever the values, the bits are the same. */
export interface Thresholds {
  /** What a piece must take to be worth handing to another thread. */
  piece: number;
  /** What a program or a call must have to share before waking other threads for it pays. 0: everything, pay or not. */
  share: number;
  /** How much work must have been done alone before workers are started: short scripts go without. */
  start: number;
}

/** Threads that share large pieces of work. */
export interface ThreadPool {
  readonly thresholds: Thresholds;
  /** As `wasm.run`; `work`: nanoseconds that may be shared. */
  run(program: number, end: number, work: number): number;
  /** One kernel over its whole range. */
  call(name: KernelName, args: readonly number[], work: number): void;
}

/** What another instance of the module needs to be like this one. */
export interface Blueprint {
  readonly module: WebAssembly.Module;
  /** Whether the module is made for shared memory. */
  readonly shared: boolean;
  readonly threads: number;
  readonly cores: number;
  /** Scratch memory of the first thread; those of the others follow at the same distance. */
  readonly workspace: number;
  readonly workspaceBytes: number;
}

export interface Runtime {
  readonly heap: Heap;
  readonly wasm: WasmExports;
  readonly blueprint: Blueprint;
  readonly info: RuntimeInfo;
  /** None where there is only one thread. */
  readonly pool: ThreadPool | undefined;
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
