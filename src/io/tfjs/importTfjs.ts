import { isPlain, knownOptions, show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import type { Model } from '../../models/model.js';
import { runtime } from '../../runtime/state.js';
import type { Files } from '../beside.js';
import { readBytes } from '../feed.js';
import { parseJson, recordOf, textOf } from '../json.js';
import { buildModel, type StoredWeight } from '../keras/build.js';
import type { InputShapes } from '../keras/graph.js';
import { checkInputShape } from '../keras/inputShape.js';
import { namedWeights } from '../keras/namedWeights.js';
import { readModel } from '../keras/structure.js';
import { checkReadOptions, checkSource, READ_OPTIONS, type ReadOptions, type Source } from '../sources.js';
import { isGiven, jsonOf, readBeside, readGiven, type TfjsGiven } from './artifacts.js';

export interface ImportTfjsOptions extends ReadOptions {
  /** The files with the weights, for a source without a folder: Files, or sources by name. */
  readonly files?: Files | undefined;
  /** Sizes of an input that the file leaves open, without the batch; an object by name for several inputs. */
  readonly inputShape?: InputShapes | undefined;
}

const WHERE = 'importTfjs';

/** Files as an `<input type="file" multiple>` gives them. */
function isFileList(source: unknown): source is ArrayLike<File> {
  if (typeof source !== 'object' || source === null || !('length' in source) || ArrayBuffer.isView(source))
    return false;
  return typeof Blob !== 'undefined' && Object.values(source).every((one) => one instanceof Blob);
}

/** The configuration of the model in a model.json. */
function topologyOf(json: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { format, modelTopology: given } = json;
  const topology = recordOf(WHERE, typeof given === 'string' ? parseJson(WHERE, given) : given);
  const isGraph = format === 'graph-model' || 'node' in topology;
  if (isGraph)
    refuse(FormatError, WHERE, 'a layers model (convert the Keras model with --output_format=tfjs_layers_model, or export to ONNX and use importOnnx)', 'a graph model'); // prettier-ignore
  const config = topology['model_config'] ?? topology;
  return recordOf(WHERE, typeof config === 'string' ? parseJson(WHERE, config) : config);
}

function build(
  json: Readonly<Record<string, unknown>>,
  weights: readonly StoredWeight[],
  inputShape: InputShapes | undefined,
): Model {
  // prettier-ignore
  const { class_name: className, config } = topologyOf(json);
  const model = readModel(WHERE, 'model', textOf(WHERE, className), config);
  const dialect = { hardSigmoid: 0.2, isTfjs: true };
  return buildModel(WHERE, model, namedWeights(WHERE, weights), { dialect, inputShape });
}

/** The file of a list that describes the model; the others have its weights. */
function modelFile(files: ArrayLike<File>): File {
  const found = Array.from(files).find(({ name }) => name.endsWith('.json'));
  return found ?? refuse(FormatError, WHERE, 'a model.json among the files', Array.from(files, ({ name }) => show(name)).join(', ') || 'none'); // prettier-ignore
}

/**
 * A layers model of TensorFlow.js, as `model.save`, the converter or Teachable Machine write it: a model.json and the
 * files with the weights beside it, whose names are in it; quantised weights too. The layers keep their names. The model
 * predicts, trains, and is saved like any other; `trainable: false` of layers is kept.
 *
 * docs/importing.md lists the layers. Regularisers are kept, constraints and activity regularisers are not; noise other than
 * dropout is left out of training.
 *
 * @param source model.json: a path, an address, a Response, a File, ... (see `Source`); Files, of which one is
 *   model.json; or what is in memory: `{ json, weights }`, or the artifacts of a save handler
 * @param options `files`: the weights' files when the source has no folder; `inputShape`: sizes that the file leaves open;
 *   `signal` ends the reading; `onProgress` is called with `{ loaded, total }` in bytes of weights
 * @throws FormatError naming the layer or weight for a damaged file, and for layers and options that the library does not
 *   have; TypeError for another source; RangeError when it cannot be read; the signal's reason; NotInitializedError before
 *   `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { importTfjs } from 'wasmgrad/io';
 * await init();
 * const dense = { class_name: 'Dense', config: { name: 'sum', units: 1, batch_input_shape: [null, 2] } };
 * const model = await importTfjs({
 *   json: {
 *     modelTopology: { class_name: 'Sequential', config: { layers: [dense] } },
 *     weightsManifest: [
 *       {
 *         paths: ['weights.bin'],
 *         weights: [
 *           { name: 'sum/kernel', shape: [2, 1], dtype: 'float32' },
 *           { name: 'sum/bias', shape: [1], dtype: 'float32' },
 *         ],
 *       },
 *     ],
 *   },
 *   weights: Float32Array.of(1, 1, 0.5),
 * });
 * console.log(model.predict([[1, 2]]).item()); // 3.5
 * model.dispose();
 * ```
 */
export async function importTfjs(
  source: Source | ArrayLike<File> | TfjsGiven,
  options: ImportTfjsOptions = {},
): Promise<Model> {
  knownOptions(WHERE, options, [...READ_OPTIONS, 'files', 'inputShape']);
  const { files } = options;
  const reading = checkReadOptions(WHERE, options);
  const inputShape = checkInputShape(WHERE, options.inputShape);
  if (files !== undefined && typeof files !== 'function' && !isPlain(files) && !isFileList(files))
    refuse(TypeError, WHERE, 'files to be Files, sources by name, or a function of the name', show(files));
  const given: unknown = source;
  if (isGiven(given)) {
    runtime();
    const { json, weights } = await readGiven(WHERE, given);
    return build(json, weights, inputShape);
  }
  const place = isFileList(given) ? modelFile(given) : checkSource(WHERE, given);
  runtime();
  const json = jsonOf(WHERE, await readBytes(WHERE, place, { signal: reading.signal }));
  void topologyOf(json); // before anything else is read
  const weights = await readBeside(WHERE, json, place, { ...reading, files: isFileList(given) ? given : files });
  return build(json, weights, inputShape);
}
