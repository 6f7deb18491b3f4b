import { NotInitializedError } from '../core/errors.js';
import type { Heap } from './heap.js';
import type { KernelGroup } from './kernelGroup.js';

/** What the walker's module offers, kernels apart. */
export interface WasmExports {
  run(program: number, end: number): number;
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

/** What sharing takes at least, unless a test says otherwise. */
export const thresholds = (): Thresholds => ({ piece: 5_000, share: 40_000, start: 5_000_000 });

/** Threads that share large pieces of work. */
export interface ThreadPool {
  readonly thresholds: Thresholds;
  /** As `wasm.run`; `work`: nanoseconds that may be shared. */
  run(program: number, end: number, work: number): number;
}

/** @internal What a training worker is made from. Its modules take shared memory where it has several threads. */
export interface Blueprint {
  /** Those linked so far, the walker's first. */
  readonly modules: readonly WebAssembly.Module[];
  /** Those of the worker. */
  readonly threads: number;
  readonly cores: number;
  /** Scratch memory of the first thread. */
  readonly workspace: number;
  readonly workspaceBytes: number;
}

/** @internal Where kernels come from. */
export interface Modules {
  /** Links the group's module if it is not yet. */
  exportsOf(group: KernelGroup): WebAssembly.Exports;
  linkPresent(): Promise<void>;
}

/** @internal */
export interface Runtime {
  readonly heap: Heap;
  readonly wasm: WasmExports;
  readonly modules: Modules;
  blueprint(): Promise<Blueprint>;
  readonly info: RuntimeInfo;
  /** None where there is only one thread. */
  readonly pool: ThreadPool | undefined;
  /** By which recordings cut work into pieces; none where nothing can be shared, in a training worker neither. */
  readonly thresholds: Thresholds | undefined;
}

let current: Runtime | undefined;

/** @internal The one runtime of this module graph; throws `NotInitializedError` before `init()`. */
export function runtime(): Runtime {
  if (!current) throw new NotInitializedError('wasmgrad: expected `await init()` before the first tensor, got none');
  return current;
}

/** @internal */
export function currentRuntime(): Runtime | undefined {
  return current;
}

/** @internal */
export function setRuntime(value: Runtime): void {
  current = value;
}
