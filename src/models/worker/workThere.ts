// Training in a worker. The programs are recorded here, as ever, and sent there with what they need; after every epoch what
// training has changed comes back to the very cells it was sent from.
import { WorkerError } from '../../core/errors.js';
import type { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import type { BatchPrograms } from '../batchPrograms.js';
import { inOrder } from '../evaluate.js';
import type { FitPlan } from '../fitPlan.js';
import type { InferenceModel } from '../inferenceModel.js';
import { withBatch, type RunningMean } from '../runningMean.js';
import type { TrainingState } from '../step.js';
import type { Trainer } from '../trainer.js';
import { orderOf, VALIDATION_ROWS, type BatchDone, type Workplace } from '../workplace.js';
import { connect } from './connection.js';
import { canShare, contents, rowsOf, stateRegions } from './image.js';
import type { Run } from './messages.js';
import { Remote } from './remote.js';

/** Pieces of work on their way when nobody waits for single batches: a quarter of a second, should the page be busy. */
const AHEAD = 8;

export interface ThereOptions {
  readonly model: InferenceModel;
  readonly plan: FitPlan;
  readonly data: Dataset;
  readonly trainer: Trainer;
  readonly evaluator: BatchPrograms | undefined;
  readonly done: BatchDone;
}

/** Starts a worker and sends it everything. @throws WorkerError; all that recording throws */
async function start({ model, plan, data, trainer, evaluator }: ThereOptions): Promise<Remote> {
  const { validation, batchSize, signal } = plan;
  const sets = [rowsOf(trainer.programs, data, batchSize)];
  if (evaluator && validation) sets.push(rowsOf(evaluator, validation, VALIDATION_ROWS));
  const blueprint = await runtime().blueprint();
  const abort = canShare() ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
  const connection = await connect();
  const remote = new Remote(model, signal, connection, abort);
  try {
    const { reserved: bytes } = runtime().heap;
    connection.send({ kind: 'setup', ...blueprint, bytes, sets: sets.map(({ set }) => set), abort });
    await remote.send(contents(sets.flatMap(({ programs }) => programs)));
    const values = sets.flatMap(({ set, arrays }) => arrays.map((array, k) => ({ array, sent: set.values[k] })));
    for (const [k, { array, sent }] of values.entries())
      if (sent !== array) await remote.write(k + 1, 0, array.length, () => array);
    return remote;
  } catch (error) {
    await remote.close();
    throw error;
  }
}

/** What the optimiser writes for the next steps, as far as it can: the first step without it fails, and says why. */
function preparation({ optimizer, steps }: TrainingState, open: number, count: number): Run['cells'] {
  const { layout } = optimizer;
  if (!layout) return undefined;
  const values = new Float64Array(2 * count);
  let ready = 0;
  try {
    for (; ready < count; ready++) layout.prepare(steps + open + ready, values, 2 * ready, 2 * ready + 1);
  } catch {
    // No finite rate, or a schedule that throws.
  }
  return { at: [layout.rate, layout.flushFlag], values: values.subarray(0, 2 * ready) };
}

/** A worker, started when it is first needed. */
export function workThere(options: ThereOptions): Workplace {
  const { plan, data, trainer, done } = options;
  const { batchSize, names, signal, validation, hears } = plan;
  const { state: training } = trainer;
  const state = stateRegions(training);
  const width = names.length;
  let remote: Remote | undefined;
  const trained: BatchDone = async (values, rows) => {
    training.steps++;
    if (hears === 'callbacks') await remote?.fetch(state);
    await done(values, rows);
    if (hears === 'callbacks') await remote?.send(state);
  };
  return {
    async open() {
      if (!signal?.aborted) remote ??= await start(options);
    },
    async train(epoch, first) {
      if (!remote || signal?.aborted) return false;
      await remote.send(state);
      const order = orderOf(data, plan, epoch);
      const cells = (open: number, count: number) => preparation(training, open, count);
      const ahead = hears ? 1 : AHEAD;
      const failed = await remote.run({ set: 0, order, batchSize, first, ahead, width, cells, done: trained });
      await remote.fetch(state);
      if (failed !== undefined) {
        // Run here, where it changes nothing but throws the error it should.
        const [begin, end] = [failed * batchSize, Math.min((failed + 1) * batchSize, data.size)];
        await done(trainer.stepOn(data, order, begin, end), end - begin);
        throw new WorkerError('fit: expected the training worker to run the batch, which is fine here; got a failure');
      }
      return !signal?.aborted;
    },
    async validate() {
      let mean: RunningMean = { sums: [], rows: 0 };
      if (!remote || !validation) return mean;
      const add: BatchDone = (values, rows) => {
        mean = withBatch(mean, values, rows);
        return undefined;
      };
      const order = inOrder(validation);
      await remote.run({ set: 1, order, batchSize: VALIDATION_ROWS, first: 0, ahead: AHEAD, width, done: add });
      return signal?.aborted ? undefined : mean;
    },
    close: () => remote?.close(),
  };
}
