// The script of a training worker. The build bundles it into a text (src/runtime/generated/training-worker.ts), because
// several bundlers lose a separate worker file and browsers do not load it from another origin. Nothing else imports
// it.
import { RowCopier } from '../../data/rowCopier.js';
import { execute } from '../../runtime/execute.js';
import { STATIC_END, WORKSPACE_BYTES } from '../../runtime/generated/layout.js';
import { linkModules } from '../../runtime/link.js';
import { Pool } from '../../runtime/pool.js';
import type { ProgramLocation } from '../../runtime/program.js';
import type { WorkerPort } from '../../runtime/worker.js';
import { yielding } from '../yielding.js';
import type { Abort, FromWorker, Run, Setup, ToWorker, Write } from './messages.js';

/** A copy of the caller's memory. `run` returns the status of the guard that stopped the program, else 0. */
interface BatchRunner {
  readonly memory: WebAssembly.Memory;
  readonly run: (program: Omit<ProgramLocation, 'retained'>) => number;
}

function makeRunner(setup: Setup): BatchRunner {
  const { modules, bytes, threads: wanted, cores, poolWorker: worker } = setup;
  // The scratch memory of further threads is after the copy, as far as the address space reaches.
  const threads = Math.min(wanted, 1 + Math.floor((2 ** 32 - bytes) / WORKSPACE_BYTES));
  const pages = (bytes + (threads - 1) * WORKSPACE_BYTES) / 65536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: wanted > 1 });
  const wasm = linkModules(modules, memory, STATIC_END);
  const heap = { memory, i32: new Int32Array(memory.buffer) };
  const pool = threads > 1 ? new Pool(heap, wasm, { threads, cores, modules, workspaces: bytes, worker }) : undefined;
  return { memory, run: ({ pointer, end, sharedWork }) => execute(wasm, pool, pointer, end, sharedWork) };
}

/**
 * Where memory cannot be shared, an abort is a message. This is the interval of the pauses for receiving it, in
 * milliseconds.
 */
const LISTENING_MS = 3;

declare const port: WorkerPort<FromWorker, ToWorker>;

let aborted = false;

/** Views of linear memory for each type of cell, and the arrays that rows are copied from. */
class Work {
  readonly #setup: Setup;
  readonly #runner: BatchRunner;
  readonly #i32: Int32Array;
  readonly #f32: Float32Array;
  readonly #f64: Float64Array;
  /** The copier of each array, for each set. */
  readonly #copiers: readonly (readonly RowCopier[])[];
  readonly #arrays: readonly (readonly Int32Array[])[];
  readonly #rest = yielding(LISTENING_MS);
  #failed = false;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#runner = makeRunner(setup);
    const { buffer } = this.#runner.memory;
    this.#i32 = new Int32Array(buffer);
    this.#f32 = new Float32Array(buffer);
    this.#f64 = new Float64Array(buffer);
    this.#arrays = setup.sets.map(({ values }) =>
      values.map((given) => (typeof given === 'number' ? new Int32Array(given) : given)),
    );
    this.#copiers = this.#arrays.map((arrays, set) =>
      arrays.map((array, k) => new RowCopier(array, setup.sets[set]?.widths[k] ?? 0)),
    );
  }

  get #stopped(): boolean {
    const { abort } = this.#setup;
    return aborted || (abort !== undefined && Atomics.load(abort, 0) !== 0);
  }

  /** Runs batches up to the first that fails, and returns the results of the successful ones. */
  async #runBatches({ program: single, set = -1, order, batchSize, cells }: Run): Promise<FromWorker> {
    const began = performance.now();
    const programs = single ? [single] : (this.#setup.sets[set]?.programs ?? []);
    const [full] = programs; // a smaller last batch has no more results
    const results = new Float32Array((full?.results[1] ?? 0) * Math.ceil(order.length / batchSize));
    let filled = 0;
    let written = 0;
    for (let begin = 0; begin < order.length && !this.#failed && !this.#stopped; begin += batchSize) {
      const end = Math.min(begin + batchSize, order.length);
      const program = programs.find(({ rows }) => rows === end - begin);
      this.#failed = !program || written >= (cells?.values.length ?? Infinity);
      if (!program || this.#failed) break;
      if (cells) for (const cell of cells.at) this.#f64[cell] = cells.values[written++] ?? NaN;
      this.#copyRows(set, order, begin, end, program.targets);
      this.#failed = this.#runner.run(program) !== 0;
      const [at, width] = program.results;
      if (!this.#failed) results.set(this.#f32.subarray(at, at + width), filled);
      if (!this.#failed) filled += width;
      const wait = this.#setup.abort ? undefined : this.#rest(); // lets messages be received
      if (wait) await wait;
    }
    const seconds = (performance.now() - began) / 1000;
    return { kind: 'results', results: results.subarray(0, filled), seconds };
  }

  #copyRows(set: number, order: Uint32Array, begin: number, end: number, targets: readonly number[]): void {
    const copiers = this.#copiers[set] ?? [];
    for (let k = 0; k < copiers.length; k++) copiers[k]?.copy(order, begin, end, this.#i32, targets[k] ?? 0);
  }

  #write(writes: readonly Write[] = []): void {
    for (const { target = 0, at, cells } of writes) [this.#i32, ...this.#arrays.flat()][target]?.set(cells, at);
  }

  /** Handles a message. */
  async answer(message: Exclude<ToWorker, Setup | Abort>): Promise<void> {
    if (message.kind !== 'read') this.#write(message.writes);
    if (message.kind === 'run') port.postMessage(await this.#runBatches(message));
    else if (message.kind === 'read') {
      const state = message.regions.map(([at, count]) => this.#i32.slice(at, at + count));
      port.postMessage({ kind: 'state', state }, state.map((cells) => cells.buffer)); // prettier-ignore
    }
  }
}

let work: Work | undefined;

/** The handling of all messages so far, one after the other. */
let done: Promise<unknown> = Promise.resolve();

function receive(message: ToWorker): void {
  if (message.kind === 'abort') aborted = true;
  else if (message.kind === 'setup') work = new Work(message);
  else {
    // An error thrown by a timer ends the worker and is reported to the page, unlike a rejection in browsers.
    const failed = (error: unknown): unknown => setTimeout(() => { throw error; }); // prettier-ignore
    done = done.then(() => work?.answer(message)).then(undefined, failed);
  }
}

port.onmessage = ({ data }) => receive(data);
