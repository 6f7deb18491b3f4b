import { knownOptions, oneOf, show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { Preprocessing } from '../data/index.js';
import { InferenceModel } from '../models/inferenceModel.js';
import { makePorts } from '../models/several/convert.js';
import type { Model } from '../models/model.js';
import type { Optimizer } from '../optimizers/index.js';
import { checkOptimizer } from '../optimizers/checkOptimizer.js';
import { plainValue } from './config.js';
import { describeGraph } from './graphFile.js';
import { factoryOf } from './factory.js';
import { recordOf, textOf } from './json.js';
import { constraintFactories } from './constraintRegistry.js';
import { layerFactories } from './layerRegistry.js';
import { groupsFromFile, optimizerFactories } from './optimizerRegistry.js';
import { checkFinite } from './finite.js';
import { checkFactories, decodeModel, fromFile, KEY, readModel, VERSION, type LayerFactories } from './readModel.js';
import { decodeTensors, type TensorFile } from './safetensors.js';
import { encodeSealed } from './sealed.js';
import { storedWeights, type WeightPrecision } from './storedWeights.js';
import { checkReadOptions, READ_OPTIONS, type ReadOptions } from './sources.js';
import { describePreprocessing, makeModel } from './tableModel.js';

export interface SaveOptions {
  /**
   * An optimiser to save with the model, for `loadOptimizer`: its name and hyperparameters. Its learning rate must be a
   * number.
   */
  readonly optimizer?: Optimizer | undefined;
  /**
   * How numbers are written. `'f32'` (default): as they are. `'f16'`: rounded to 16 bits, half the size; a weight with a
   * number above 65504 stays f32. `'int8'`: kernels and embeddings as whole numbers from -127 to 127 times a scale for
   * each output channel, about a quarter of the size; the other weights stay f32. All are f32 again once loaded.
   */
  readonly weights?: WeightPrecision | undefined;
  /** The preprocessing that made the model's inputs from a table, so that the loaded model predicts from its rows. */
  readonly preprocessing?: Preprocessing | undefined;
}

export interface LoadOptions extends ReadOptions {
  /** Factories of custom layers by kind; each makes a layer from its `config`. */
  readonly layers?: LayerFactories | undefined;
}

function describeOptimizer(where: string, optimizer: Optimizer): object {
  const { name, config, learningRate } = checkOptimizer(where, optimizer);
  if (typeof learningRate === 'function')
    refuse(TypeError, where, 'an optimizer with a number as learningRate', 'a schedule, which is a function');
  return { name, config: plainValue(where, 'config of the optimizer', config) };
}

/** The bytes of `saveModel`; errors name `where`. */
export function modelBytes(where: string, model: InferenceModel, options: SaveOptions): Uint8Array<ArrayBuffer> {
  if (!((model as unknown) instanceof InferenceModel)) refuse(TypeError, where, 'a model', show(model));
  knownOptions(where, options, ['optimizer', 'weights', 'preprocessing']);
  const precision = oneOf(where, 'weights', options.weights ?? 'f32', ['f32', 'f16', 'int8']);
  const { layers, weights } = model.network;
  const frozen = weights.filter(({ state }) => state.frozen).map(({ name }) => name);
  const config = {
    version: VERSION,
    inputShape: model.inputShape,
    ...describeGraph(where, model.network),
    ...((frozen.length > 0 || layers.some(({ layer }) => layer.trainable === false)) && { frozen }),
    ...(options.optimizer !== undefined && { optimizer: describeOptimizer(where, options.optimizer) }),
    ...describePreprocessing(where, model, options.preprocessing),
  };
  const values = model.getWeights();
  checkFinite(where, values);
  const tensors = storedWeights(model, values, precision);
  return encodeSealed(KEY, config, tensors);
}

/** The options of `loadModel`, checked. @throws TypeError */
export function checkLoadOptions(
  where: string,
  options: LoadOptions,
): { readonly layers: LayerFactories; readonly reading: ReadOptions } {
  const { layers = {}, ...reading } = knownOptions(where, options, ['layers', ...READ_OPTIONS]);
  return { layers: checkFactories(where, layers), reading: checkReadOptions(where, reading) };
}

/** The model in a file; errors name `where`. */
export function modelFrom(where: string, file: TensorFile, layers: LayerFactories): Model {
  return readModel(
    where,
    file,
    layers,
    layerFactories,
    makePorts,
    (network, { preprocessing }) => makeModel(where, network, preprocessing),
    constraintFactories,
  );
}

/**
 * The optimiser that `saveModel(model, { optimizer })` saved, or undefined when there is none. It has the
 * hyperparameters but no state of training, which `checkpoint` saves.
 *
 * @throws FormatError for a damaged or foreign file
 */
export function optimizerFromBytes(where: string, bytes: Uint8Array): Optimizer | undefined {
  const { optimizer } = decodeModel(where, decodeTensors(where, bytes)).config;
  if (optimizer === undefined) return undefined;
  const { name: given, config } = recordOf(where, optimizer, ['name', 'config']);
  const name = textOf(where, given);
  const factory = factoryOf(optimizerFactories, name);
  if (!factory) refuse(FormatError, where, 'a known optimizer', `'${name}'`);
  const { groups, ...options } = recordOf(where, config);
  return fromFile(where, () => {
    const plain = factory(options);
    return groups === undefined ? plain : groupsFromFile(plain, groups);
  });
}

/** The preprocessing that `saveModel(model, { preprocessing })` saved. @throws FormatError */
export function preprocessingFromBytes(where: string, bytes: Uint8Array): Preprocessing | undefined {
  const { preprocessing } = decodeModel(where, decodeTensors(where, bytes)).config;
  return preprocessing === undefined ? undefined : Preprocessing.read(where, preprocessing);
}
