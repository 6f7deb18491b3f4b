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

/**
 * A thread counts as dead when its piece takes this many times longer than all of the work should, since it may only be
 * delayed.
 */
const PATIENCE = 20;
/** It never counts as dead before this many nanoseconds. */
const SUSPICIOUS = 400_000_000;

const MOST_PACES = 256;

/** Looks at a cell before a thread goes to sleep: about 10 microseconds. */
const SPIN_COUNT = 8_000;

/**
 * After this many consecutive teams that ended before any of their workers was ready, perhaps no worker can live here.
 * Then the next team is started only after this many nanoseconds of work, and each further one after twice as many.
 */
const MOST_FAILURES = 3;
const RETRY = 1e9;

export interface PoolOptions {
  /** Number of threads, including the caller. */
  readonly threads: number;
  readonly cores: number;
  /** The modules linked so far, the walker's first. */
  readonly modules: readonly WebAssembly.Module[];
  /** Address of the workers' scratch memory. */
  readonly workspaces: number;
  /** Source text of a worker. */
  readonly worker: string;
}

/** The part of a heap that a pool uses. */
type PoolMemory = Pick<Heap, 'memory' | 'i32'>;

/** The workers of one linear memory. They start with the first work that is worth it; nothing waits for their start. */
export class Pool implements ThreadPool {
  readonly thresholds: Thresholds = thresholds();
  readonly #heap: PoolMemory;
  readonly #wasm: WasmExports;
  readonly #options: PoolOptions;
  #team: Team | undefined;
  /** Whether workers of an earlier team may still run. They would write into the control block of the next team. */
  #ending = false;
  #failures = 0;
  /** Nanoseconds of work done while there were no workers. */
  #missed = 0;
  readonly #paces = new Map<number, Pace>();

  constructor(heap: PoolMemory, wasm: WasmExports, options: PoolOptions) {
    this.#heap = heap;
    this.#wasm = wasm;
    this.#options = options;
  }

  /** Number of workers that are ready, and of pieces of work they have done so far. */
  get statistics(): { readonly workers: number; readonly helped: number } {
    return { workers: this.#team ? this.#cell(READY) : 0, helped: this.#cell(HELPED) };
  }

  run(program: number, end: number, work: number): number {
    const ready = this.#team !== undefined || this.#start(work);
    if (this.thresholds.share === 0) return ready ? this.#shared(program, end, work) : this.#wasm.run(program, end);
    const pace = this.#paceOf(work);
    const begin = performance.now();
    const together = ready && this.#cell(READY) > 0 && pace.shares(begin); // before, it would not be a comparison
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

  /** Sends newly linked modules to the workers, before they can be given a kernel of these modules. */
  #updateTeam(): void {
    const { modules } = this.#options;
    if (this.#team?.modules === modules.length) return;
    this.#team?.update(modules);
    this.#setCell(MODULES, modules.length);
  }

  /** Programs and calls are identified by their amount of work: equal amounts take about the same time. */
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
      this.#failures = Infinity; // for instance a policy forbids workers; then everything runs on this thread
      return false;
    }
    this.#updateTeam(); // workers are ready when they have linked the modules so far
    return true;
  }

  #giveUp(): never {
    this.#disband();
    throw new WorkerError(
      'threads: expected every thread to finish its share, got none from one that has died; the result of this call is unusable',
    );
  }

  /** Ends all workers. New ones may start as soon as none of the old ones can still write. */
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
