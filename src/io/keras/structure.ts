// The layers of a Keras model and how they are connected, from its configuration.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { countOf, listOf, recordOf, textOf } from '../json.js';
import { Config } from './config.js';

/** One output of one application of a layer. */
export interface Ref {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

/** An application of a layer: what to, and its other arguments. */
export interface Call {
  readonly inputs: readonly Ref[];
  readonly options: Config;
}

export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Config;
  readonly calls: readonly Call[];
  /** The layers inside, if it is a model. */
  readonly model: KerasModel | undefined;
  /** Its name among its siblings in files of Keras 3, which comes from its class. */
  readonly folder: string;
}

export interface KerasModel {
  readonly where: string;
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  /** Inputs and outputs; undefined for a row of layers. */
  readonly ends: { readonly inputs: readonly Ref[]; readonly outputs: readonly Ref[] } | undefined;
  /** Names of the outputs, if they are an object. */
  readonly outputNames: readonly string[] | undefined;
  readonly config: Config;
}

const MODELS = ['Sequential', 'Functional', 'Model'];

/** `BatchNormalization` as `batch_normalization`, as Keras does. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** `['conv', 0, 0]` or `['conv', 0, 0, { ... }]` */
function isRef(value: unknown): value is readonly [string, number, number, unknown?] {
  return (
    Array.isArray(value) &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'number' &&
    typeof value[2] === 'number' &&
    value.length <= 4
  );
}

function toRef(where: string, [layer, node, tensor]: readonly [string, number, number, unknown?]): Ref {
  return { layer, node: countOf(where, node), tensor: countOf(where, tensor) };
}

/** A tensor as Keras 3 writes it: `{ class_name: '__keras_tensor__', config: { keras_history } }`. */
function isTensorEntry(value: unknown): value is { readonly class_name: string; readonly config: unknown } {
  return typeof value === 'object' && value !== null && 'class_name' in value && value.class_name === '__keras_tensor__' && 'config' in value; // prettier-ignore
}

/** All tensors in a value, in order. */
function refsIn(where: string, value: unknown): Ref[] {
  if (isRef(value)) return [toRef(where, value)];
  if (isTensorEntry(value)) {
    const history = recordOf(where, value.config)['keras_history'];
    return isRef(history) ? [toRef(where, history)] : refuse(FormatError, where, 'a keras_history', show(history));
  }
  if (Array.isArray(value)) return value.flatMap((each: unknown) => refsIn(where, each));
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap((each) => refsIn(where, each));
  return [];
}

/** Arguments of a call by name: those that are tensors are inputs. */
function callWith(where: string, inputs: readonly Ref[], options: unknown): Call {
  const entries = Object.entries(recordOf(where, options ?? {}));
  const named = entries.filter(([, value]) => refsIn(where, value).length > 0);
  const unknown = named.find(([key]) => !['inputs', 'query', 'key', 'value'].includes(key));
  if (unknown) refuse(FormatError, where, 'tensors as inputs only', `them as ${unknown[0]}`);
  const rest = Object.fromEntries(entries.filter((entry) => !named.includes(entry)));
  const more = named.flatMap(([, value]) => refsIn(where, value));
  return { inputs: [...inputs, ...more], options: new Config(where, rest) };
}

/** A call in the form of Keras 2, a list of `[layer, node, tensor, options]`, or of Keras 3, `{ args, kwargs }`. */
function callOf(where: string, node: unknown): Call {
  if (isRef(node)) return callWith(where, [toRef(where, node)], node[3]);
  if (Array.isArray(node)) {
    const refs = node.map((each: unknown) => (isRef(each) ? each : refuse(FormatError, where, 'inbound_nodes', show(each)))); // prettier-ignore
    return callWith(where, refs.map((each) => toRef(where, each)), refs.find((each) => each[3] !== undefined)?.[3]); // prettier-ignore
  }
  const { args, kwargs } = recordOf(where, node);
  const positional = listOf(where, args);
  const inputs = positional.flatMap((argument) => {
    const refs = refsIn(where, argument);
    const isEmpty = argument === null || typeof argument === 'boolean';
    return refs.length > 0 || isEmpty ? refs : refuse(FormatError, where, 'tensors as inputs', show(argument));
  });
  return callWith(where, inputs, kwargs);
}

function readLayer(where: string, entry: unknown, used: Map<string, number>, position: number): KerasLayer {
  const given = recordOf(where, entry);
  const className = textOf(`${where}: layer ${position + 1}`, given['class_name']);
  const config = given['config'];
  const name = nameOf(given['name'], config) ?? `${snakeCase(className)}_${position + 1}`;
  const at = `${where}: layer ${show(name)} (${className})`;
  const calls = listOf(at, given['inbound_nodes'] ?? []).map((node) => callOf(at, node));
  const snake = snakeCase(className);
  const count = used.get(snake) ?? 0;
  used.set(snake, count + 1);
  const folder = count === 0 ? snake : `${snake}_${count}`;
  const model = MODELS.includes(className) ? readModel(where, name, className, config) : undefined;
  const options = Array.isArray(config) ? {} : recordOf(at, config ?? {});
  const build = given['build_config'];
  return { className, name, calls, model, folder, config: new Config(at, { ...options, build_config: build }) };
}

function nameOf(given: unknown, config: unknown): string | undefined {
  if (typeof given === 'string' && given !== '') return given;
  const own = typeof config === 'object' && config !== null && 'name' in config ? config.name : undefined;
  return typeof own === 'string' && own !== '' ? own : undefined;
}

/** A model from its class and configuration. @throws FormatError */
export function readModel(where: string, name: string, className: string, given: unknown): KerasModel {
  const config = Array.isArray(given) ? { layers: given as readonly unknown[] } : recordOf(where, given);
  const { layers: entries, input_layers: inputs, output_layers: outputs } = config;
  if (!MODELS.includes(className) || entries === undefined)
    refuse(FormatError, where, 'a Sequential or Functional model', `a model of class ${show(className)}, whose code is not in the file`); // prettier-ignore
  const used = new Map<string, number>();
  const layers = listOf(where, entries).map((entry, i) => readLayer(where, entry, used, i));
  const names = new Set(layers.map((layer) => layer.name));
  if (names.size < layers.length) refuse(FormatError, where, 'distinct names of layers', 'one twice');
  const isRow = className === 'Sequential';
  const ends = isRow ? undefined : { inputs: refsIn(where, inputs), outputs: refsIn(where, outputs) };
  const isNamed = typeof outputs === 'object' && outputs !== null && !Array.isArray(outputs);
  const outputNames = isNamed ? Object.keys(outputs) : undefined;
  return {
    where,
    name: nameOf(undefined, config) ?? name,
    layers,
    ends,
    outputNames,
    config: new Config(where, config),
  };
}
