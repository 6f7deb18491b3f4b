import { knownOptions, show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { Preprocessing } from '../data/index.js';
import { InferenceModel } from '../models/inferenceModel.js';
import type { Model } from '../models/model.js';
import type { Optimizer } from '../optimizers/index.js';
import { checkOptimizer } from '../optimizers/checkOptimizer.js';
import { plainValue } from './config.js';
import { describeGraph } from './graphFile.js';
import { factoryOf } from './factory.js';
import { recordOf, textOf } from './json.js';
import { layerFactories } from './layerRegistry.js';
import { optimizerFactories } from './optimizerRegistry.js';
import { checkFinite } from './finite.js';
import { checkFactories, decodeModel, fromFile, KEY, readModel, VERSION, type LayerFactories } from './readModel.js';
import type { FileTensor } from './safetensors.js';
import { encodeSealed } from './sealed.js';
import { describePreprocessing, makeModel } from './tableModel.js';

export interface SaveOptions {
  /**
   * An optimiser to save with the model, for `loadOptimizer`: its name and hyperparameters. Its learning rate must be a
   * number.
   */
  readonly optimizer?: Optimizer | undefined;
  /** The preprocessing that made the model's inputs from a table, so that the loaded model predicts from its rows. */
  readonly preprocessing?: Preprocessing | undefined;
}

export interface LoadOptions {
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
  knownOptions(where, options, ['optimizer', 'preprocessing']);
  const config = {
    version: VERSION,
    inputShape: model.inputShape,
    ...describeGraph(where, model.network),
    ...(options.optimizer !== undefined && { optimizer: describeOptimizer(where, options.optimizer) }),
    ...describePreprocessing(where, model, options.preprocessing),
  };
  const values = model.getWeights();
  checkFinite(where, values);
  const tensors = model.weights.map(({ name, shape }): [string, FileTensor] => [
    name,
    { shape, data: values[name] ?? new Float32Array() },
  ]);
  return encodeSealed(KEY, config, new Map(tensors));
}

/** The factories among the options. @throws TypeError */
export function checkLoadOptions(where: string, options: LoadOptions): LayerFactories {
  const { layers = {} } = knownOptions(where, options, ['layers']);
  return checkFactories(where, layers);
}

/** The model in the bytes of a file; errors name `where`. */
export function modelFromBytes(where: string, bytes: Uint8Array, options: LoadOptions): Model {
  return readModel(where, bytes, checkLoadOptions(where, options), layerFactories, (network, { preprocessing }) =>
    makeModel(where, network, preprocessing),
  );
}

/**
 * The optimiser that `saveModel(model, { optimizer })` saved, or undefined when there is none. It has the
 * hyperparameters but no state of training, which `checkpoint` saves.
 *
 * @throws FormatError for a damaged or foreign file
 */
export function optimizerFromBytes(where: string, bytes: Uint8Array): Optimizer | undefined {
  const { optimizer } = decodeModel(where, bytes).config;
  if (optimizer === undefined) return undefined;
  const { name: given, config } = recordOf(where, optimizer, ['name', 'config']);
  const name = textOf(where, given);
  const factory = factoryOf(optimizerFactories, name);
  if (!factory) refuse(FormatError, where, 'a known optimizer', `'${name}'`);
  return fromFile(where, () => factory(recordOf(where, config)));
}

/** The preprocessing that `saveModel(model, { preprocessing })` saved. @throws FormatError */
export function preprocessingFromBytes(where: string, bytes: Uint8Array): Preprocessing | undefined {
  const { preprocessing } = decodeModel(where, bytes).config;
  return preprocessing === undefined ? undefined : Preprocessing.read(where, preprocessing);
}
