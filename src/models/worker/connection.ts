// A training worker, as a connection: messages go in, and are taken out one after the other.
import type * as workerThreads from 'node:worker_threads';
import { WorkerError } from '../../core/errors.js';
import { nodeModule } from '../../runtime/platform.js';
import type { FromWorker, ToWorker } from './messages.js';

export class Connection {
  readonly #messages: FromWorker[] = [];
  #lost: WorkerError | undefined;
  #wake: () => void = () => undefined;
  readonly #post: (message: ToWorker, transfer: ArrayBuffer[]) => void;
  readonly #terminate: () => Promise<unknown>;

  private constructor(post: (message: ToWorker, transfer: ArrayBuffer[]) => void, terminate: () => Promise<unknown>) {
    this.#post = post;
    this.#terminate = terminate;
  }

  /** Starts a worker. @throws WorkerError where there are none */
  static async open(): Promise<Connection> {
    const { source } = await import('../../runtime/generated/training-worker.js');
    const node = nodeModule('node:worker_threads');
    if (!node && typeof Worker === 'undefined')
      throw new WorkerError('fit: expected a place with workers for worker: true, got one without');
    return node ? Connection.#inNode(node, source) : Connection.#onPage(source);
  }

  static #inNode({ Worker: NodeWorker }: typeof workerThreads, source: string): Connection {
    // Options given to this process (loaders, input types) are not meant for the worker.
    const worker = new NodeWorker(source, { eval: true, execArgv: [], name: 'wasmgrad training' });
    const connection = new Connection(
      (message, transfer) => worker.postMessage(message, transfer),
      () => worker.terminate(),
    );
    worker.on('message', (message: FromWorker) => connection.#put(message));
    worker.on('error', (error) => connection.#lose(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => connection.#lose(`it ended with code ${code}`));
    return connection;
  }

  static #onPage(source: string): Connection {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(url, { name: 'wasmgrad training' });
    const connection = new Connection(
      (message, transfer) => worker.postMessage(message, transfer),
      async () => {
        worker.terminate();
        URL.revokeObjectURL(url);
        return Promise.resolve();
      },
    );
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => connection.#put(data);
    worker.onmessageerror = () => connection.#lose('a message cannot be read');
    worker.onerror = (event) => {
      event.preventDefault();
      connection.#lose(event.message || 'its script cannot be loaded');
    };
    return connection;
  }

  #put(message: FromWorker): void {
    this.#messages.push(message);
    this.#wake();
  }

  #lose(reason: string): void {
    this.#lost ??= new WorkerError(`fit: expected the training worker to go on, got none: ${reason}`);
    this.#wake();
  }

  /** Whether anybody receives it shows in `next`. */
  send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#post(message, transfer);
  }

  /** The next message. @throws WorkerError when the worker has ended */
  async next(): Promise<FromWorker> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      if (this.#lost) throw this.#lost;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends the worker. */
  async close(): Promise<void> {
    await this.#terminate();
  }
}
