// Workers of Node and of browsers, started from a text. The build bundles each worker script into a text
// (scripts/build.mjs), because several bundlers lose a separate worker file and browsers do not load it from another
// origin.
import { WorkerError, refuse } from '../core/errors.js';
import type { GlobalInstance } from '../core/globalTypes.js';
import { nodeModule } from './platform.js';

/** The part of Node's Worker that is used here. */
export interface NodeWorker {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  terminate(): Promise<unknown>;
}

/** A worker of a browser or of Node (`node:worker_threads`). */
export type AnyWorker = GlobalInstance<'Worker'> | NodeWorker;

export interface WorkerOptions {
  readonly name: string;
  /** Whether the script imports modules of the user. Then it inherits the loader options of this process. */
  readonly importing?: boolean;
  /** Whether the process may end while the worker lives. */
  readonly background?: boolean;
}

export interface ConnectionOptions extends WorkerOptions {
  /** The called function, for error messages. */
  readonly caller: string;
}

/** A worker's connection to the thread that started it. */
export interface WorkerPort<Sent, Received> {
  postMessage(message: Sent, transfer?: ArrayBuffer[]): void;
  onmessage: ((event: { readonly data: Received }) => void) | null;
}

/** What to do with a worker's messages, and (once) when it fails or ends by itself. */
export interface WorkerEvents<Received> {
  readonly received?: (message: Received) => void;
  /** `cause`: an error, the event of one, or the code that the worker ended with. */
  readonly lost: (cause: unknown) => void;
}

export interface RunningWorker<Sent> {
  /** Sends a message; a worker that has ended does not receive it. */
  send(message: Sent, transfer?: ArrayBuffer[]): void;
  /** Ends the worker. In Node it resolves when the worker has ended; browsers do not report that. */
  close(): Promise<void>;
}

/** A worker whose messages are read one at a time. */
export interface Connection<Sent, Received> extends RunningWorker<Sent> {
  /** The next message; one caller at a time. @throws WorkerError when the worker has ended */
  next(): Promise<Received>;
}

/** Wraps a worker. `url`: an object URL that is revoked when the worker has ended. */
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

/** The reason for the loss of a worker, as text. */
function reasonOf(cause: unknown): string {
  if (typeof cause === 'number') return `it ended with code ${cause}`;
  if (typeof cause !== 'object' || cause === null) return String(cause);
  if ('message' in cause) return String(cause.message) || 'its script cannot be loaded';
  return 'a message cannot be read';
}

// The statement that gives a script its `port`.
const NODE_PORT = "const port=require('node:worker_threads').parentPort;";
const WEB_PORT = 'const port=self;';

/** Starts a worker. Its script has a `port: WorkerPort`. @throws what the platform throws when it cannot be started */
export function startWorker<Sent, Received>(
  source: string,
  { name, importing, background }: WorkerOptions,
  events: WorkerEvents<Received>,
): RunningWorker<Sent> {
  const node = nodeModule('node:worker_threads');
  if (node) {
    const worker = new node.Worker(NODE_PORT + source, { eval: true, name, ...(importing ? {} : { execArgv: [] }) });
    const running = adopt<Sent, Received>(worker, events);
    if (background) worker.unref(); // a listener keeps the process running
    return running;
  }
  const url = URL.createObjectURL(new Blob([WEB_PORT, source], { type: 'text/javascript' }));
  return adopt(new Worker(url, { name, type: importing ? 'module' : 'classic' }), events, url);
}

/** Starts a worker for a call. @throws WorkerError when it cannot be started */
function startFor<Sent, Received>(
  source: string,
  options: ConnectionOptions,
  events: WorkerEvents<Received>,
): RunningWorker<Sent> {
  try {
    return startWorker(source, options, events);
  } catch (error) {
    // There are no workers on this platform, or a policy of the page forbids them.
    refuse(WorkerError, options.caller, 'a worker to start', String(error));
  }
}

/**
 * Starts a worker, or wraps one that the user started, and reads its answers. @throws WorkerError when it cannot be
 * started
 */
export function openWorker<Sent, Received>(
  source: string | AnyWorker,
  options: ConnectionOptions,
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
    typeof source === 'string' ? startFor(source, options, events) : adopt(source, events);
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
