// Batches one by one in a training worker: each is written to the buffers of its program, a bounded number ahead.
import type { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import type { Tensor } from '../../tensors/tensor.js';
import { inOrder } from '../evaluate.js';
import type { FitPlan } from '../fitOptions.js';
import { fill, write, type BatchProgram } from '../programs.js';
import type { WorkerClient } from './client.js';
import type { Run, Write } from './messages.js';
import { copyOf, region } from './start.js';

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
  /** Whether the worker has a program. */
  readonly has: (entry: BatchProgram) => boolean;
  /** The worker, which is given a program if necessary. Then no batch may be unanswered. */
  readonly having: (entry: BatchProgram) => Promise<WorkerClient>;
  /** Where the share of a batch is written. */
  readonly share?: Tensor | undefined;
  /** The cells of an update, while `inFlight` earlier ones are unanswered. */
  readonly cells?: (inFlight: number) => Run['cells'];
  readonly done: (values: Float32Array, batch: Sent) => Promise<void> | undefined;
}

/** What is written for a batch: the contents of the program's buffers here, which are filled with it. */
function writesOf({ entry, rows, share }: Sent, cell: Tensor | undefined): Write[] {
  const { x, y, lengths, weights } = entry;
  fill(entry, rows, inOrder(rows), 0, rows.size);
  if (cell) write(cell, [share]);
  return [x, y, lengths, weights, cell].flatMap((buffer) => {
    if (!buffer) return [];
    const [at, count] = region(buffer);
    return { at, cells: runtime().heap.i32.slice(at, at + count) };
  });
}

/** Runs batches until the last, until the signal aborts, or until one fails, which is returned. */
export async function runBatches(job: BatchesJob): Promise<Sent | undefined> {
  const { ahead, next, has, having, share, cells, done } = job;
  const open: Sent[] = [];
  let client: WorkerClient | undefined;
  let waiting: Sent | undefined; // the batch that needs another program than the worker has
  let over = false;
  let error: { readonly reason: unknown } | undefined;
  const aborted = (): boolean => job.plan.signal?.aborted ?? false;
  // Reads and sends batches while there may be more unanswered ones
  const send = async (): Promise<void> => {
    while (open.length < ahead && !over) {
      const batch = waiting ?? (await next());
      waiting = undefined;
      over = !batch || aborted();
      if (!batch || over) return;
      if (open.length > 0 && !has(batch.entry)) {
        waiting = batch;
        return;
      }
      client = await having(batch.entry);
      const updating = open.filter((each) => each.share).length;
      client.begin(copyOf(batch.entry), writesOf(batch, share), cells?.(updating));
      open.push(batch);
    }
  };
  for (;;) {
    await send().catch((reason: unknown) => {
      error ??= { reason };
      over = true; // the batches on their way come first
    });
    const batch = open.shift();
    const results = batch && (await client?.results());
    if (batch && results?.length) {
      await done(results, batch);
      continue;
    }
    if (batch && !aborted()) return batch;
    if (error) throw error.reason;
    return undefined;
  }
}
