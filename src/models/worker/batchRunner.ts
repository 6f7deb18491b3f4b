// Linear memory and the recorded programs, as the worker has them.
import type { Dataset } from '../../data/rowStore.js';
import { Pool } from '../../runtime/pool.js';
import { linkModules } from '../../runtime/link.js';
import type { WasmExports } from '../../runtime/state.js';
import type { BatchImage, Setup } from './messages.js';

/** Runs recorded batches in a copy of the caller's memory. */
export class BatchRunner {
  readonly u8: Uint8Array;
  readonly #i32: Int32Array;
  readonly #f32: Float32Array;
  readonly #f64: Float64Array;
  readonly #setup: Setup;
  readonly #wasm: WasmExports;
  readonly #pool: Pool | undefined;

  constructor(setup: Setup) {
    const { modules, bytes, shared, threads, cores, workspace, workspaceBytes } = setup;
    const pages = bytes / 65536;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    const wasm = linkModules(modules, memory, workspace);
    this.u8 = new Uint8Array(memory.buffer);
    this.#i32 = new Int32Array(memory.buffer);
    this.#f32 = new Float32Array(memory.buffer);
    this.#f64 = new Float64Array(memory.buffer);
    this.#setup = setup;
    this.#wasm = wasm;
    const workspaces = workspace + workspaceBytes;
    if (threads > 1)
      this.#pool = new Pool({ memory, i32: this.#i32 }, wasm, {
        threads,
        cores,
        modules: () => modules,
        workspaces,
        workspaceBytes,
      });
  }

  /** Sets the learning rate of a step, as the optimiser's `prepare` does. */
  prepare(step: number, rate: number | undefined): void {
    const { layout } = this.#setup;
    this.#f64[layout.turn] = step % layout.every === layout.every - 1 ? 1 : 0;
    if (rate !== undefined) this.#f64[layout.rate] = rate;
  }

  /** Runs a program on rows `order[begin]` to `order[end - 1]`; the status of the guard that stopped it, else 0. */
  run(image: BatchImage, data: Dataset, order: Uint32Array, begin: number, end: number): number {
    const { pointer, end: last, sharedWork, x, y, lengths, indices } = image;
    const targets = (indices ? this.#i32 : this.#f32).subarray(y[0] / 4, y[0] / 4 + y[1]);
    data.copyRows(order, begin, end, this.#f32.subarray(x[0] / 4, x[0] / 4 + x[1]), targets);
    if (lengths) data.copyLengths(order, begin, end, this.#i32, lengths[0] / 4);
    const pool = this.#pool;
    if (pool && sharedWork > 0 && sharedWork >= pool.thresholds.share) return pool.run(pointer, last, sharedWork);
    return this.#wasm.run(pointer, last);
  }

  /** The loss, then one value a metric. */
  results({ results }: BatchImage): Float32Array {
    return this.#f32.subarray(results / 4, results / 4 + 1 + this.#setup.metrics);
  }
}
