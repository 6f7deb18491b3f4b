import { NotInitializedError } from '../core/errors.js';
import type { Heap } from './heap.js';
import type { KernelGroup } from './kernelGroup.js';

/** The exports of the walker's module besides kernels. */
export interface WasmExports {
  run(program: number, end: number): number;
  relaxed(): number;
  runShared(program: number, end: number): number;
  resume(end: number): number;
  workerLoop(modules: number): void;
}

/** What `init()` has detected and chosen. */
export interface RuntimeInfo {
  /** Threads that share the work of one call. */
  readonly threads: number;
  readonly simd: 'strict' | 'relaxed';
  /** Whether linear memory is a SharedArrayBuffer. */
  readonly sharedMemory: boolean;
  /** Why there are fewer threads, or no relaxed SIMD, than asked for. */
  readonly reason?: string;
}

/** Amounts of work for which threads are used, in nanoseconds of one thread. They do not change results. */
export interface Thresholds {
  /** Least work of a piece. Passing less to another thread costs more than it saves. */
  piece: number;
  /** Least shareable work of a program or a call for which waking threads pays off. 0: always share (tests). */
  share: number;
  /** Shareable work to do on one thread before workers start, so that short scripts start none. */
  start: number;
}

/** The values unless a test sets others. */
export const thresholds = (): Thresholds => ({ piece: 5_000, share: 40_000, start: 5_000_000 });

/** Threads that share large pieces of work. */
export interface ThreadPool {
  readonly thresholds: Thresholds;
  /** Like `wasm.run`; `work`: nanoseconds that may be shared. */
  run(program: number, end: number, work: number): number;
}

/** @internal What a training worker needs to start. Its modules import shared memory if it has several threads. */
export interface Blueprint {
  /** Those linked so far, the walker's first. */
  readonly modules: readonly WebAssembly.Module[];
  /** Threads of the worker. */
  readonly threads: number;
  readonly cores: number;
  /** Source text of the workers of its pool, which the page has anyway. */
  readonly poolWorker: string;
}

/** @internal Where kernels come from. */
export interface Modules {
  /** Those linked so far. */
  readonly modules: readonly WebAssembly.Module[];
  /** The exports of a group's module, which is linked now if necessary. */
  exportsOf(group: KernelGroup): WebAssembly.Exports;
}

/** @internal */
export interface Runtime {
  readonly heap: Heap;
  readonly wasm: WasmExports;
  readonly modules: Modules;
  blueprint(): Promise<Blueprint>;
  readonly info: RuntimeInfo;
  /** Undefined with a single thread. */
  readonly pool: ThreadPool | undefined;
  /**
   * Thresholds by which recordings divide work; undefined if neither this thread nor a training worker can share work.
   */
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
