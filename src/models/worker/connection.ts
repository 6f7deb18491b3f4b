// A training worker, as a connection: messages go in, and are taken out one after the other.
import { WorkerError, refuse } from '../../core/errors.js';
import { nodeModule } from '../../runtime/platform.js';
import type { FromWorker, ToWorker } from './messages.js';

export interface Connection {
  /** Whether anybody receives it shows in `next`. */
  send(message: ToWorker, transfer?: ArrayBuffer[]): void;
  /** The next message. @throws WorkerError when the worker has ended */
  next(): Promise<FromWorker>;
  /** Ends the worker. */
  close(): unknown;
}

interface Listeners {
  readonly heard: (message: FromWorker) => void;
  readonly lost: (reason: string) => void;
}

const NAME = 'wasmgrad training';

function start(source: string, { heard, lost }: Listeners): Pick<Connection, 'send' | 'close'> {
  const node = nodeModule('node:worker_threads');
  if (node) {
    // Options given to this process (loaders, input types) are not meant for the worker.
    const worker = new node.Worker(source, { eval: true, execArgv: [], name: NAME });
    worker.on('message', heard);
    worker.on('error', (error) => lost(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => lost(`it ended with code ${code}`));
    return { send: (message, transfer) => worker.postMessage(message, transfer), close: () => worker.terminate() };
  }
  if (typeof Worker === 'undefined') refuse(WorkerError, 'fit', 'a place with workers for worker: true', 'one without');
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: NAME });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => heard(data);
  worker.onmessageerror = () => lost('a message cannot be read');
  worker.onerror = (event) => {
    event.preventDefault();
    lost(event.message || 'its script cannot be loaded');
  };
  return {
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    close: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** Starts a worker. @throws WorkerError where there are none */
export async function connect(): Promise<Connection> {
  const { source } = await import('../../runtime/generated/training-worker.js');
  const messages: FromWorker[] = [];
  let error: WorkerError | undefined;
  let wake = (): void => undefined;
  const worker = start(source, {
    heard(message) {
      messages.push(message);
      wake();
    },
    lost(reason) {
      error ??= new WorkerError(`fit: expected the training worker to go on, got none: ${reason}`);
      wake();
    },
  });
  return {
    ...worker,
    async next() {
      for (;;) {
        const message = messages.shift();
        if (message) return message;
        if (error) throw error;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
