// Workers of Node and of browsers, as connections that say one thing at a time.
import { WorkerError } from '../core/errors.js';
import type { GlobalInstance } from '../core/platform.js';
import { nodeModule } from '../runtime/platform.js';
import type { FromWorker, ToWorker } from './messages.js';

/** What is used of a worker of Node. */
export interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  terminate(): Promise<unknown>;
}

/** A worker of a browser or of Node (`node:worker_threads`). */
export type AnyWorker = GlobalInstance<'Worker'> | NodeWorker;

/** A worker, for questions that are answered one after the other. */
export interface Connection {
  send(message: ToWorker): void;
  /** The next message. @throws WorkerError when the worker ends first, now or later */
  next(): Promise<FromWorker>;
  end(): Promise<void>;
}

// A text, because a worker file of its own is lost by several bundlers. It imports the user's module, which brings the
// library along, so that both are one and the same instance.
const LOAD = `({ default: trials }) => {
  if (typeof trials?.serve !== 'function')
    throw new TypeError('workerPool: expected a module whose default export is made by defineTrials, got ' + typeof trials);
  trials.serve();
}`;
const REPORT = `({ name, message }) => send({ kind: 'unusable', error: { name, message } })`;
const NODE_SOURCE = `import('node:worker_threads').then(({ parentPort, workerData }) => {
  const send = (message) => parentPort.postMessage(message);
  import(workerData).then(${LOAD}).catch(${REPORT});
});`;

// WebKit does not say which module it is that cannot be imported.
const NAME = `(error) => {
  if (error instanceof TypeError && !error.message.includes(url)) error.message += ' (' + url + ')';
  throw error;
}`;

/** Starts a worker that loads a module and serves its trials. */
export function startModule(url: string): AnyWorker {
  const node = nodeModule('node:worker_threads');
  if (node) return new node.Worker(NODE_SOURCE, { eval: true, workerData: url, name: 'wasmgrad trials' });
  const source = `const [send, url] = [postMessage, ${JSON.stringify(url)}];
    import(url).then(${LOAD}, ${NAME}).catch(${REPORT});`;
  const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module', name: 'wasmgrad trials' });
  setTimeout(() => URL.revokeObjectURL(blob), 60_000); // it has long been read by then
  return worker;
}

/** Whoever waits for the next message of a worker, and what came before anybody waited. */
class Inbox {
  readonly #messages: FromWorker[] = [];
  #lost: WorkerError | undefined;
  #waiting: { resolve: (message: FromWorker) => void; reject: (error: Error) => void } | undefined;

  put(message: FromWorker): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting.resolve(message);
    else this.#messages.push(message);
  }

  lose(reason: string): void {
    this.#lost ??= new WorkerError(`workerPool: expected an answer of a worker, got none: ${reason}`);
    this.#waiting?.reject(this.#lost);
    this.#waiting = undefined;
  }

  next(): Promise<FromWorker> {
    const message = this.#messages.shift();
    if (message) return Promise.resolve(message);
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}

export function connect(worker: AnyWorker): Connection {
  const inbox = new Inbox();
  const lose = (error: unknown): void => {
    inbox.lose(error instanceof Error ? error.message : String(error));
  };
  if ('on' in worker) {
    worker.on('message', (message: FromWorker) => {
      inbox.put(message);
    });
    worker.on('error', lose);
    worker.on('exit', (code: number) => {
      lose(`it ended with code ${code}`);
    });
  } else {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      inbox.put(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      lose(event.message || 'its script cannot be loaded');
    };
  }
  return {
    send: (message) => {
      worker.postMessage(message);
    },
    next: () => inbox.next(),
    end: async () => {
      await worker.terminate();
      lose('the search has ended');
    },
  };
}
