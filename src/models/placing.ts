// Layers, and models as layers, at their positions in a network: names, shapes, and which weights they need.
import { show } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { checkShape, sameShape, shapeText, type Shape } from '../core/shapes.js';
import type { Layer, WeightSpec } from '../layers/layer.js';
import { isLayer } from '../layers/support/wrappers.js';
import { scoped } from '../tensors/scope.js';
import { isTensor } from '../tensors/tensor.js';
import { InferenceModel } from './inferenceModel.js';
import { assertAlive } from './inputs.js';
import { mergedShape, weightsOf, type NamedLayer, type NetworkParts, type NetworkWeight } from './network.js';

/** A model as a layer, without what layers have as well, by which the compiler tells them apart. */
export type ModelAsLayer = Pick<InferenceModel, 'predict' | 'weights'>;

/** A layer and its inputs: 0 is the network's input, k the output of layer k - 1. */
export interface Placement<Part = Layer | ModelAsLayer> {
  readonly layer: Part;
  readonly inputs: readonly number[];
  /** Position of the layer whose weights it shares. */
  readonly shares?: number | undefined;
  /** Its name if that is decided already, as for layers of another model. */
  readonly name?: string | undefined;
}

/** The weights that a layer needs. */
export type WeightSpecs = Readonly<Record<string, WeightSpec>>;

/** A layer at its position, with the weights that it needs there. */
export interface PlacedLayer {
  readonly named: NamedLayer;
  readonly specs: WeightSpecs;
  /** Those that another model already has. */
  readonly given: readonly NetworkWeight[];
}

/** The layer's weights as specifications. Tensors with initial values become initialisers. */
function weightSpecs(layer: Layer, shapes: readonly Shape[]): WeightSpecs {
  const { merge } = layer;
  return scoped(() =>
    Object.fromEntries(
      Object.entries((merge?.init && shapes.length > 1 ? merge.init(shapes) : layer.init?.(shapes[0] ?? [])) ?? {}).map(
        ([name, weight]): [string, WeightSpec] => {
          if (!isTensor(weight)) return [name, { ...weight, shape: checkShape(name, weight.shape) }];
          const values = weight.data();
          return [name, { shape: weight.shape, initializer: () => values }];
        },
      ),
    ),
  );
}

/** @throws TypeError for what is no name of a layer or model */
export function checkName(where: string, name: unknown): string {
  if (typeof name === 'string' && name !== '' && !name.includes('/')) return name;
  refuse(TypeError, where, `a layer name without '/'`, show(name));
}

/**
 * Names each layer: the name decided before, or that given by the user, or its kind and a number counted from 1.
 */
function namer(where: string): (layer: Pick<Layer, 'kind' | 'name'>, decided?: string) => string {
  const counts: Record<string, number> = {};
  const taken = new Set<string>();
  return ({ kind = 'custom', name: own }, decided) => {
    const count = decided === undefined ? (counts[kind] = (counts[kind] ?? 0) + 1) : 0;
    const name = decided ?? checkName(where, own ?? `${kind}_${count}`);
    if (taken.has(name)) refuse(RangeError, where, 'distinct layer names', `'${name}' twice`);
    taken.add(name);
    return name;
  };
}

/** Shape and weights of a layer for these inputs. Errors of its rules begin with its name. */
function fitted(name: string, layer: Layer, shapes: readonly Shape[]): { outputShape: Shape; specs: WeightSpecs } {
  try {
    const outputShape = checkShape(name, mergedShape(layer, shapes));
    return { outputShape, specs: weightSpecs(layer, shapes) };
  } catch (error) {
    if (error instanceof Error && !error.message.includes(name)) error.message = `${name}: ${error.message}`;
    throw error;
  }
}

/** Checks that shared weights have the shapes that the layer needs at its new position. */
function checkShared(name: string, before: WeightSpecs, now: WeightSpecs): void {
  for (const [short, { shape }] of Object.entries(now)) {
    const first = before[short]?.shape ?? [];
    if (sameShape(first, shape)) continue;
    refuse(ShapeError, name, `inputs for which ${short} is ${shapeText(first)}`, `one that needs ${shapeText(shape)}`);
  }
}

