import { finiteNumber, knownOptions, show } from '../core/checks.js';
import { inNameOf, refuse } from '../core/errors.js';
import type { TrainingData } from '../data/index.js';
import { Model, type Callback, type FitOptions, type History, type TrainingControl } from '../models/index.js';
import { readBytes } from './feed.js';
import { readEntry, SCHEME } from './indexedDb.js';
import { codeOf } from './nodeModules.js';
import { decodeSnapshot, encodeSnapshot } from './snapshotFile.js';
import { checkTarget, checkWritable, writeBytes, type Target } from './targets.js';

export interface CheckpointEveryOptions {
  /** A path in Node; `'indexeddb://name'` or a FileSystemFileHandle (of OPFS, for example) in browsers. */
  readonly place: Target;
  /** Seconds between two checkpoints, > 0. Default 30. */
  readonly seconds?: number | undefined;
}

/**
 * A callback for `fit` that saves the state of training every few seconds and at its end, so that `resumeOrStart` or
 * `resume` can go on after a reload or a crash. With `worker: true` it makes the worker wait after every batch, as every
 * callback with `onBatchEnd` does.
 *
 * @throws TypeError, RangeError; from `fit`: errors of writing
 * @example
 * ```ts
 * import { checkpointEvery } from 'wasmgrad/io';
 * const callbacks = [checkpointEvery({ place: 'run.checkpoint', seconds: 10 })];
 * ```
 */
export function checkpointEvery(options: CheckpointEveryOptions): Callback {
  const where = 'checkpointEvery';
  const { place, seconds = 30 } = knownOptions(where, options, ['place', 'seconds']);
  return saving(where, checkTarget(where, place), finiteNumber(where, 'seconds', seconds, { above: 0 }));
}

function saving(where: string, target: Target, seconds: number): Callback {
  let last = 0;
  let isSaved = true;
  const write = async (control: TrainingControl): Promise<void> => {
    await writeBytes(where, target, encodeSnapshot(control.snapshot()));
    last = performance.now();
    isSaved = true;
  };
  const writeIfDue = (control: TrainingControl): Promise<void> | undefined => {
    isSaved = false;
    return performance.now() - last < 1000 * seconds ? undefined : write(control);
  };
  return {
    onTrainBegin() {
      last = performance.now();
      isSaved = true;
      return checkWritable(where, target);
    },
    onBatchEnd: (_, control) => writeIfDue(control),
    onEpochEnd: (_, control) => writeIfDue(control),
    onTrainEnd: (control) => (isSaved || control.model.disposed ? undefined : write(control)),
  };
}

export interface ResumeOrStartOptions extends FitOptions {
  /** Where the state of training is, as for `checkpointEvery`. */
  readonly place: Target;
  /** Seconds between two checkpoints, > 0. Default 30. */
  readonly every?: number | undefined;
}

/**
 * Trains, and saves the state every few seconds; if there is a state already, training goes on from it with the same bits. So a
 * page that calls this when it loads, or a script that is started again, loses a few seconds at most. `epochs` counts
 * from the beginning of the first call; once they are done, a further call returns the history at once. Delete the file
 * to start anew.
 *
 * @throws FormatError for a file that is no checkpoint of this model and optimizer; all errors of `fit`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { resumeOrStart } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { adam } from 'wasmgrad/optimizers';
 * await init();
 * const model = sequential({ inputShape: [1] }, [dense({ units: 1 })]);
 * const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
 * const place = typeof indexedDB === 'undefined' ? '/tmp/example.run' : 'indexeddb://example.run';
 * const options = { place, loss: meanSquaredError(), optimizer: adam(), epochs: 3 };
 * await resumeOrStart(model, data, options);
 * console.log((await resumeOrStart(model, data, options)).epochs.length); // 3
 * model.dispose();
 * ```
 */
export async function resumeOrStart(model: Model, data: TrainingData, options: ResumeOrStartOptions): Promise<History> {
  const where = 'resumeOrStart';
  if (!((model as unknown) instanceof Model)) refuse(TypeError, where, 'a model', show(model));
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null)
    refuse(TypeError, where, 'options with a place', show(options));
  const { place, every = 30, ...fit } = options;
  const target = checkTarget(where, place);
  const callback = saving(where, target, finiteNumber(where, 'every', every, { above: 0 }));
  const bytes = await saved(where, target);
  const from = bytes && decodeSnapshot(bytes);
  const { callbacks = [] } = fit;
  const given: unknown = callbacks;
  if (!Array.isArray(given)) refuse(TypeError, where, 'callbacks to be an array', show(given));
  const all: FitOptions = { ...fit, callbacks: [...callbacks, callback], ...(from ? { from } : { reset: true }) };
  return model.fit(data, all).catch((error: unknown) => {
    throw inNameOf(where, error);
  });
}

/** What is saved at a place; undefined if there is nothing. */
async function saved(where: string, target: Target): Promise<Uint8Array | undefined> {
  if (typeof target !== 'string') {
    const file = await target.getFile();
    return file.size > 0 ? readBytes(where, file) : undefined;
  }
  try {
    return await (target.startsWith(SCHEME) ? readEntry(where, target) : readBytes(where, target));
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    if (codeOf(cause) === 'ENOENT' || (error instanceof Error && error.message.endsWith('got nothing there')))
      return undefined;
    throw error;
  }
}
