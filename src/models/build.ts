// From layers to a network: names, shapes, weights.
import { knownOptions, show } from '../core/checks.js';
import { ShapeError, refuse, onBehalfOf } from '../core/errors.js';
import { checkShape, sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { initialise } from '../layers/initializers.js';
import type { Layer, WeightSpec } from '../layers/layer.js';
import { isLayer } from '../layers/support/wrappers.js';
import { cast } from '../ops/cast.js';
import { seedWords, toTensor } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import { isTensor, Tensor } from '../tensors/tensor.js';
import { indicesOf } from './indexInputs.js';
import { mergedShape, type NamedLayer, type Network, type NetworkWeight } from './network.js';
import type { Ports } from './several/ports.js';

/** A layer and its inputs: 0 is the network's input, k the output of layer k - 1. */
export interface Placement {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  /** Position of the layer whose weights it shares. */
  readonly shares?: number | undefined;
}

/** The weights that a layer needs. */
type WeightSpecs = Readonly<Record<string, WeightSpec>>;

/** A layer at its position, with the weights that it needs there. */
interface PlacedLayer {
  readonly named: NamedLayer;
  readonly specs: WeightSpecs;
}

/** The layer's weights as specifications. Tensors with initial values become initialisers. */
function weightSpecs(layer: Layer, shapes: readonly Shape[]): WeightSpecs {
  const { merge } = layer;
  return scoped(
    () =>
      Object.fromEntries(
        Object.entries(
          (merge?.init && shapes.length > 1 ? merge.init(shapes) : layer.init?.(shapes[0] ?? [])) ?? {},
        ).map(([name, weight]): [string, WeightSpec] => {
          if (!isTensor(weight)) return [name, { ...weight, shape: checkShape(name, weight.shape) }];
          const values = weight.data();
          return [name, { shape: weight.shape, initializer: () => values }];
        }),
      ),
    () => [],
  );
}

/** Names each layer: the name given by the user, or its kind and a number counted from 1. */
function namer(where: string): (layer: Layer) => string {
  const counts: Record<string, number> = {};
  const taken = new Set<string>();
  return ({ kind = 'custom', name: own }) => {
    const count = (counts[kind] = (counts[kind] ?? 0) + 1);
    const name = own ?? `${kind}_${count}`;
    if (name === '' || name.includes('/')) refuse(TypeError, where, `a layer name without '/'`, show(name));
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

/** Names the layers (`dense_1`) and infers every shape. */
function placeLayers(where: string, inputShape: Shape, placements: readonly Placement[]): PlacedLayer[] {
  const nameOf = namer(where);
  const placed: PlacedLayer[] = [];
  for (const { layer, inputs, shares } of placements) {
    const stream = placed.length + 1;
    if (!isLayer(layer))
      refuse(TypeError, where, `layer ${stream} to be an object with outputShape and apply`, show(layer));
    const original = shares === undefined ? undefined : placed[shares];
    const name = original?.named.name ?? nameOf(layer);
    const shapes = inputs.map((i) => placed[i - 1]?.named.outputShape ?? inputShape);
    const { outputShape, specs } = fitted(name, layer, shapes);
    if (original) checkShared(name, original.specs, specs);
    const place = { name, layer, inputs, shared: original !== undefined, stream, weights: Object.keys(specs) };
    placed.push({ named: { ...place, inputShape: shapes[0] ?? inputShape, outputShape }, specs });
  }
  return placed;
}

/**
 * Returns the function that fills a weight. It is called before memory is allocated, so it may throw to reject the weight.
 * `stream` is the weight's number in the model, which seeds its random numbers.
 */
export type WeightSource = (name: string, spec: WeightSpec, stream: number) => (weight: Tensor) => void;

/** Allocates and fills the weights of named layers. If that fails, all are freed. */
function makeWeights(layers: readonly PlacedLayer[], source: WeightSource): NetworkWeight[] {
  const made: NetworkWeight[] = [];
  scoped(
    () => {
      for (const { named, specs } of layers) {
        if (named.shared) continue;
        for (const [short, { trainable = true, ...spec }] of Object.entries(specs)) {
          const name = `${named.name}/${short}`;
          const { shape, regularizer } = spec;
          const fill = source(name, spec, made.length + 1);
          const tensor = Tensor.allocate(shape);
          made.push({ name, shape, trainable, tensor, regularizer });
          fill(tensor);
        }
      }
      for (const { tensor } of made) detach(tensor);
    },
    () => [],
  );
  return made;
}

/** Initial values from the layers' initialisers. */
export function initialWeights(where: string, given: number | undefined): WeightSource {
  const seed = seedWords(where, given);
  return (_, { initializer = 'glorotUniform' }, stream) =>
    (weight) => {
      // Functions may return flat values.
      const shaped =
        typeof initializer === 'function'
          ? (shape: readonly number[]) => {
              const values = cast(toTensor(initializer(shape)), 'f32');
              return values.size === sizeOf(shape) && values.shape.length === 1
                ? values.view(shape, values.dtype)
                : values;
            }
          : initializer;
      initialise(weight, shaped, { seed, stream });
    };
}

export interface NetworkOptions {
  /** Shape of one sample, without the batch axis. */
  readonly inputShape: Shape;
  /** Seed of the initial weights. Whole number >= 0, default 0. */
  readonly seed?: number | undefined;
}

/** A shape of sizes >= 1. */
export function checkSampleShape(where: string, shape: unknown): Shape {
  const checked = checkShape(where, shape);
  if (checked.some((size) => size < 1)) refuse(ShapeError, where, 'inputShape of sizes >= 1', checked);
  return checked;
}

/** Shapes of several inputs and outputs, and their names if they have any. */
export interface PortShapes {
  readonly inputShapes?: readonly Shape[] | undefined;
  readonly outputShapes?: readonly Shape[] | undefined;
  readonly inputNames?: readonly string[] | undefined;
  readonly outputNames?: readonly string[] | undefined;
}

/** A network before its layers are named. */
export interface Plan extends PortShapes {
  readonly inputShape: Shape;
  readonly placements: readonly Placement[];
  /** Makes the functions for several inputs and outputs. */
  readonly makePorts?: ((network: Network) => Ports) | undefined;
}

/** Names the layers, then makes the weights. */
export function buildPlan(where: string, plan: Plan, source: WeightSource): Network {
  const { placements, makePorts, ...shapes } = plan;
  const { inputShape } = shapes;
  const placed = onBehalfOf(where, () => placeLayers(where, inputShape, placements));
  const layers = placed.map(({ named }) => named);
  // With several inputs, each has its own `indices`.
  const indices = shapes.inputShapes ? undefined : indicesOf(layers, 0);
  const outputShape = layers.at(-1)?.outputShape ?? inputShape;
  const weights = onBehalfOf(where, () => makeWeights(placed, source));
  const network = { ...shapes, outputShape, layers, indices, weights };
  return { ...network, ports: makePorts?.(network) };
}

/** Checks everything, then builds a sequential network. `weights` makes the initial weights from the seed. */
export function buildNetwork(
  options: NetworkOptions,
  layers: readonly Layer[],
  weights: (where: string, seed: number | undefined) => WeightSource,
): Network {
  knownOptions('sequential', options, ['inputShape', 'seed']);
  const inputShape = checkSampleShape('sequential', options.inputShape);
  const list: unknown = layers;
  if (!Array.isArray(list)) refuse(TypeError, 'sequential', 'an array of layers', show(list));
  const placements = Array.from(layers, (layer, i) => ({ layer, inputs: [i] })); // holes are refused, too
  return buildPlan('sequential', { inputShape, placements }, weights('sequential', options.seed));
}
