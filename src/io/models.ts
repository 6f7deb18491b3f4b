import type { Preprocessing } from '../data/index.js';
import type { InferenceModel } from '../models/inferenceModel.js';
import type { Model } from '../models/model.js';
import type { Optimizer } from '../optimizers/index.js';
import { runtime } from '../runtime/state.js';
import { asBytes, isBytes, type Bytes } from './bytes.js';
import { openSource, takeBytes } from './feed.js';
import {
  checkLoadOptions,
  modelBytes,
  modelFrom,
  optimizerFromBytes,
  preprocessingFromBytes,
  type LoadOptions,
  type SaveOptions,
} from './modelFile.js';
import { decodeTensors } from './safetensors.js';
import { checkSource, type Source } from './sources.js';
import { streamTensorFile } from './streamedTensors.js';
import { checkTarget, writeBytes, type Target } from './targets.js';

/**
 * A model as the bytes of a safetensors file: the weights as F32 tensors under their names, and the configuration
 * (input shape; kind, name and options of every layer; optimiser if given) as JSON in the metadata, with a hash of
 * everything, so that a file damaged later is refused.
 * Initialisers that are functions are not saved, but the weights are.
 *
 * @throws TypeError naming the layer for a custom layer without `kind` and `config`, and for activations and regularisers
 *   that are functions; NonFiniteError naming the weight that holds NaN or infinity, which `loadModel` would refuse; DisposedError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { loadModel, saveModel } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [3] }, [dense({ units: 2 })]);
 * const bytes = saveModel(model);
 * const copy = loadModel(bytes);
 * console.log(copy.weights.map(({ name }) => name)); // ['dense_1/kernel', 'dense_1/bias']
 * model.dispose();
 * copy.dispose();
 * ```
 */
export function saveModel(model: InferenceModel, options: SaveOptions = {}): Uint8Array<ArrayBuffer> {
  return modelBytes('saveModel', model, options);
}

/**
 * Saves a model to a file: a path in Node, `'indexeddb://name'` or a FileSystemFileHandle in browsers. See `saveModel`.
 *
 * In Node the old file stays until the new one is complete and on the disk. Its permissions stay, and so does a symbolic
 * link, whose target is replaced. A temporary file (`<file>.<...>.tmp`) that a killed process has left is removed by the
 * next write to the same path: at once if it was written on this machine, otherwise after an hour.
 *
 * @throws as `saveModel`; TypeError for a target that this host does not have; RangeError when it cannot be written to,
 *   with the host's error as its cause
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { loadModel, writeModel } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [3] }, [dense({ units: 2 })]);
 * const place = typeof indexedDB === 'undefined' ? '/tmp/example.safetensors' : 'indexeddb://example';
 * await writeModel(model, place);
 * const copy = await loadModel(place);
 * model.dispose();
 * copy.dispose();
 * ```
 */
export async function writeModel(model: InferenceModel, target: Target, options: SaveOptions = {}): Promise<void> {
  const place = checkTarget('writeModel', target);
  await writeBytes('writeModel', place, modelBytes('writeModel', model, options));
}

/**
 * Loads a model. From the bytes of `saveModel` it returns the model; from any other source (`Source`: a path in Node, an
 * address, a Response, a File, `'indexeddb://name'`, ...) it returns a promise.
 *
 * A loaded model with several outputs predicts an array or object like the saved one. The compiler cannot know that
 * from the file: write `loadModel<ModelWith<[Tensor, Tensor]>>(bytes)`. Likewise `loadModel<TableModel>(bytes)` for a
 * model that was saved with its preprocessing, whose `predict` takes rows of the table.
 *
 * @param options `layers`: `{ kind: (config) => layer }` for custom layers; `signal` ends the reading; `onProgress` is
 *   called with `{ loaded, total }` in bytes
 * @throws FormatError for a damaged or foreign file, before any memory is allocated; TypeError for another source;
 *   RangeError when it cannot be read, with the host's error as its cause; the signal's reason; NotInitializedError before
 *   `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { loadModel, saveModel } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [3] }, [dense({ units: 2 })]);
 * const response = new Response(saveModel(model)); // or fetch(url), or the url itself
 * const copy = await loadModel(response, { onProgress: ({ loaded }) => console.log(`${loaded} bytes`) });
 * model.dispose();
 * copy.dispose();
 * ```
 */
export function loadModel<M extends Model = Model>(bytes: Bytes, options?: LoadOptions): M;
export function loadModel<M extends Model = Model>(source: Exclude<Source, Bytes>, options?: LoadOptions): Promise<M>;
export function loadModel<M extends Model = Model>(source: Source, options?: LoadOptions): M | Promise<M>;
export function loadModel(source: Source, options: LoadOptions = {}): Model | Promise<Model> {
  void checkSource('loadModel', source);
  const { reading, layers } = checkLoadOptions('loadModel', options);
  runtime();
  if (isBytes(source))
    return modelFrom('loadModel', decodeTensors('loadModel', takeBytes('loadModel', source, reading)), layers);
  return openSource('loadModel', source, reading)
    .then((feed) => streamTensorFile('loadModel', feed))
    .then((file) => modelFrom('loadModel', file, layers));
}

/**
 * The optimiser that `saveModel(model, { optimizer })` saved, or undefined when there is none. It has the
 * hyperparameters but no state of training, which `checkpoint` saves.
 *
 * @throws FormatError, TypeError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { loadOptimizer, saveModel } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { adam } from 'wasmgrad/optimizers';
 * await init();
 * const model = sequential({ inputShape: [3] }, [dense({ units: 2 })]);
 * const bytes = saveModel(model, { optimizer: adam({ learningRate: 0.01 }) });
 * console.log(loadOptimizer(bytes)?.learningRate); // 0.01
 * model.dispose();
 * ```
 */
export function loadOptimizer(bytes: Bytes): Optimizer | undefined {
  return optimizerFromBytes('loadOptimizer', asBytes('loadOptimizer', bytes));
}

/**
 * The preprocessing that `saveModel(model, { preprocessing })` saved, or undefined when there is none. Models of
 * `loadModel` have it already; pages that load a model by `wasmgrad/predict` encode rows with it.
 *
 * @throws FormatError, TypeError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { table } from 'wasmgrad/data';
 * import { loadModel, loadPreprocessing, saveModel } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const { preprocessing } = table('age,city,won\n20,Oslo,no\n40,Rome,yes\n', { label: 'won' });
 * const model = sequential({ inputShape: preprocessing.inputShape }, [dense({ units: 2, activation: 'softmax' })]);
 * const bytes = saveModel(model, { preprocessing });
 * const loaded = loadModel(bytes);
 * console.log(preprocessing.decode(loaded.predict({ age: 41, city: 'Oslo' })).length); // 1
 * console.log(loadPreprocessing(bytes)?.classes); // ['no', 'yes']
 * model.dispose();
 * loaded.dispose();
 * ```
 */
export function loadPreprocessing(bytes: Bytes): Preprocessing | undefined {
  return preprocessingFromBytes('loadPreprocessing', asBytes('loadPreprocessing', bytes));
}
