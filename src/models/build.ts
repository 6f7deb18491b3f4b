// From layers to a network with its weights.
import { knownOptions, show } from '../core/checks.js';
import { ShapeError, refuse, onBehalfOf } from '../core/errors.js';
import { checkShape, sizeOf, type Shape } from '../core/shapes.js';
import { initialise } from '../layers/initializers.js';
import type { Layer, WeightSpec } from '../layers/layer.js';
import { cast } from '../ops/cast.js';
import { seedWords, toTensor } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import { Tensor } from '../tensors/tensor.js';
import { indicesOf } from './indexInputs.js';
import type { InferenceNetwork, Network, NetworkWeight } from './network.js';
import type { InferencePorts, Ports } from './several/ports.js';
import { checkName, Placer, type ModelAsLayer, type PlacedLayer, type Placement } from './placing.js';

/**
 * Returns the function that fills a weight. It is called before memory is allocated, so it may throw to reject the weight.
 * `stream` is the weight's number in the model, which seeds its random numbers.
 */
export type WeightSource = (name: string, spec: WeightSpec, stream: number) => (weight: Tensor) => void;

/** Allocates and fills the weights of named layers. If that fails, all are freed. */
function makeWeights(layers: readonly PlacedLayer[], source: WeightSource): NetworkWeight[] {
  const made: NetworkWeight[] = [];
  scoped(() => {
    for (const { named, specs, given } of layers) {
      if (named.shared) continue;
      for (const [i, [short, { trainable = true, ...spec }]] of Object.entries(specs).entries()) {
        const name = `${named.name}/${short}`;
        const { shape, regularizer, constraint } = spec;
        const { tensor: known, state = { frozen: named.layer.trainable === false } } = given[i] ?? {};
        const fill = known ? undefined : source(name, spec, made.length + 1);
        const tensor = known?.alias() ?? Tensor.allocate(shape);
        made.push({ name, shape, tensor, regularizer, constraint, state, get trainable() { return trainable && !state.frozen; } }); // prettier-ignore
        fill?.(tensor);
      }
    }
    for (const { tensor } of made) detach(tensor);
  });
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
  /** The name of the model as a layer of others. Default `'model_1'`, with the number among the models there. */
  readonly name?: string | undefined;
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
export interface Plan<Part = Layer | ModelAsLayer, P extends InferencePorts = Ports> extends PortShapes {
  readonly inputShape: Shape;
  readonly placements: readonly Placement<Part>[];
  readonly name?: string | undefined;
  readonly makePorts?: InferenceNetwork<P>['makePorts'];
}

/** Names the layers, then makes the weights. `place` places them. */
export function buildPlan<P extends InferencePorts = Ports>(
  where: string,
  plan: Plan<Layer | ModelAsLayer, P>,
  source: WeightSource,
  place = (placer: Placer, placements: Plan['placements']): unknown => placer.place(placements),
): InferenceNetwork<P> {
  const { placements, makePorts, ...shapes } = plan;
  const { inputShape } = shapes;
  if (shapes.name !== undefined) checkName(where, shapes.name);
  const placer = new Placer(where, inputShape);
  onBehalfOf(where, () => place(placer, placements));
  const { placed } = placer;
  const layers = placed.map(({ named }) => named);
  // With several inputs, each has its own `indices`.
  const indices = shapes.inputShapes ? undefined : indicesOf(layers, 0);
  const outputShape = layers.at(-1)?.outputShape ?? inputShape;
  const weights = onBehalfOf(where, () => makeWeights(placed, source));
  const network = { ...shapes, outputShape, layers, indices, weights, makePorts };
  return { ...network, ports: makePorts?.(network) };
}

/** Checks everything, then builds a sequential network. `weights` makes the initial weights from the seed. */
export function buildNetwork(
  options: NetworkOptions,
  layers: readonly (Layer | ModelAsLayer)[],
  weights: (where: string, seed: number | undefined) => WeightSource,
): Network {
  knownOptions('sequential', options, ['inputShape', 'seed', 'name']);
  const inputShape = checkSampleShape('sequential', options.inputShape);
  const list: unknown = layers;
  if (!Array.isArray(list)) refuse(TypeError, 'sequential', 'an array of layers', show(list));
  const placements = Array.from(layers, (layer, i) => ({ layer, inputs: [i] })); // holes are refused, too
  return buildPlan('sequential', { inputShape, placements, name: options.name }, weights('sequential', options.seed));
}
