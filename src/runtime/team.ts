import { nodeModule } from './platform.js';
import { startWorker } from './worker.js';

/** Modules for a worker of a pool to link, the walker's first of all. */
export interface PoolMessage {
  readonly modules: readonly WebAssembly.Module[];
  readonly memory: WebAssembly.Memory;
  /** The worker's scratch memory. */
  readonly workspace: number;
}

/** The workers of a pool. */
export interface Team {
  /** Modules that have been sent to them. */
  readonly modules: number;
  /** Sends the modules that have been linked since. */
  update(modules: readonly WebAssembly.Module[]): void;
  /** Ends all workers. Resolves when they no longer run. */
  stop(): Promise<void>;
}

/**
 * A browser does not tell when a worker that was terminated has really ended: it does at its next turn of a loop, once
 * it gets the processor. After so many milliseconds it has. (A lock that the worker holds all its life would tell
 * exactly, but WebKit 2.50 crashes when a worker ends that has started such a worker.)
 */
const ENDING_MS = 1000;

/**
 * Starts a worker for each scratch memory, from the text of src/runtime/poolWorker.ts. `onLost` is called when one has ended or failed by itself, as soon as the
 * caller's event loop hears of it.
 *
 * @throws WorkerError where workers cannot be started
 */
export function startTeam(
  source: string,
  memory: WebAssembly.Memory,
  workspaces: readonly number[],
  onLost: () => void,
): Team {
  const options = { caller: 'threads', name: 'wasmgrad', background: true };
  const workers = workspaces.map((workspace) => ({
    workspace,
    worker: startWorker<PoolMessage, never>(source, options, { lost: onLost }),
  }));
  let sent = 0;
  return {
    get modules() {
      return sent;
    },
    update: (all) => {
      const modules = all.slice(sent);
      for (const { worker, workspace } of workers) worker.send({ modules, memory, workspace });
      sent = all.length;
    },
    stop: async () => {
      await Promise.all(workers.map(({ worker }) => worker.close()));
      if (!nodeModule('node:worker_threads')) await new Promise((resolve) => setTimeout(resolve, ENDING_MS));
    },
  };
}
