import { knownOptions, show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { Model } from '../../models/model.js';
import { runtime } from '../../runtime/state.js';
import { readBytes } from '../feed.js';
import { isHdf5, openHdf5, type Hdf5Group } from '../hdf5/group.js';
import { parseJson, recordOf, textOf } from '../json.js';
import { checkReadOptions, checkSource, READ_OPTIONS, type ReadOptions, type Source } from '../sources.js';
import { isZip, openZip } from '../zip.js';
import { buildModel, type WeightFile } from './build.js';
import type { InputShapes } from './graph.js';
import { legacyWeights, variables } from './hdf5Weights.js';
import { checkInputShape } from './inputShape.js';
import { readModel } from './structure.js';
import { setWeightsFrom } from './weightsInto.js';

export interface ImportKerasOptions extends ReadOptions {
  /** Sizes of an input that the file leaves open, without the batch; an object by name for several inputs. */
  readonly inputShape?: InputShapes | undefined;
  /** A model that gets the weights, layer by layer; needed for files without the layers (`.weights.h5`). */
  readonly model?: Model | undefined;
}

const WHERE = 'importKeras';

function textFrom(bytes: Uint8Array): string {
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** The slope of the hard sigmoid in a version of Keras. */
function dialectOf(version: string): { readonly hardSigmoid: number; readonly isTfjs: false } {
  return { hardSigmoid: Number.parseInt(version, 10) >= 3 ? 1 / 6 : 0.2, isTfjs: false };
}

/** A model from its configuration as text. */
function build(text: string, version: string, weights: WeightFile, inputShape: InputShapes | undefined): Model {
  const { class_name: className, config } = recordOf(WHERE, parseJson(WHERE, text));
  const model = readModel(WHERE, 'model', textOf(WHERE, className), config);
  return buildModel(WHERE, model, weights, { dialect: dialectOf(version), inputShape });
}

/** What a file holds: its weights, and the configuration of the model if it has one. */
interface Contents {
  readonly root: Hdf5Group;
  readonly build: ((inputShape: InputShapes | undefined) => Model) | undefined;
}

/** An archive `.keras`: config.json, metadata.json, model.weights.h5. */
async function fromArchive(bytes: Uint8Array): Promise<Contents> {
  const files = openZip(WHERE, bytes);
  const file = (name: string): Uint8Array =>
    files.get(name)?.() ?? refuse(FormatError, WHERE, `a .keras file with ${name}`, Array.from(files.keys()).slice(0, 8).join(', ') || 'nothing'); // prettier-ignore
  const text = textFrom(file('config.json'));
  const metadata = files.get('metadata.json');
  const version = metadata ? recordOf(WHERE, parseJson(WHERE, textFrom(metadata())))['keras_version'] : undefined;
  const root = await openHdf5(WHERE, file('model.weights.h5'));
  return { root, build: (shape) => build(text, typeof version === 'string' ? version : '3', variables(root), shape) };
}

/** A file `.h5`, with the layers in an attribute or without. */
async function fromHdf5(bytes: Uint8Array): Promise<Contents> {
  const root = await openHdf5(WHERE, bytes);
  const text = root.text('model_config');
  if (text === undefined) return { root, build: undefined };
  const group = root.group('model_weights') ?? refuse(FormatError, WHERE, "a group 'model_weights'", root.keys.join(', ') || 'none'); // prettier-ignore
  const version = root.text('keras_version') ?? group.text('keras_version') ?? '2';
  return { root, build: (shape) => build(text, version, legacyWeights(WHERE, group), shape) };
}

/**
 * A model of Keras 2 or 3: `.keras`, `.h5`, or the weights of one, `.weights.h5`, for a model that is already there. The
 * layers keep their names. The model predicts, trains, and is saved like any other; `trainable: false` of layers is kept.
 *
 * docs/importing.md lists the layers. Regularisers are kept, constraints and activity regularisers are not; noise other than
 * dropout is left out of training. With the option `model`, the weights go into the layers of that model that have weights, in
 * their order; it is returned.
 *
 * @param source a path, an address, a Response, a File, bytes, ...: see `Source`
 * @param options `inputShape`: sizes that the file leaves open; `model`; `signal` ends the reading; `onProgress` is called
 *   with `{ loaded, total }` in bytes
 * @throws FormatError naming the layer or weight for a damaged file, and for layers and options that the library does not
 *   have; TypeError for another source, or weights without a model; RangeError when it cannot be read; the signal's reason;
 *   NotInitializedError before `init()`
 */
export async function importKeras(source: Source, options: ImportKerasOptions = {}): Promise<Model> {
  knownOptions(WHERE, options, [...READ_OPTIONS, 'inputShape', 'model']);
  const { model } = options;
  const reading = checkReadOptions(WHERE, options);
  const inputShape = checkInputShape(WHERE, options.inputShape);
  if (model !== undefined && !((model as unknown) instanceof Model))
    refuse(TypeError, WHERE, 'model to be a model', show(model));
  const place = checkSource(WHERE, source);
  runtime();
  const bytes = await readBytes(WHERE, place, reading);
  if (!isZip(bytes) && !isHdf5(bytes))
    refuse(FormatError, WHERE, 'a .keras archive or an HDF5 file (.h5)', `bytes ${bytes.subarray(0, 8).join(' ')}`);
  const contents = await (isZip(bytes) ? fromArchive(bytes) : fromHdf5(bytes));
  if (model) {
    setWeightsFrom(WHERE, contents.root, model);
    return model;
  }
  if (contents.build) return contents.build(inputShape);
  refuse(TypeError, WHERE, 'option model for a file that holds weights only', 'none');
}
