// Batches one by one in a training worker: each is written to the buffers of its program, a bounded number ahead.
import type { Dataset } from '../../data/index.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { FitPlan } from '../fitOptions.js';
import type { BatchProgram } from '../programs.js';
import type { WorkerClient } from './client.js';
import type { Run } from './messages.js';
import { cellsOf } from './start.js';

/** A batch on its way: its program, and its share in an update. */
export interface Sent {
  readonly entry: BatchProgram;
  readonly rows: Dataset;
  readonly share: number;
}

/** Batches to run. */
export interface BatchesJob {
  readonly plan: Pick<FitPlan<never>, 'signal'>;
  /** Number of batches that may be unanswered at a time. */
  readonly ahead: number;
  /** The next batch; undefined at the end. */
  readonly next: () => Promise<Sent | undefined>;
  /** The worker that has a program, and the number of its set. No batch may be unanswered if another is started. */
  readonly having: (entry: BatchProgram) => Promise<readonly [WorkerClient, number]>;
  /** Where the share of a batch is written. */
  readonly share?: Tensor | undefined;
  /** The cells of an update, while `inFlight` earlier ones are unanswered. */
  readonly cells?: (inFlight: number) => Run['cells'];
  readonly done: (values: Float32Array, batch: Sent) => Promise<void> | undefined;
  /** Called at the end, also before an error. */
  readonly fetch?: () => Promise<void> | undefined;
}

/** Runs batches in a worker. */
class BatchRunner {
  readonly #job: BatchesJob;
  readonly #open: Sent[] = [];
  #client: WorkerClient | undefined;
  #known = new Set<BatchProgram>();
  /** The batch that needs another program than the worker has. */
  #waiting: Sent | undefined;
  #over = false;
  #error: { readonly reason: unknown } | undefined;

  constructor(job: BatchesJob) {
    this.#job = job;
  }

  /** Reads and sends batches while there may be more unanswered ones. */
  async #fill(): Promise<void> {
    const { ahead, next, plan } = this.#job;
    while (this.#open.length < ahead && !this.#over) {
      const batch = this.#waiting ?? (await next());
      this.#waiting = undefined;
      this.#over = !batch || (plan.signal?.aborted ?? false);
      if (!batch || this.#over) return;
      if (this.#open.length > 0 && !this.#known.has(batch.entry)) {
        this.#waiting = batch;
        return;
      }
      await this.#send(batch);
    }
  }

  async #send(batch: Sent): Promise<void> {
    const { having, share, cells } = this.#job;
    const { entry, rows } = batch;
    const [client, set] = await having(entry);
    if (client !== this.#client) this.#known = new Set();
    this.#known.add(entry);
    this.#client = client;
    const { x, y, lengths, weights } = entry;
    for (const [into, values] of [
      [x, rows.x],
      [y, rows.y],
      [lengths, rows.lengths],
      [weights, rows.weights],
      [share, Float32Array.of(batch.share)],
    ] as const)
      // prettier-ignore
      if (into && values) await client.write(0, into.address / 4, values.length, () => cellsOf(values, into));
    const updating = this.#open.filter((each) => each.share);
    client.begin(set, rows.size, cells?.(updating.length));
    this.#open.push(batch);
  }

  /** Runs all batches. Returns the one that failed. */
  async run(): Promise<Sent | undefined> {
    const { done, plan, fetch } = this.#job;
    for (;;) {
      await this.#fill().catch((reason: unknown) => {
        this.#error ??= { reason };
        this.#over = true; // the batches on their way come first
      });
      const batch = this.#open.shift();
      const results = batch && (await this.#client?.results());
      if (batch && results?.length) {
        await done(results, batch);
        continue;
      }
      if (this.#client) await fetch?.();
      if (batch && !plan.signal?.aborted) return batch;
      if (this.#error) throw this.#error.reason;
      return undefined;
    }
  }
}

/** Runs batches until the last, until the signal aborts, or until one fails, which is returned. */
export function runBatches(job: BatchesJob): Promise<Sent | undefined> {
  return new BatchRunner(job).run();
}
