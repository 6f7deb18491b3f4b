import { callable, knownOptions, show } from '../core/checks.js';
import { FormatError, NotInitializedError, OutOfMemoryError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { Model } from '../models/model.js';
import { buildPlan } from '../models/buildNetwork.js';
import { write } from '../models/copy.js';
import type { WeightSource } from '../models/makeWeights.js';
import type { Optimizer } from '../optimizers/index.js';
import { runtime } from '../runtime/state.js';
import { describeGraph, readGraph } from './graphFile.js';
import { factoryOf, type Factory } from './factory.js';
import { parseJson, recordOf, textOf } from './json.js';
import { layerFactories } from './layerRegistry.js';
import { optimizerFactories } from './optimizerRegistry.js';
import { decodeTensors, encodeTensors, type FileTensor } from './safetensors.js';

/** Entry of the metadata that holds the configuration. */
const KEY = 'wasmgrad';
const VERSION = 1;

export interface SaveOptions {
  /** Saved by name and hyperparameters, for `loadOptimizer`; its learning rate must be a number. */
  readonly optimizer?: Optimizer;
}

export interface LoadOptions {
  /** For custom layers by kind: what makes them from their `config`. */
  readonly layers?: Readonly<Record<string, Factory<Layer>>>;
}

function describeOptimizer(where: string, optimizer: Optimizer): object {
  const given: unknown = optimizer;
  if (typeof given !== 'object' || given === null || !('create' in given)) {
    throw new TypeError(
      `${where}: expected optimizer to be made by sgd(...), adam(...) or the like, got ${show(given)}`,
    );
  }
  const { name, config, learningRate } = optimizer;
  if (typeof learningRate === 'function') {
    throw new TypeError(
      `${where}: expected an optimizer with a number as learningRate, got a schedule, which is a function`,
    );
  }
  return { name, config };
}

/** The bytes of `saveModel`, for whoever is called `where`. */
export function modelBytes(where: string, model: Model, options: SaveOptions): Uint8Array {
  if (!((model as unknown) instanceof Model)) throw new TypeError(`${where}: expected a model, got ${show(model)}`);
  knownOptions(where, options, ['optimizer']);
  const config = {
    version: VERSION,
    inputShape: model.inputShape,
    ...describeGraph(model.network),
    ...(options.optimizer !== undefined && { optimizer: describeOptimizer(where, options.optimizer) }),
  };
  const values = model.getWeights();
  const tensors = model.weights.map(({ name, shape }): [string, FileTensor] => [
    name,
    { shape, data: values[name] ?? new Float32Array() },
  ]);
  return encodeTensors({ tensors: new Map(tensors), metadata: { [KEY]: JSON.stringify(config) } });
}

/** Turns whatever a configuration provokes into a FormatError; what is not the file's fault stays as it is. */
function fromFile<T>(where: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    const passes = [FormatError, OutOfMemoryError, NotInitializedError].some((kind) => cause instanceof kind);
    if (passes || !(cause instanceof Error)) throw cause;
    throw new FormatError(`${where}: ${cause.message}`, { cause });
  }
}

/** The configuration in the metadata. */
function readConfig(where: string, metadata: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const text = metadata[KEY];
  if (text === undefined)
    throw new FormatError(`${where}: expected a file of saveModel, got one without '${KEY}' in its metadata`);
  const config = recordOf(where, parseJson(where, text), [
    'version',
    'inputShape',
    'layers',
    'optimizer',
    'inputShapes',
    'outputShapes',
  ]);
  if (config['version'] !== VERSION)
    throw new FormatError(`${where}: expected version ${VERSION}, got ${show(config['version'])}`);
  return config;
}

function readLayer(where: string, entry: unknown, custom: Readonly<Record<string, Factory<Layer>>>): Layer {
  const keys = ['kind', 'name', 'config', 'inner', 'inputs', 'shares'];
  const { kind: given, name, config, inner } = recordOf(where, entry, keys);
  const kind = textOf(where, given);
  const factory = factoryOf(custom, kind) ?? factoryOf(layerFactories, kind);
  if (!factory)
    throw new FormatError(`${where}: expected a known kind of layer, or its factory in option layers, got '${kind}'`);
  const options = recordOf(`${where}: ${kind}`, config);
  const layer = factory(inner === undefined ? options : { ...options, layer: readLayer(where, inner, custom) });
  return name === undefined ? layer : { ...layer, name: textOf(where, name) };
}

/** Hands out the file's tensors, each to the weight of its name and shape. */
class Stock {
  readonly #where: string;
  readonly #left: Map<string, FileTensor>;

  constructor(where: string, tensors: ReadonlyMap<string, FileTensor>) {
    this.#where = where;
    this.#left = new Map(tensors);
  }

  readonly take: WeightSource = (name, { shape }) => {
    const found = this.#left.get(name);
    if (!found) throw new FormatError(`${this.#where}: expected weight ${show(name)}, got none in the file`);
    const { data } = found;
    if (!(data instanceof Float32Array))
      throw new FormatError(`${this.#where}: expected ${show(name)} of dtype F32, got another`);
    if (!sameShape(found.shape, shape)) {
      throw new FormatError(
        `${this.#where}: expected ${show(name)} of shape ${shapeText(shape)}, got ${shapeText(found.shape)}`,
      );
    }
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new FormatError(
        `${this.#where}: expected finite weights, got ${data[bad]} in ${show(name)}, element ${bad}`,
      );
    this.#left.delete(name);
    return (weight) => write(weight, data);
  };

  /** @throws FormatError when the file holds more than the model */
  checkEmpty(): void {
    const [extra] = this.#left.keys();
    if (extra !== undefined)
      throw new FormatError(`${this.#where}: expected only the model's weights, got ${show(extra)} too`);
  }
}

/** The model in the bytes of a file, for whoever is called `where`. */
export function modelFromBytes(where: string, bytes: Uint8Array, options: LoadOptions): Model {
  runtime();
  const { layers: custom = {} } = knownOptions(where, options, ['layers']);
  for (const [kind, factory] of Object.entries(custom)) callable(where, `layers.${kind}`, factory);
  const { tensors, metadata } = decodeTensors(where, bytes);
  const config = readConfig(where, metadata);
  return fromFile(where, () => {
    const plan = readGraph(where, config, (entry) => readLayer(where, entry, custom));
    const stock = new Stock(where, tensors);
    const model = new Model(buildPlan(where, plan, stock.take));
    try {
      stock.checkEmpty();
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  });
}

/**
 * The optimiser that `saveModel(model, { optimizer })` put in a file, or undefined when there is none. It has the
 * hyperparameters, not the state of a training: that is what `checkpoint` keeps.
 *
 * @throws FormatError for a damaged or foreign file
 */
export function optimizerFromBytes(where: string, bytes: Uint8Array): Optimizer | undefined {
  const { optimizer } = readConfig(where, decodeTensors(where, bytes).metadata);
  if (optimizer === undefined) return undefined;
  const { name: given, config } = recordOf(where, optimizer, ['name', 'config']);
  const name = textOf(where, given);
  const factory = factoryOf(optimizerFactories, name);
  if (!factory) throw new FormatError(`${where}: expected a known optimizer, got '${name}'`);
  return fromFile(where, () => factory(recordOf(where, config)));
}
