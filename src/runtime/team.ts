import { nodeModule } from './platform.js';
import { startWorker } from './worker.js';

/** Modules that a worker of a pool must link, the walker's first. */
export interface PoolMessage {
  readonly modules: readonly WebAssembly.Module[];
  readonly memory: WebAssembly.Memory;
  /** The worker's scratch memory. */
  readonly workspace: number;
}

/** The workers of a pool. */
export interface Team {
  /** Number of modules sent to them. */
  readonly modules: number;
  /** Sends the modules linked since the last update. */
  update(modules: readonly WebAssembly.Module[]): void;
  /** Ends all workers. Resolves when none runs any more. */
  stop(): Promise<void>;
}

/**
 * Milliseconds after which a terminated worker has ended. Browsers do not report it: the worker ends at the next
 * iteration of a loop, when it gets the processor. (A lock that the worker holds would show it exactly, but WebKit 2.50
 * crashes when a worker ends that has started such a worker.)
 */
const ENDING_MS = 1000;

/**
 * Starts a worker for each scratch memory, from the text of src/runtime/poolWorker.ts. `onLost` is called by the
 * caller's event loop after a worker has failed or ended by itself.
 *
 * @throws what the platform throws where workers cannot be started
 */
export function startTeam(
  source: string,
  memory: WebAssembly.Memory,
  workspaces: readonly number[],
  onLost: () => void,
): Team {
  const options = { name: 'wasmgrad', background: true };
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
