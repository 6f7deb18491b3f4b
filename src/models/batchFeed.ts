import type { BatchSource, Dataset } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import { checkRows } from './inputs.js';
import type { Network } from './network.js';

export interface FeedOptions {
  /** The called function, for messages. */
  readonly where: string;
  readonly source: BatchSource;
  readonly network: Network;
  readonly exacting?: string | undefined;
  /** That will be computed of the batches. */
  readonly loss: Loss;
  /** Gives checked batches other weights; errors name the first argument. */
  readonly weigh?: ((where: string, rows: Dataset) => Dataset) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Batches of an epoch. Default: all of a pass over the source. */
  readonly steps?: number | undefined;
  /** Gives the number of the next pass. */
  readonly pass?: (() => number) | undefined;
  /** Whether the caller makes sure of finite inputs, by `checkFinite`. */
  readonly trusts?: boolean | undefined;
}

/** Batches of a stream, checked against a network, epoch after epoch. */
export class BatchFeed {
  readonly #options: FeedOptions;
  #iterator: AsyncGenerator<Dataset, void> | undefined;
  /** The next batch, if it has been read already. */
  #ahead: Promise<Dataset | undefined> | undefined;
  /** Batches of the pass, and of the epoch, that were read. */
  #number = 0;
  #taken = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The next batch; undefined at the end of the epoch, and when the signal aborts, however long the batch takes. */
  next(): Promise<Dataset | undefined> {
    const next = this.#ahead ?? this.#next();
    this.#ahead = undefined;
    return next;
  }

  /** Whether the epoch has no further batch. It reads the next one. */
  async isOver(): Promise<boolean> {
    return !(await (this.#ahead ??= this.#next()));
  }

  /** Passes over batches that an earlier training has seen. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; left--) if (!(await this.next())) await this.next();
  }

  async #next(): Promise<Dataset | undefined> {
    const { where, network, exacting, loss, weigh, steps, trusts } = this.#options;
    const checks = !trusts || network.ports !== undefined || network.indices !== undefined;
    for (let over = this.#taken === steps; !over;) {
      const next = await this.#read();
      if (!next) return undefined;
      if (!next.done) {
        this.#taken++;
        if (checks) next.value.checkFinite?.();
        const name = `${where}: batch ${++this.#number}`;
        const rows = checkRows(name, next.value, network, exacting, loss);
        return weigh ? weigh(name, rows) : rows;
      }
      over = !steps || this.#number === 0; // otherwise the epoch goes on with another pass
      this.#iterator = undefined;
      this.#number = 0;
    }
    this.#taken = 0;
    return undefined;
  }

  async #read(): Promise<IteratorResult<Dataset, void> | undefined> {
    const { source, signal, pass } = this.#options;
    if (signal?.aborted) return undefined;
    const iterator = (this.#iterator ??= source.unchecked(pass?.()));
    if (!signal) return iterator.next();
    let abort = (): void => undefined;
    const aborted = new Promise<undefined>((resolve) => (abort = () => resolve(undefined)));
    signal.addEventListener('abort', abort); // before the iterator runs, which may abort itself
    return Promise.race([iterator.next(), aborted]).finally(() => signal.removeEventListener('abort', abort));
  }

  /** Closes the iterator; after an abort, it may do so at any later time. */
  async close(): Promise<void> {
    const closed = this.#iterator?.return().catch(() => undefined);
    this.#iterator = undefined;
    this.#ahead = undefined;
    if (!this.#options.signal?.aborted) await closed;
  }
}
