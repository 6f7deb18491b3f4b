// A worker of Node's that dies in the middle of a call.
import type workerThreads from 'node:worker_threads';
import { READY, TICKET } from '../../src/runtime/generated/layout.js';

// In a worker's place: takes one piece of the next job as a worker does, and ends without doing it. assembly/threads.ts
// explains the ticket.
const THIEF = `
  require('node:worker_threads').parentPort.once('message', ({ memory: { buffer } }) => {
    const ticket = new BigInt64Array(buffer, ${TICKET}, 1);
    Atomics.add(new Int32Array(buffer), ${READY} / 4, 1);
    for (;;) {
      const seen = Atomics.load(ticket, 0);
      if ((seen & 0xffffffffn) > 0n && Atomics.compareExchange(ticket, 0, seen, seen - 1n) === seen) return;
    }
  });`;

/** A class of such workers, to be put in the place of the class that it extends. */
export function thiefOf(Worker: typeof workerThreads.Worker): typeof workerThreads.Worker {
  return class extends Worker {
    constructor(_source: string | URL, options?: workerThreads.WorkerOptions) {
      super(THIEF, options);
    }
  };
}
