import { inNameOf, refuse } from '../core/errors.js';
import { knownOptions, show, wholeNumber } from '../core/checks.js';
import type { TrainingData } from '../data/index.js';
import { checkSettings } from '../models/fitOptions.js';
import {
  Model,
  type Callback,
  type FitOptions,
  type History,
  type TrainingControl,
  type TrainingSnapshot,
} from '../models/index.js';
import { readBytes } from './feed.js';
import { decodeSnapshot, encodeSnapshot } from './snapshotFile.js';
import { checkSource, type Source } from './sources.js';
import { checkTarget, checkWritable, writeBytes, type Target } from './targets.js';

export interface CheckpointOptions {
  /** Also save after every this many batches of an epoch. Default: only at the ends of epochs. */
  readonly every?: number | undefined;
}

/**
 * A callback for `fit` that saves the state of training to a file: a path in Node, `'indexeddb://name'` or a
 * FileSystemFileHandle in browsers. The file is replaced as a whole, as by `writeModel`, so that a crash leaves the old or
 * the new one. It is replaced only by a state that `resume` accepts, in which all numbers are finite.
 * `resume` continues from it.
 *
 * @throws TypeError, RangeError; from `fit`, before the first step: RangeError for a path that cannot be written to;
 *   later, the file being left as it is: NonFiniteError for weights or optimiser state with NaN or infinity
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { checkpoint, resume } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { adam } from 'wasmgrad/optimizers';
 * await init();
 * const model = sequential({ inputShape: [1] }, [dense({ units: 1 })]);
 * const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
 * const place = typeof indexedDB === 'undefined' ? '/tmp/example.checkpoint' : 'indexeddb://example.checkpoint';
 * const options = { loss: meanSquaredError(), optimizer: adam(), batchSize: 2, callbacks: [checkpoint(place)] };
 * await model.fit(data, { ...options, epochs: 2 });
 * const history = await resume(place, model, data, { ...options, epochs: 4 });
 * console.log(history.epochs.length); // 4
 * model.dispose();
 * ```
 */
export function checkpoint(path: Target, options: CheckpointOptions = {}): Callback {
  const target = checkTarget('checkpoint', path);
  knownOptions('checkpoint', options, ['every']);
  const every = options.every === undefined ? Infinity : wholeNumber('checkpoint', 'every', options.every, { min: 1 });
  const write = (control: TrainingControl): Promise<void> =>
    writeBytes('checkpoint', target, encodeSnapshot(control.snapshot()));
  return {
    onTrainBegin: () => checkWritable('checkpoint', target),
    onBatchEnd: ({ batch }, control) => (batch % every === 0 ? write(control) : undefined),
    onEpochEnd: (_, control) => write(control),
  };
}

/**
 * Continues a training from its checkpoint with the same bits as if it had never stopped: parameters, optimiser state,
 * random numbers, epoch and batch. The model, the data and the options must be those of the first call of `fit`;
 * `epochs` counts from the beginning of that call. Callbacks start anew: an `earlyStopping` does not know the epochs
 * before.
 *
 * With a path alone it returns the snapshot, for the option `from` of `fit`.
 *
 * @throws FormatError for a damaged or foreign file, or one of another model or optimiser, before anything is changed;
 *   RangeError when a snapshot from within an epoch has another batchSize, seed or shuffle; all errors of `fit`
 */
export function resume(path: Source): Promise<TrainingSnapshot>;
export function resume(path: Source, model: Model, data: TrainingData, options: FitOptions): Promise<History>;
export async function resume(
  path: Source,
  model?: Model,
  data?: TrainingData,
  options?: FitOptions,
): Promise<TrainingSnapshot | History> {
  const source = checkSource('resume', path);
  const snapshot = async (): Promise<TrainingSnapshot> => decodeSnapshot(await readBytes('resume', source));
  if (model === undefined) return snapshot();
  if (!((model as unknown) instanceof Model)) refuse(TypeError, 'resume', 'a model', show(model));
  if (data === undefined || options === undefined)
    refuse(TypeError, 'resume', 'data and the options of fit after the model', `${show(data)} and ${show(options)}`);
  checkSettings('resume', options);
  const from = await snapshot();
  return model.fit(data, { ...options, from }).catch((error: unknown) => {
    throw inNameOf('resume', error);
  });
}
