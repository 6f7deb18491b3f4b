// Workers of Node that a test can find and kill, whoever of the library starts them.
import { createRequire } from 'node:module';
import type workerThreads from 'node:worker_threads';

/** The very object that the library asks Node for. */
const threads = createRequire(import.meta.url)('node:worker_threads') as typeof workerThreads;
const { Worker } = threads;

export class WatchedWorker extends Worker {
  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given);
    living.add(this);
    this.once('exit', () => living.delete(this));
  }
}

/** Those that have been started and have not ended. */
export const living = new Set<WatchedWorker>();

/** From now on the library starts workers of this class; without one, Node's own. */
export function startWorkersOf(kind: typeof Worker = Worker): void {
  Object.assign(threads, { Worker: kind });
}
