import { FormatError, refuse } from '../core/errors.js';
import { finiteNumber, knownOptions, oneOf, show, wholeNumber } from '../core/checks.js';
import type { WasmModule } from '../core/globalTypes.js';
import { STATIC_END, WORKSPACE_BYTES } from './generated/layout.js';
import { source as poolWorker } from './generated/pool-worker.js';
import { Heap } from './heap.js';
import { Linker } from './linker.js';
import { planThreads, type ThreadPlan } from './plan.js';
import { Pool } from './pool.js';
import {
  currentRuntime,
  runtime,
  setRuntime,
  thresholds,
  type Blueprint,
  type Runtime,
  type RuntimeInfo,
  type WasmExports,
} from './state.js';
import { liveHandles } from './statistics.js';

const PAGE = 65536;
const MAX_BYTES = 65536 * PAGE;

export interface InitOptions {
  /**
   * Number of threads that share large pieces of work, including the caller: a number, or `'auto'` (default) for the
   * number of cores, at most 8. The bits are the same for any number. It is 1 where memory cannot be shared or the
   * caller must not block, as on a page's main thread (a training worker started from there has all threads);
   * `info.reason` says so. Workers start with the first work that is worth it and never keep a process running.
   */
  readonly threads?: number | 'auto' | undefined;
  /**
   * `'strict'` (default) gives the same bits on every engine; `'relaxed'` may fuse multiply and add where the engine
   * supports it.
   */
  readonly simd?: 'strict' | 'relaxed' | undefined;
  /**
   * A compiled module (which runs on one thread), its bytes, or a URL or response to fetch them from. Default: the
   * module inlined in the package. `wasmgrad/wasm/strict.wasm` and `relaxed.wasm` are the files.
   */
  readonly module?: WasmModule | ArrayBuffer | ArrayBufferView | Response | URL | undefined;
  /** Upper limit of linear memory in bytes. Default 4 GiB. */
  readonly maximumMemory?: number | undefined;
}

function checkOptions(options: InitOptions): { threads: number | 'auto'; simd: 'strict' | 'relaxed'; maximum: number } {
  knownOptions('init', options, ['threads', 'simd', 'module', 'maximumMemory']);
  const { threads = 'auto', simd = 'strict', maximumMemory = MAX_BYTES } = options;
  if (threads !== 'auto') wholeNumber('init', 'threads', threads, { min: 1 });
  oneOf('init', 'simd', simd, ['strict', 'relaxed']);
  finiteNumber('init', 'maximumMemory', maximumMemory, { min: 2 * (STATIC_END + WORKSPACE_BYTES), max: MAX_BYTES });
  return { threads, simd, maximum: Math.floor(maximumMemory / PAGE) * PAGE };
}

type ModuleSource = NonNullable<InitOptions['module']>;

async function wholeModule(source: ModuleSource): Promise<WebAssembly.Module | Uint8Array<ArrayBuffer>> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof URL) return wholeModule(await fetch(source));
  if (source instanceof Response) {
    if (!source.ok) refuse(FormatError, 'init', 'a response with the module', `status ${source.status}`);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
  refuse(TypeError, 'init', 'module to be a WebAssembly.Module, bytes, a Response or a URL', show(source));
}

/** Each takes a workspace of linear memory, and an operating system's thread at the first work that is shared. */
const MOST_THREADS = 256;

/**
 * Memory for this many threads. If the engine cannot give so much shared memory, it is unshared, and a reason is
 * returned.
 */
function makeMemory(plan: ThreadPlan, maximum: number): { memory: WebAssembly.Memory; plan: ThreadPlan } {
  const most = Math.min(MOST_THREADS, Math.max(1, Math.floor((maximum / 2 - STATIC_END) / WORKSPACE_BYTES)));
  if (plan.threads > most) {
    const reason = `threads: there is room for ${most}, ${plan.threads} were wanted`;
    return makeMemory({ ...plan, threads: most, inWorker: most, reason }, maximum);
  }
  const pages = { initial: heapStart(plan) / PAGE, maximum: maximum / PAGE };
  if (plan.threads === 1) return { memory: new WebAssembly.Memory(pages), plan };
  try {
    return { memory: new WebAssembly.Memory({ ...pages, shared: true }), plan };
  } catch {
    const reason = `threads: there is no room for ${maximum} bytes of shared memory; ask for a smaller maximumMemory`;
    return makeMemory({ ...plan, threads: 1, inWorker: 1, reason }, maximum);
  }
}

