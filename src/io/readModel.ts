// Reads models from files. The callers choose the class of the model and the factories of its layers.
import { callable, isPlain, show } from '../core/checks.js';
import { FormatError, NotInitializedError, OutOfMemoryError, refuse } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { buildPlan, type WeightSource } from '../models/build.js';
import type { InferenceNetwork, NetworkParts } from '../models/network.js';
import { write } from '../models/programs.js';
import type { InferencePorts } from '../models/several/ports.js';
import { factoryOf, type Factory } from './factory.js';
import { readGraph } from './graphFile.js';
import { listOf, recordOf, textOf } from './json.js';
import { numbersOf } from './numbers.js';
import type { FileTensor, TensorFile } from './safetensors.js';
import { unsealed } from './sealed.js';

/** Key of the configuration in the metadata. */
export const KEY = 'wasmgrad';
export const VERSION = 1;

/** Factories that make layers from their `config`, by kind. */
export type LayerFactories = Readonly<Record<string, Factory<Layer>>>;

/** Factories of layers that functions loaded on demand make, which they add when they run. */
export const addedFactories: Record<string, Factory<Layer>> = {};

/** Turns errors caused by the configuration into a FormatError. Other errors pass unchanged. */
export function fromFile<T>(where: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    const passes = [FormatError, OutOfMemoryError, NotInitializedError].some((kind) => cause instanceof kind);
    if (passes || !(cause instanceof Error)) throw cause;
    const isOurs = / expected [^]*, got /.test(cause.message);
    const text = isOurs ? cause.message : `expected a configuration of layers, got ${cause.message}`;
    throw new FormatError(`${where}: ${text}`, { cause });
  }
}

const FORMAT = {
  key: KEY,
  origin: 'saveModel',
  keys: [
    'version',
    'inputShape',
    'layers',
    'optimizer',
    'inputShapes',
    'outputShapes',
    'inputNames',
    'outputNames',
    'preprocessing',
    'frozen',
    'name',
  ],
};

/** The configuration and the weights in a file. */
export function decodeModel(where: string, file: TensorFile): ReturnType<typeof unsealed> {
  const model = unsealed(where, file, FORMAT);
  const { version } = model.config;
  if (version !== VERSION) refuse(FormatError, where, `version ${VERSION}`, show(version));
  return model;
}

/** Refuses what are no factories by kind. @throws TypeError */
export function checkFactories(where: string, given: LayerFactories): LayerFactories {
  if (!isPlain(given)) refuse(TypeError, where, 'layers to be functions by the kind of layer they make', show(given));
  for (const [kind, factory] of Object.entries(given)) callable(where, `layers.${kind}`, factory);
  return given;
}

/** Factories of constraints by name; without them, constraints are left out: they act in training only. */
type Constraints = Readonly<Record<string, Factory<unknown>>> | undefined;

/** The options of a layer, with constraints made from their configurations. */
function withConstraints(
  where: string,
  options: Readonly<Record<string, unknown>>,
  constraints: Constraints,
): Record<string, unknown> {
  const entries = Object.entries(options).flatMap(([key, value]): [string, unknown][] => {
    if (!key.endsWith('Constraint') || value === undefined) return [[key, value]];
    if (!constraints) return [];
    const config = recordOf(`${where}: ${key}`, value);
    const make = factoryOf(constraints, textOf(where, config['name']));
    if (!make) refuse(FormatError, where, 'a known constraint', show(config['name']));
    return [[key, make(config)]];
  });
  return Object.fromEntries(entries);
}

function readLayer(where: string, entry: unknown, factories: LayerFactories, constraints: Constraints): Layer {
  const keys = ['kind', 'name', 'config', 'inner', 'inputs', 'shares'];
  const { kind: given, name, config, inner } = recordOf(where, entry, keys);
  const kind = textOf(where, given);
  const factory = factoryOf(factories, kind);
  if (!factory) refuse(FormatError, where, 'a known kind of layer, or its factory in option layers', `'${kind}'`);
  const options = withConstraints(where, recordOf(`${where}: ${kind}`, config), constraints);
  const layer = factory(
    inner === undefined ? options : { ...options, layer: readLayer(where, inner, factories, constraints) },
  );
  return name === undefined ? layer : { ...layer, name: textOf(where, name) };
}

/** Gives each weight the file's tensor of its name and shape. */
class Stock {
  readonly #where: string;
  readonly #left: Map<string, FileTensor>;

  constructor(where: string, tensors: ReadonlyMap<string, FileTensor>) {
    this.#where = where;
    this.#left = new Map(tensors);
  }

  readonly #pull = (name: string): FileTensor | undefined => {
    const found = this.#left.get(name);
    this.#left.delete(name);
    return found;
  };

  readonly take: WeightSource = (name, { shape }) => {
    const found = this.#pull(name);
    if (!found) refuse(FormatError, this.#where, `weight ${show(name)}`, 'none in the file');
    if (!sameShape(found.shape, shape)) {
      refuse(FormatError, this.#where, `${show(name)} of shape ${shapeText(shape)}`, found.shape);
    }
    const data = numbersOf(this.#where, name, found, this.#pull);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) refuse(FormatError, this.#where, 'finite weights', `${data[bad]} in ${show(name)}, element ${bad}`);
    return (weight) => write(weight, data);
  };

  /** @throws FormatError when the file holds more than the model */
  checkEmpty(): void {
    const [extra] = this.#left.keys();
    if (extra !== undefined) refuse(FormatError, this.#where, "only the model's weights", `${show(extra)} too`);
  }
}

/** Freezes the weights in a list; without one, what the layers' options say holds. */
function freeze(where: string, { weights }: NetworkParts, list: unknown): void {
  if (list === undefined) return;
  const frozen = new Set(listOf(where, list).map((name) => textOf(where, name)));
  for (const { name, state } of weights) state.frozen = frozen.delete(name);
  for (const extra of frozen) refuse(FormatError, where, 'names of weights as frozen', show(extra));
}

/**
 * The model in a file; errors name `where`.
 *
 * @param given the user's factories, which come before those of the library
 * @param makePorts makes what the class of the model needs for several or named inputs and outputs
 */
export function readModel<M extends { dispose(): void }, P extends InferencePorts>(
  where: string,
  file: TensorFile,
  given: LayerFactories,
  known: LayerFactories,
  makePorts: InferenceNetwork<P>['makePorts'],
  make: (network: InferenceNetwork<P>, config: Readonly<Record<string, unknown>>) => M,
  constraints?: Constraints,
): M {
  const factories = { ...known, ...addedFactories, ...checkFactories(where, given) };
  const { config, tensors } = decodeModel(where, file);
  return fromFile(where, () => {
    const plan = readGraph(where, config, (entry) => readLayer(where, entry, factories, constraints));
    const stock = new Stock(where, tensors);
    const network = buildPlan(where, { ...plan, makePorts }, stock.take);
    const model = make(network, config);
    try {
      stock.checkEmpty();
      freeze(where, network, config['frozen']);
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  });
}
