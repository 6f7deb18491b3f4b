// Symbolic values of the library from a Keras model: each of its layers becomes one of the library's.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';
import type { Layer } from '../../layers/layer.js';
import { connect, input, type Symbolic } from '../../models/functional.js';
import { fromFile } from '../readModel.js';
import { basicLayers } from './basicLayers.js';
import { Config } from './config.js';
import { imageLayers } from './imageLayers.js';
import type { Dialect, Mapping } from './mapping.js';
import { sequenceLayers } from './sequenceLayers.js';
import type { Call, KerasLayer, KerasModel, Ref } from './structure.js';

const mappings: Readonly<Record<string, Mapping>> = { ...basicLayers, ...imageLayers, ...sequenceLayers };

/** A layer of the library and where it comes from. */
export interface Origin {
  readonly layer: Layer;
  /** The short names of its weights. */
  readonly weights: readonly string[];
  /** The layer of Keras', after the models that it is in. */
  readonly path: readonly [KerasLayer, ...KerasLayer[]];
  /** Whether training must leave its weights. */
  readonly isFrozen: boolean;
}

/** Sizes of inputs that the file leaves open: of the only input, or by name. */
export type InputShapes = Shape | Readonly<Record<string, Shape>>;

function isNamed(shapes: InputShapes): shapes is Readonly<Record<string, Shape>> {
  return !Array.isArray(shapes);
}

type Path = readonly KerasLayer[];

/** Makes the values of a model from those of its inputs, any number of times with the same layers. */
export class GraphBuilder {
  readonly #where: string;
  readonly #dialect: Dialect;
  readonly #origins = new Map<KerasLayer, Origin>();
  readonly #names = new Set<string>();

  constructor(where: string, dialect: Dialect) {
    this.#where = where;
    this.#dialect = dialect;
  }