function planFor(module: InitOptions['module'], threads: number | 'auto'): ThreadPlan {
  const plan = planThreads(threads);
  if (plan.inWorker === 1 || !(module instanceof WebAssembly.Module)) return plan;
  const reason = 'threads: a compiled module is made for unshared memory; give its bytes or its URL to have threads';
  return { ...plan, threads: 1, inWorker: 1, reason };
}

function whyStrict({ module }: InitOptions): string {
  return module === undefined ? 'simd: this engine has no relaxed SIMD' : 'simd: the module given is a strict one';
}

/** The heap begins after the static data and a workspace for every thread. */
function heapStart({ threads }: ThreadPlan): number {
  return STATIC_END + threads * WORKSPACE_BYTES;
}

/** Links the modules that every page needs. Errors of the network or the engine become errors of `init`. */
async function linked(modules: Linker, source: InitOptions['module']): Promise<WasmExports> {
  try {
    return await modules.start(source === undefined ? undefined : await wholeModule(source));
  } catch (cause) {
    if (!(cause instanceof Error) || cause.message.startsWith('init: ')) throw cause;
    throw new FormatError(`init: expected a module that this engine can load, got ${cause.message}`, { cause });
  }
}

async function start(options: InitOptions): Promise<Runtime> {
  const { threads, simd, maximum } = checkOptions(options);
  const { memory, plan } = makeMemory(planFor(options.module, threads), maximum);
  const shared = plan.threads > 1;
  const modules = new Linker(memory, STATIC_END, shared, simd);
  const wasm = await linked(modules, options.module);
  const heap = new Heap(memory, heapStart(plan), maximum);
  const workspaces = STATIC_END + WORKSPACE_BYTES;
  const pool = shared
    ? new Pool(heap, wasm, { ...plan, modules: modules.modules, workspaces, worker: poolWorker })
    : undefined;
  const reasons = plan.reason === undefined ? [] : [plan.reason];
  const kind = wasm.relaxed() ? 'relaxed' : 'strict';
  if (simd === 'relaxed' && kind === 'strict') reasons.push(whyStrict(options));
  const reason = reasons.join('; ');
  const info = { threads: plan.threads, simd: kind, sharedMemory: shared } as const;
  const { inWorker, cores } = plan;
  const blueprint = async (): Promise<Blueprint> => ({
    modules: await modules.forMemory(inWorker > 1),
    threads: inWorker,
    cores,
    poolWorker,
  });
  const cutting = pool?.thresholds ?? (inWorker > 1 ? thresholds() : undefined);
  return { heap, wasm, modules, pool, thresholds: cutting, blueprint, info: reason ? { ...info, reason } : info };
}

let starting: Promise<Runtime> | undefined;

/**
 * Sets up linear memory and the first kernels; others are compiled when they are first called. Call it once before the first tensor; later calls
 * resolve to the same info, whatever their options.
 *
 * @throws TypeError or RangeError for unknown or impossible options; FormatError, the host's own error being its cause,
 *   for a module that cannot be fetched or compiled
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * const info = await init();
 * console.log(info.threads, info.simd);
 * ```
 */
export async function init(options: InitOptions = {}): Promise<RuntimeInfo> {
  checkOptions(options);
  const known = currentRuntime();
  if (known) return known.info;
  starting ??= start(options);
  try {
    const started = await starting;
    setRuntime(started);
    return started.info;
  } catch (error) {
    starting = undefined; // a failed start may be tried again with other options
    throw error;
  }
}

export interface MemoryStatistics {
  /** Bytes handed out to tensors, programs and models. */
  readonly used: number;
  /** Bytes of linear memory obtained from the engine. */
  readonly reserved: number;
  /** Tensors not yet disposed, model weights included. */
  readonly liveTensors: number;
}

/**
 * Statistics of linear memory.
 *
 * @throws NotInitializedError before `init()`.
 * @example
 * ```ts
 * import { init, memory, zeros } from 'wasmgrad';
 * await init();
 * const x = zeros([1000]);
 * console.log(memory().liveTensors); // 1
 * x.dispose();
 * ```
 */
export function memory(): MemoryStatistics {
  const { heap } = runtime();
  return { used: heap.used, reserved: heap.reserved, liveTensors: liveHandles() };
}
