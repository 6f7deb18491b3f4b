import { WorkerError } from '../core/errors.js';
import {
  BUSY,
  HELPED,
  MODULES,
  NAP,
  PENDING,
  READY,
  SLEEPERS,
  SPINS,
  STALLED,
  THREADS,
  WORKSPACE_BYTES,
} from './generated/layout.js';
import type { Heap } from './heap.js';
import { Pace } from './pace.js';
import { thresholds, type ThreadPool, type Thresholds, type WasmExports } from './state.js';
import { startTeam, type Team } from './team.js';

/** A thread is given up when its piece takes so much longer than all of the work should: it may only be held up. */
const PATIENCE = 20;
/** And not before so many nanoseconds have passed. */
const SUSPICIOUS = 400_000_000;

const MOST_PACES = 256;

/** Looks at a cell before a thread goes to sleep: about 10 microseconds. */
const SPIN_COUNT = 8_000;

/**
 * Teams in a row that may end before any of their workers is ready. Then perhaps no worker can live here: the next is
 * started only after so many nanoseconds of work, and every further one after twice as many.
 */
const MOST_FAILURES = 3;
const RETRY = 1e9;

export interface PoolOptions {
  /** The caller included. */
  readonly threads: number;
  readonly cores: number;
  /** Those linked so far, the walker's first. */
  readonly modules: readonly WebAssembly.Module[];
  /** Where the workers' scratch memory begins. */
  readonly workspaces: number;
  /** The text of a worker. */
  readonly worker: string;
}

/** What of a heap a pool uses. */
type PoolMemory = Pick<Heap, 'memory' | 'i32'>;

/** The workers of one linear memory. They are started by the first work worth it, and never waited for. */
export class Pool implements ThreadPool {
  readonly thresholds: Thresholds = thresholds();
  readonly #heap: PoolMemory;
  readonly #wasm: WasmExports;
  readonly #options: PoolOptions;
  #team: Team | undefined;
  /** Whether workers of an earlier team may still run: they would write into the control block of the next. */
  #ending = false;
  #failures = 0;
  /** Nanoseconds of work done without workers. */
  #missed = 0;
  readonly #paces = new Map<number, Pace>();

  constructor(heap: PoolMemory, wasm: WasmExports, options: PoolOptions) {
    this.#heap = heap;
    this.#wasm = wasm;
    this.#options = options;
  }

  /** Workers at hand, and pieces of work they have done so far. */
  get statistics(): { readonly workers: number; readonly helped: number } {
    return { workers: this.#team ? this.#cell(READY) : 0, helped: this.#cell(HELPED) };
  }

  run(program: number, end: number, work: number): number {
    const ready = this.#team !== undefined || this.#start(work);
    if (this.thresholds.share === 0) return ready ? this.#shared(program, end, work) : this.#wasm.run(program, end);
    const pace = this.#paceOf(work);
    const begin = performance.now();
    const together = ready && pace.shares(begin);
    const status = together ? this.#shared(program, end, work) : this.#wasm.run(program, end);
    pace.note(begin, performance.now(), together);
    return status;
  }

  #cell(address: number): number {
    return Atomics.load(this.#heap.i32, address / 4);
  }

  #setCell(address: number, value: number): void {
    Atomics.store(this.#heap.i32, address / 4, value);
  }

  #shared(program: number, end: number, work: number): number {
    this.#updateTeam();
    let status = this.#wasm.runShared(program, end);
    for (let waited = 0; status === STALLED;) {
      if (waited > Math.max(SUSPICIOUS, PATIENCE * work)) this.#giveUp();
      const before = performance.now();
      status = this.#wasm.resume(end);
      waited += Math.min(1e6 * (performance.now() - before), 2 * NAP); // the machine may have been suspended
    }
    return status;
  }

  /** Sends the workers the modules that have been linked since, before any kernel of these can be theirs to run. */
  #updateTeam(): void {
    const { modules } = this.#options;
    if (this.#team?.modules === modules.length) return;
    this.#team?.update(modules);
    this.#setCell(MODULES, modules.length);
  }

  /** Programs and calls are told apart by how much there is to do: those alike take about the same time. */
  #paceOf(work: number): Pace {
    let pace = this.#paces.get(work);
    if (!pace) {
      if (this.#paces.size >= MOST_PACES) this.#paces.clear();
      pace = new Pace();
      this.#paces.set(work, pace);
    }
    return pace;
  }

  #start(work: number): boolean {
    this.#missed += work;
    const tooMany = this.#failures - MOST_FAILURES;
    const needed = tooMany < 0 ? this.thresholds.start : RETRY * 2 ** tooMany;
    if (this.#ending || this.#missed < needed) return false;
    const { threads, cores, workspaces, worker } = this.#options;
    for (const cell of [PENDING, SLEEPERS, READY, BUSY]) this.#setCell(cell, 0);
    this.#setCell(THREADS, threads);
    this.#setCell(SPINS, threads > cores ? 0 : SPIN_COUNT);
    const scratch = Array.from({ length: threads - 1 }, (_, i) => workspaces + i * WORKSPACE_BYTES);
    try {
      this.#team = startTeam(worker, this.#heap.memory, scratch, () => this.#disband());
    } catch {
      this.#failures = Infinity; // for instance a policy that forbids workers: everything runs here then
      return false;
    }
    this.#updateTeam(); // the modules so far: the workers link them and are ready
    return true;
  }

  #giveUp(): never {
    this.#disband();
    throw new WorkerError(
      'threads: expected every thread to finish its share, got none from one that has died; the result of this call is unusable',
    );
  }

  /** Ends all workers. Others may be started once it is certain that none of these still writes. */
  #disband(): void {
    const team = this.#team;
    if (!team) return;
    this.#failures = this.statistics.workers > 0 ? 0 : this.#failures + 1;
    this.#team = undefined;
    this.#ending = true;
    this.#missed = 0;
    void team.stop().then(() => {
      this.#ending = false;
    });
  }
}
