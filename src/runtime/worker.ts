// Workers of Node and of browsers: started from a text, spoken to by messages. A text, because a worker file of its own
// is lost by several bundlers and refused from another origin; the build bundles each script into one (scripts/build.mjs).
import { WorkerError, refuse } from '../core/errors.js';
import type { GlobalInstance } from '../core/globalTypes.js';
import { nodeModule } from './platform.js';

/** What is used of a worker of Node. */
export interface NodeWorker {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  terminate(): Promise<unknown>;
}

/** A worker of a browser or of Node (`node:worker_threads`). */
export type AnyWorker = GlobalInstance<'Worker'> | NodeWorker;

export interface WorkerOptions {
  /** The function that errors name. */
  readonly caller: string;
  readonly name: string;
  /** Whether the script imports modules of the user, so that the loaders given to this process are meant for it, too. */
  readonly importing?: boolean;
  /** Whether the process may end while the worker lives. */
  readonly background?: boolean;
}

/** What a worker speaks through with the thread that has started it. */
export interface WorkerPort<Sent, Received> {
  postMessage(message: Sent, transfer?: ArrayBuffer[]): void;
  onmessage: ((event: { readonly data: Received }) => void) | null;
}

/** What is to be done with a worker's messages, and once when it has ended or failed by itself. */
export interface WorkerEvents<Received> {
  readonly received?: (message: Received) => void;
  /** `cause`: an error, the event of one, or the code that the worker ended with. */
  readonly lost: (cause: unknown) => void;
}

export interface RunningWorker<Sent> {
  /** A worker that has ended receives nothing. */
  send(message: Sent, transfer?: ArrayBuffer[]): void;
  /** Ends the worker. Resolves when it has ended in Node; browsers do not tell. */
  close(): Promise<void>;
}

/** A worker whose messages are taken out one after the other. */
export interface Connection<Sent, Received> extends RunningWorker<Sent> {
  /** The next message; one caller at a time. @throws WorkerError when the worker has ended */
  next(): Promise<Received>;
}

/** Takes over a worker. `url`: an object URL that is revoked when the worker has ended. */
function adopt<Sent, Received>(
  worker: AnyWorker,
  { received, lost }: WorkerEvents<Received>,
  url?: string,
): RunningWorker<Sent> {
  let ended = false;
  const end = (cause?: unknown): void => {
    if (ended) return;
    ended = true;
    if (url !== undefined) URL.revokeObjectURL(url);
    if (cause !== undefined) lost(cause);
  };
  if ('on' in worker) {
    if (received) worker.on('message', received);
    worker.on('error', end);
    worker.on('exit', end);
  } else {
    worker.onmessage = ({ data }: MessageEvent<Received>) => received?.(data);
    worker.onmessageerror = end;
    worker.onerror = (event) => {
      event.preventDefault();
      end(event);
    };
  }
  return {
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    close: async () => {
      end();
      await worker.terminate();
    },
  };
}

/** Why a worker is lost, from what it was lost by. */
function reasonOf(cause: unknown): string {
  if (typeof cause === 'number') return `it ended with code ${cause}`;
  if (typeof cause !== 'object' || cause === null) return String(cause);
  if ('message' in cause) return String(cause.message) || 'its script cannot be loaded';
  return 'a message cannot be read';
}

// What a script finds as `port`.
const NODE_PORT = "const port=require('node:worker_threads').parentPort;";
const WEB_PORT = 'const port=self;';

/** Starts a worker. Its script has a `port: WorkerPort`. @throws WorkerError where that is impossible */
export function startWorker<Sent, Received>(
  source: string,
  { caller, name, importing, background }: WorkerOptions,
  events: WorkerEvents<Received>,
): RunningWorker<Sent> {
  try {
    const node = nodeModule('node:worker_threads');
    if (node) {
      const worker = new node.Worker(NODE_PORT + source, { eval: true, name, ...(importing ? {} : { execArgv: [] }) });
      const running = adopt<Sent, Received>(worker, events);
      if (background) worker.unref(); // listening has kept the process alive
      return running;
    }
    const url = URL.createObjectURL(new Blob([WEB_PORT, source], { type: 'text/javascript' }));
    return adopt(new Worker(url, { name, type: importing ? 'module' : 'classic' }), events, url);
  } catch (error) {
    // There are none here, or a policy of the page forbids them.
    refuse(WorkerError, caller, 'a worker to start', String(error));
  }
}

/** Starts a worker that answers, or takes over one that the user has started. @throws WorkerError where that is impossible */
export function openWorker<Sent, Received>(
  source: string | AnyWorker,
  options: WorkerOptions,
): Connection<Sent, Received> {
  const messages: Received[] = [];
  let reason: string | undefined;
  let wake = (): void => undefined;
  const events: WorkerEvents<Received> = {
    received: (message) => {
      messages.push(message);
      wake();
    },
    lost: (cause) => {
      reason ??= reasonOf(cause);
      wake();
    },
  };
  const running: RunningWorker<Sent> =
    typeof source === 'string' ? startWorker(source, options, events) : adopt(source, events);
  return {
    send: (message, transfer) => running.send(message, transfer),
    next: async () => {
      for (;;) {
        const message = messages.shift();
        if (message !== undefined) return message;
        if (reason !== undefined) refuse(WorkerError, options.caller, 'an answer of its worker', `none: ${reason}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => {
      events.lost('it was closed');
      return running.close();
    },
  };
}
