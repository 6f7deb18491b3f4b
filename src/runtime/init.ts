import { instantiate } from '@assemblyscript/loader';
import { finiteNumber, knownOptions, oneOf, show, wholeNumber } from '../core/checks.js';
import { inlinedBytes } from './binary.js';
import { Heap } from './heap.js';
import { currentRuntime, runtime, setRuntime, type Runtime, type RuntimeInfo, type WasmExports } from './state.js';
import { liveHandles } from './statistics.js';

const PAGE = 65536;
const MAX_BYTES = 65536 * PAGE;
/** Below this address lie the static tables of the module (`memoryBase` in asconfig.json) and their room to grow. */
const STATIC_BYTES = 65536;
const WORKSPACE_BYTES = 1 << 20;

export interface InitOptions {
  /** Threads of the pool, the caller included. Default `'auto'`. */
  readonly threads?: number | 'auto';
  /** `'strict'` (default) gives the same bits on every engine; `'relaxed'` may fuse multiply and add. */
  readonly simd?: 'strict' | 'relaxed';
  /** A compiled module, its bytes, or where to fetch them; default: the module inlined in the package. */
  readonly module?: WebAssembly.Module | BufferSource | Response | URL;
  /** Upper limit of linear memory in bytes. Default 4 GiB. */
  readonly maximumMemory?: number;
}

function checkOptions(options: InitOptions): { threads: number | 'auto'; simd: 'strict' | 'relaxed'; maximum: number } {
  knownOptions('init', options, ['threads', 'simd', 'module', 'maximumMemory']);
  const { threads = 'auto', simd = 'strict', maximumMemory = MAX_BYTES } = options;
  if (threads !== 'auto') wholeNumber('init', 'threads', threads, { min: 1 });
  oneOf('init', 'simd', simd, ['strict', 'relaxed']);
  finiteNumber('init', 'maximumMemory', maximumMemory, { min: 2 * (STATIC_BYTES + WORKSPACE_BYTES), max: MAX_BYTES });
  return { threads, simd, maximum: Math.floor(maximumMemory / PAGE) * PAGE };
}

async function compileModule(source: InitOptions['module']): Promise<WebAssembly.Module> {
  if (source === undefined) return WebAssembly.compile(await inlinedBytes());
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof URL) return compileModule(await fetch(source));
  if (source instanceof Response) return WebAssembly.compile(await source.arrayBuffer());
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  throw new TypeError(
    `init: expected module to be a WebAssembly.Module, bytes, a Response or a URL, got ${show(source)}`,
  );
}

function describe(threads: number | 'auto', simd: 'strict' | 'relaxed'): RuntimeInfo {
  const reasons: string[] = [];
  if (threads !== 1 && threads !== 'auto') reasons.push(`this version runs on one thread, ${threads} were asked for`);
  if (simd === 'relaxed') reasons.push('this version has no relaxed SIMD kernels');
  const info = { threads: 1, simd: 'strict', sharedMemory: false } as const;
  return reasons.length ? { ...info, reason: reasons.join('; ') } : info;
}

async function start(options: InitOptions): Promise<Runtime> {
  const { threads, simd, maximum } = checkOptions(options);
  const module = await compileModule(options.module);
  const first = STATIC_BYTES + WORKSPACE_BYTES;
  const memory = new WebAssembly.Memory({ initial: first / PAGE, maximum: maximum / PAGE });
  const instance = await instantiate<{ [key in keyof WasmExports]: WasmExports[key] }>(module, { env: { memory } });
  const wasm = instance.exports;
  wasm.setWorkspace(STATIC_BYTES);
  return { heap: new Heap(memory, first, maximum), wasm, info: describe(threads, simd) };
}

let starting: Promise<Runtime> | undefined;

/**
 * Compiles the kernels and sets up linear memory. Call it once before the first tensor; later calls
 * resolve to the same info, whatever their options.
 *
 * @throws TypeError or RangeError for unknown or impossible options.
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * const info = await init();
 * console.log(info.threads, info.simd);
 * ```
 */
export async function init(options: InitOptions = {}): Promise<RuntimeInfo> {
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