  /** The layers that have been made, by their names. */
  get origins(): ReadonlyMap<string, Origin> {
    return new Map(Array.from(this.#origins.values(), (origin) => [origin.layer.name ?? '', origin]));
  }

  /** The outputs of a model for these inputs. `path` are the models that it is in, with itself. */
  run(model: KerasModel, inputs: readonly Symbolic[], path: Path): Symbolic[] {
    if (!model.ends) return this.#runRow(model, inputs, path);
    const values = new Map<string, Symbolic>();
    const { layers, ends } = model;
    if (ends.inputs.length !== inputs.length)
      refuse(FormatError, model.where, `${ends.inputs.length} inputs of model ${show(model.name)}`, inputs.length);
    ends.inputs.forEach((ref, i) => inputs[i] && values.set(keyOf(ref, 0), inputs[i]));
    const offsets = offsetsOf(model);
    const valueOf = (ref: Ref): Symbolic | undefined => values.get(keyOf(ref, offsets.get(ref.layer) ?? 0));
    for (const { layer, call, number } of sortedCalls(model, offsets)) {
      const sources = call.inputs.map((ref) => valueOf(ref) ?? refuse(FormatError, layer.config.where, 'inputs that are outputs of layers', show(ref.layer))); // prettier-ignore
      const results = this.#apply(layer, call, sources, path);
      results.forEach((result, tensor) => values.set(`${layer.name}:${number}:${tensor}`, result));
    }
    const known = layers.map(({ name }) => name);
    return ends.outputs.map(
      (ref) =>
        valueOf(ref) ??
        refuse(FormatError, model.where, `outputs of layers ${known.slice(0, 4).map(show).join(', ')} ...`, `output ${ref.tensor} of ${show(ref.layer)}`), // prettier-ignore
    );
  }

  #runRow({ layers, where }: KerasModel, inputs: readonly Symbolic[], path: Path): Symbolic[] {
    let values: readonly Symbolic[] = inputs;
    for (const layer of layers) {
      if (layer.className === 'InputLayer') continue;
      values = this.#apply(layer, { inputs: [], options: new Config(layer.config.where, {}) }, values, path);
    }
    if (values.length !== 1) refuse(FormatError, where, 'a row of layers with one output', values.length);
    return [...values];
  }

  #apply(layer: KerasLayer, call: Call, sources: readonly Symbolic[], path: Path): Symbolic[] {
    if (layer.model) return this.run(layer.model, sources, [...path, layer]);
    const { where } = layer.config;
    const [first] = sources;
    if (!first) refuse(FormatError, where, 'at least one input', 'none');
    if (layer.className === 'MultiHeadAttention') {
      if (sources.some((source) => source !== first))
        refuse(FormatError, where, 'query, key and value of one source (self-attention)', 'different ones');
      return [this.#connect(layer, call, [first], path)];
    }
    return [this.#connect(layer, call, sources, path)];
  }

  #connect(layer: KerasLayer, call: Call, sources: readonly Symbolic[], path: Path): Symbolic {
    const { where } = layer.config;
    return fromFile(where, () => {
      const shapes = sources.map(({ shape }) => shape);
      let origin = this.#origins.get(layer);
      if (!origin) {
        const trail = [...path, layer];
        const isFrozen = trail.some(({ config }) => !config.flag('trainable', true));
        const made = this.#make(layer, call, shapes, this.#nameOf(layer, path));
        const weights = Object.keys(made.init?.(shapes[0] ?? []) ?? {});
        origin = { layer: made, weights, path: [trail[0] ?? layer, ...trail.slice(1)], isFrozen };
        this.#origins.set(layer, origin);
      }
      return connect(origin.layer, ...sources);
    });
  }

  #make({ className, config }: KerasLayer, call: Call, shapes: readonly Shape[], name: string): Layer {
    const make = (kind: string, options: Config, own: readonly Shape[]): Layer => {
      const mapping = Object.hasOwn(mappings, kind) ? mappings[kind] : undefined;
      if (!mapping) refuse(FormatError, this.#where, `layers that the library has`, `${show(name)} of class ${kind}`);
      const inner = (entry: Config, within: readonly Shape[]): Layer => {
        const options = entry.inner('config') ?? entry.refuse('config', 'an object');
        return make(entry.text('class_name'), options, within);
      };
      return mapping(options, { name, shapes: own, dialect: this.#dialect, call: call.options, map: inner });
    };
    return make(className, config, shapes);
  }

  /** The layer's own name; with its model's before it when there is another of that name. */
  #nameOf({ name }: KerasLayer, path: Path): string {
    const own = name.replaceAll('/', '_');
    const model = path.at(-1)?.name.replaceAll('/', '_') ?? 'layer';
    let found = own;
    for (let i = 1; this.#names.has(found); i++) found = i === 1 ? `${model}_${own}` : `${model}_${own}_${i}`;
    this.#names.add(found);
    return found;
  }
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function keyOf({ layer, node, tensor }: Ref, offset: number): string {
  return `${layer}:${node - offset}:${tensor}`;
}

/**
 * From which number on the applications of each layer are counted: a model inside of another one may have been applied
 * once when it was built, which is not in the file.
 */
function offsetsOf({ layers, ends }: KerasModel): Map<string, number> {
  const asked = new Map<string, number[]>();
  const refs = [...layers.flatMap(({ calls }) => calls.flatMap(({ inputs }) => inputs)), ...(ends?.outputs ?? [])];
  for (const { layer, node } of refs) append(asked, layer, node);
  return new Map(
    layers.map(({ name, model, calls }): [string, number] => {
      const numbers = asked.get(name) ?? [];
      return [name, model && !numbers.includes(0) && (numbers.includes(calls.length) || numbers.length > 0) ? 1 : 0];
    }),
  );
}

interface PlacedCall {
  readonly layer: KerasLayer;
  readonly call: Call;
  readonly number: number;
}

/** The applications of all layers, each after those whose results it needs. @throws FormatError for cycles */
function sortedCalls({ layers, where }: KerasModel, offsets: ReadonlyMap<string, number>): PlacedCall[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const waiting = new Map<string, PlacedCall[]>();
  const missing = new Map<PlacedCall, number>();
  const ready: PlacedCall[] = [];
  for (const layer of layers)
    layer.calls.forEach((call, number) => {
      const placed = { layer, call, number };
      const needed = new Set<string>();
      for (const ref of call.inputs) {
        const source = byName.get(ref.layer);
        if (!source) refuse(FormatError, layer.config.where, 'inputs among the layers', show(ref.layer));
        if (source.className !== 'InputLayer') needed.add(`${ref.layer}:${ref.node - (offsets.get(ref.layer) ?? 0)}`);
      }
      for (const key of needed) append(waiting, key, placed);
      if (needed.size === 0) ready.push(placed);
      else missing.set(placed, needed.size);
    });
  for (const { layer, number } of ready) {
    // `ready` grows while it is walked through.
    for (const next of waiting.get(`${layer.name}:${number}`) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  const [stuck] = Array.from(missing).filter(([, left]) => left > 0);
  if (stuck) refuse(FormatError, where, 'layers that do not depend on themselves', show(stuck[0].layer.name));
  return ready;
}

/** The shape in `[null, 28, 28, 1]`, without the batch; undefined unless all sizes are known. */
function knownShape(batchShape: unknown): Shape | undefined {
  if (!Array.isArray(batchShape)) return undefined;
  const sizes: unknown[] = batchShape.slice(1);
  return sizes.every((size): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size > 0)
    ? sizes
    : undefined;
}

function batchShapeOf(layer: KerasLayer): unknown {
  const { config, model } = layer;
  const found = config.get('batch_shape') ?? config.get('batch_input_shape');
  if (found !== undefined) return found;
  if (model?.layers[0]) return batchShapeOf(model.layers[0]);
  const build = config.inner('build_config')?.get('input_shape');
  return Array.isArray(build) ? build : undefined;
}

/** The input that a layer describes. `only` says whether it is the only one. */
function inputOf(
  where: string,
  layer: KerasLayer,
  shapes: InputShapes | undefined,
  only: boolean,
  more?: unknown,
): Symbolic {
  // prettier-ignore
  const batchShape = batchShapeOf(layer) ?? more;
  const given = shapes && isNamed(shapes) ? shapes[layer.name] : only ? shapes : undefined;
  const shape = given ?? knownShape(batchShape);
  if (!shape) refuse(FormatError, where, `the sizes of input ${show(layer.name)} in option inputShape`, `${show(batchShape)} in the file`); // prettier-ignore
  return fromFile(where, () => input({ shape }));
}

/** The inputs of a model that is not inside of another, with their names. */
export function inputsOf(
  where: string,
  { layers, ends, config }: KerasModel,
  shapes: InputShapes | undefined,
): [name: string, value: Symbolic][] {
  const [first] = layers;
  if (!first) refuse(FormatError, where, 'a model of at least one layer', 'none');
  if (!ends) return [[first.name, inputOf(where, first, shapes, true, config.get('build_input_shape'))]];
  return ends.inputs.map((ref) => {
    const layer = layers.find(({ name }) => name === ref.layer);
    if (!layer) refuse(FormatError, where, 'inputs among the layers', show(ref.layer));
    return [layer.name, inputOf(where, layer, shapes, ends.inputs.length === 1)];
  });
}
