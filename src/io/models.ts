import type { InferenceModel } from '../models/inferenceModel.js';
import type { Model } from '../models/model.js';
import type { Optimizer } from '../optimizers/index.js';
import { asBytes, isBytes, type Bytes } from './bytes.js';
import {
  checkLoadOptions,
  modelBytes,
  modelFromBytes,
  optimizerFromBytes,
  type LoadOptions,
  type SaveOptions,
} from './modelFile.js';
import { checkSource, checkTarget, readBytes, writeBytes, type Source, type Target } from './places.js';

/**
 * A model as the bytes of a safetensors file: the weights as F32 tensors under their names, and the configuration
 * (input shape; kind, name and options of every layer; optimiser if given) as JSON in the metadata, with a hash over all of
 * it: a file that is damaged later is refused.
 * Initialisers that are functions are left out, since the weights themselves are saved.
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
 * `saveModel` into a file: a path in Node, `'indexeddb://name'` or a FileSystemFileHandle in browsers.
 *
 * In Node the old file stays until the new one is whole and on the disk. Its permissions stay, and so does a symbolic
 * link, whose target is replaced. What a killed process has left half-written (`<file>.<...>.tmp`) is removed by the next
 * write to the same path: at once when it was written on this machine, after an hour otherwise.
 *
 * @throws as `saveModel`; TypeError for a target this host has not; RangeError, the host's own error being its cause,
 *   when it cannot be written to
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
 * The model in the bytes of `saveModel`, at once; or, as a promise, in a file: a path in Node, `'indexeddb://name'`,
 * a File, Blob or FileSystemFileHandle in browsers.
 *
 * A model with several outputs predicts an array or object again; `loadModel<ModelWith<[Tensor, Tensor]>>(bytes)` says so to
 * the compiler, which cannot see it in the file.
 *
 * @param options `layers`: `{ kind: (config) => layer }` for custom layers
 * @throws FormatError for a damaged or foreign file, before any memory is taken for it; TypeError for another source;
 *   RangeError, the host's own error being its cause, for a place that cannot be read; NotInitializedError before `init()`
 */
export function loadModel<M extends Model = Model>(bytes: Bytes, options?: LoadOptions): M;
export function loadModel<M extends Model = Model>(source: Source, options?: LoadOptions): Promise<M>;
export function loadModel(source: Bytes | Source, options: LoadOptions = {}): Model | Promise<Model> {
  if (isBytes(source)) return modelFromBytes('loadModel', asBytes('loadModel', source), options);
  const place = checkSource('loadModel', source);
  checkLoadOptions('loadModel', options);
  return readBytes('loadModel', place).then((bytes) => modelFromBytes('loadModel', bytes, options));
}

/**
 * The optimiser that `saveModel(model, { optimizer })` put beside the model, or undefined when there is none. It comes
 * with its hyperparameters, without the state of a training: that is what `checkpoint` keeps.
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
