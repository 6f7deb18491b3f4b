import { NotInitializedError } from '../core/errors.js';
import type { Heap } from './heap.js';
import type { KernelGroup } from './kernelGroup.js';

/** What the walker's module offers, kernels apart. */
export interface WasmExports {
  run(program: number, end: number): number;
  relaxed(): number;
  runShared(program: number, end: number): number;
  resume(end: number): number;
  workerLoop(modules: number): void;
}

/** What `init()` has found and chosen. */
export interface RuntimeInfo {
  /** Threads that share the work of one call. */
  readonly threads: number;
  readonly simd: 'strict' | 'relaxed';
  /** Whether linear memory is a SharedArrayBuffer. */
  readonly sharedMemory: boolean;
  /** Why there are fewer threads, or no relaxed SIMD, than asked for. */
  readonly reason?: string;
}

/** How much work threads are used for, in nanoseconds of one thread. The results are the same, to the bit, for all values. */
export interface Thresholds {
  /** Least work of a piece: handing over less to another thread costs more than it saves. */
  piece: number;
  /** Least shareable work of a program or a call for which waking threads pays off. 0: always share (tests). */
  share: number;
  /** Shareable work that must have been done alone before workers are started, so that short scripts have none. */
  start: number;
}

/** The values unless a test sets others. */
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
  /** The text of a worker of its pool: sent along, since the page has it anyway. */
  readonly poolWorker: string;
}

/** @internal Where kernels come from. */
export interface Modules {
  /** The exports of a group's module, which is linked now if it is not yet. */
  exportsOf(group: KernelGroup): WebAssembly.Exports;
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
  /** Recordings cut work into pieces by these; undefined where neither this thread nor a training worker can share work. */
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