/** Shape of what a model as a layer makes of its inputs. @throws ShapeError, TypeError, DisposedError */
export function modelShape(where: string, model: InferenceModel, shapes: readonly Shape[]): Shape {
  assertAlive(where, 'model', model);
  const { inputShape, inputShapes = [inputShape], outputShape, outputShapes } = model.network;
  if (outputShapes) refuse(TypeError, where, 'a model with one output as a layer', `${outputShapes.length} outputs`);
  const [expected, found] = [inputShapes, shapes].map((list) => list.map(shapeText).join(', '));
  if (expected !== found) refuse(ShapeError, where, `${expected} for a model as a layer`, `${found}`);
  return outputShape;
}

/**
 * Names the layers (`dense_1`) and infers every shape. The layers of a model take its place, under its name and their
 * own (`model_1/dense_1`), with its weights.
 */
export class Placer {
  readonly placed: PlacedLayer[] = [];
  readonly #where: string;
  readonly #inputShape: Shape;
  readonly #nameOf: ReturnType<typeof namer>;
  readonly #prefixes = new Map<InferenceModel, string>();
  /** Positions of layers of models, by the state of their first weight or by name. */
  readonly #seen = new Map<unknown, number>();

  constructor(where: string, inputShape: Shape) {
    this.#where = where;
    this.#inputShape = inputShape;
    this.#nameOf = namer(where);
  }

  place(placements: readonly Placement[]): void {
    const values = [0]; // by the numbers in placements: more than one layer may stand in place of a model
    for (const { layer, inputs, shares, ...rest } of placements) {
      const from = inputs.map((i) => values[i] ?? 0);
      const first = shares === undefined ? shares : (values[shares + 1] ?? 0) - 1;
      values.push(
        layer instanceof InferenceModel
          ? this.#model(layer, from)
          : this.#layer({ layer, inputs: from, shares: first, ...rest }),
      );
    }
  }

  #shapeOf(value: number): Shape {
    return this.placed[value - 1]?.named.outputShape ?? this.#inputShape;
  }

  #layer({ layer, inputs, shares, name: decided }: Placement, given: readonly NetworkWeight[] = []): number {
    const stream = this.placed.length + 1;
    if (!isLayer(layer))
      refuse(TypeError, this.#where, `layer ${stream} to be an object with outputShape and apply`, show(layer));
    const original = shares === undefined ? undefined : this.placed[shares];
    const name = original?.named.name ?? this.#nameOf(layer, decided);
    const shapes = inputs.map((i) => this.#shapeOf(i));
    const { outputShape, specs } = fitted(name, layer, shapes);
    if (original) checkShared(name, original.specs, specs);
    const place = { name, layer, inputs, shared: original !== undefined, stream, weights: Object.keys(specs) };
    const [inputShape = this.#inputShape] = shapes;
    return this.placed.push({
      named: { ...place, inputShape, outputShape, decided: decided !== undefined },
      specs,
      given,
    });
  }

  #model(model: InferenceModel, inputs: readonly number[]): number {
    modelShape(
      this.#where,
      model,
      inputs.map((i) => this.#shapeOf(i)),
    );
    const { network } = model;
    const prefix = this.#prefixes.get(model) ?? this.#nameOf({ kind: 'model', name: network.name });
    this.#prefixes.set(model, prefix);
    // The layers that take several inputs out of a row stand first: their values are given.
    const values = network.inputShapes ? [0, ...inputs] : [...inputs];
    return this.copy(network, values, `${prefix}/`);
  }

  /**
   * Places layers of another network that share its weights, and returns the number of the last value.
   * @param values numbers here of the values there, as far as they exist
   */
  copy(network: NetworkParts, values: number[], prefix: string, kept = network.layers): number {
    for (const [i, named] of network.layers.entries()) {
      if (values.length > i + 1 || !kept.includes(named)) continue;
      const weights = weightsOf(network, named.name);
      const name = prefix + named.name;
      const key = weights[0]?.state ?? name;
      const shares = this.#seen.get(key);
      this.#seen.set(key, shares ?? this.placed.length);
      const inputs = named.inputs.map((from) => values[from] ?? 0);
      values[i + 1] = this.#layer({ layer: named.layer, inputs, shares, name }, weights);
    }
    return values.at(-1) ?? 0;
  }
}
