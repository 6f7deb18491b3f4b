import { WorkerError } from '../core/errors.js';
import type { Heap } from './heap.js';
import { Pace } from './pace.js';
import { thresholds, type ThreadPool, type Thresholds, type WasmExports } from './state.js';
import { startWorkers, type Team } from './team.js';

/** Cells of the control block, in units of four bytes; assembly/threads.ts has their meaning. */
const [PENDING, HELPED, SLEEPERS, READY, BUSY, THREADS, SPINS] = [32, 34, 64, 65, 80, 81, 82];
const STALLED = -1;
/** Nanoseconds the wasm waits before it returns STALLED, if the system wakes it in time. */
const NAPPING = 400_000_000;
/** A thread is given up when its piece takes so much longer than all of the work should: it may only be held up. */
const PATIENCE = 20;

const MOST_PACES = 256;

/** Looks at a cell before a thread goes to sleep: about 10 microseconds. */
const SPIN_COUNT = 8_000;

export interface PoolOptions {
  /** The caller included. */
  readonly threads: number;
  readonly cores: number;
  /** All that may ever be called, the walker's first. */
  readonly modules: () => readonly WebAssembly.Module[];
  /** Scratch memory of the first worker; those of the others follow at the same distance. */
  readonly workspaces: number;
  readonly workspaceBytes: number;
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
  /** Whether workers may be started: not while those of a broken team still end, nor where they cannot live. */
  #startable = true;
  #missed = 0;
  readonly #paces = new Map<number, Pace>();

  constructor(heap: PoolMemory, wasm: WasmExports, options: PoolOptions) {
    this.#heap = heap;
    this.#wasm = wasm;
    this.#options = options;
  }

  /** Workers at hand, and pieces of work they have done so far. */
  get statistics(): { readonly workers: number; readonly helped: number } {
    const cells = this.#heap.i32;
    return { workers: this.#team ? Atomics.load(cells, READY) : 0, helped: Atomics.load(cells, HELPED) };
  }

  run(program: number, end: number, work: number): number {
    const ready = this.#team !== undefined || this.#start(work);
    if (this.thresholds.share === 0) return ready ? this.#shared(program, end, work) : this.#wasm.run(program, end);
    const pace = this.#paceOf(work);
    const begin = performance.now();
    const together = ready && pace.shares(begin);
    const status = together ? this.#shared(program, end, work) : this.#wasm.run(program, end);
    pace.took(begin, performance.now(), together);
    return status;
  }

  #shared(program: number, end: number, work: number): number {
    let status = this.#wasm.runShared(program, end);
    for (let waited = NAPPING; status === STALLED; waited += NAPPING) {
      if (waited > PATIENCE * work) this.#giveUp();
      status = this.#wasm.resume(end);
    }
    return status;
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
    if (!this.#startable || this.#missed < this.thresholds.start) return false;
    const { threads, cores, workspaces, workspaceBytes } = this.#options;
    const cells = this.#heap.i32;
    for (const cell of [PENDING, SLEEPERS, READY, BUSY]) Atomics.store(cells, cell, 0);
    Atomics.store(cells, THREADS, threads);
    Atomics.store(cells, SPINS, threads > cores ? 0 : SPIN_COUNT);
    const modules = this.#options.modules();
    const jobs = Array.from({ length: threads - 1 }, (_, i) => ({
      modules,
      memory: this.#heap.memory,
      workspace: workspaces + i * workspaceBytes,
    }));
    try {
      this.#team = startWorkers(jobs, () => {
        this.#disband();
      });
    } catch {
      this.#startable = false; // for instance a policy that forbids workers: everything runs here then
    }
    return this.#team !== undefined;
  }

  #giveUp(): never {
    this.#disband();
    throw new WorkerError(
      'threads: expected every thread to finish its share, got none from one that has died; the result of this call is unusable',
    );
  }

  /** Ends all workers. They may be started anew once it is certain that none of the old ones still writes. */
  #disband(): void {
    const team = this.#team;
    if (!team) return;
    const worked = this.statistics.workers > 0;
    this.#team = undefined;
    this.#startable = false;
    this.#missed = 0;
    void team.stop().then(() => {
      this.#startable = worked;
    });
  }
}
