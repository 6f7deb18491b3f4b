// A stack of named layers with its weights: what every model is made of, whatever runs it.
import { knownOptions, show } from '../core/checks.js';
import { DTypeError, ShapeError } from '../core/errors.js';
import { checkShape, sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { initialise } from '../layers/initializers.js';
import type { Layer, RecurrentState, WeightSpec } from '../layers/layer.js';
import type { Regularizer } from '../layers/regularizers.js';
import { maskSteps } from '../ops/sequence.js';
import { seedWords, toTensor, type TensorData } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import { isTensor, Tensor } from '../tensors/tensor.js';
import { writeF32 } from './copy.js';

/** A weight of a model. The tensor is the live one: training changes it in place. */
export interface Weight {
  /** `'dense_1/kernel'` */
  readonly name: string;
  readonly shape: Shape;
  readonly trainable: boolean;
  readonly tensor: Tensor;
}

/** A weight with what only training needs to know. */
export interface NetworkWeight extends Weight {
  readonly regularizer?: Regularizer | undefined;
}

/** A layer in its place. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: Layer;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Number of the layer: its random numbers' stream. */
  readonly stream: number;
  /** Its weights' short names. */
  readonly weights: readonly string[];
}

/** Weights by full name. */
export type WeightTree = Readonly<Record<string, Tensor>>;

export interface Network {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly layers: readonly NamedLayer[];
  readonly weights: readonly NetworkWeight[];
  /** When the input holds indices: how many there are. */
  readonly indices: number | undefined;
}

export interface ForwardOptions {
  readonly training: boolean;
  readonly lengths?: Tensor | undefined;
  readonly key?: Tensor | undefined;
  readonly states?: readonly RecurrentState[] | undefined;
}

export interface ForwardResult {
  readonly output: Tensor;
  /** New values of running statistics, by full weight name. */
  readonly updates: ReadonlyMap<string, Tensor>;
  /** One entry per recurrent layer. */
  readonly states: readonly RecurrentState[];
  /** Lengths that hold for the output, for batches of sequences of variable length. */
  readonly lengths: Tensor | undefined;
}

/** Whether the two functions every layer needs are there. */
function isLayer(value: unknown): value is Layer {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'apply' in value &&
    typeof value.apply === 'function' &&
    'outputShape' in value &&
    typeof value.outputShape === 'function'
  );
}

function checkLayer(layer: unknown, position: number): Layer {
  if (!isLayer(layer)) {
    throw new TypeError(
      `sequential: expected layer ${position + 1} to be an object with outputShape and apply, got ${show(layer)}`,
    );
  }
  return layer;
}

/** Names layers by kind and running number from 1 and works out every shape. */
export function nameLayers(inputShape: Shape, layers: readonly Layer[]): NamedLayer[] {
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  let shape = inputShape;
  return layers.map((given, position) => {
    const layer = checkLayer(given, position);
    const kind = layer.kind ?? 'custom';
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = layer.name ?? `${kind}_${count}`;
    if (typeof name !== 'string' || name === '' || name.includes('/')) {
      throw new TypeError(`sequential: expected a layer name without '/', got ${show(name)}`);
    }
    if (taken.has(name)) throw new RangeError(`sequential: expected distinct layer names, got '${name}' twice`);
    taken.add(name);
    const output = placed(name, () => checkShape(name, layer.outputShape(shape)));
    const weights = Object.keys(placed(name, () => weightSpecs(layer, shape)));
    const named: NamedLayer = { name, layer, inputShape: shape, outputShape: output, stream: position + 1, weights };
    shape = output;
    return named;
  });
}

/** Adds the layer's name to the message of an error its shape rule throws. */
function placed<T>(name: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && !error.message.includes(name)) error.message = `${name}: ${error.message}`;
    throw error;
  }
}

/** What the first layer that does more than reshape takes for indices. */
function indicesOf(layers: readonly NamedLayer[]): number | undefined {
  return layers.find(({ layer }) => layer.kind !== 'flatten' && layer.kind !== 'reshape')?.layer.indices;
}

/** The layer's weights as specifications; tensors with first values become initialisers. */
function weightSpecs(layer: Layer, inputShape: Shape): Record<string, WeightSpec> {
  return scoped(
    () => {
      const given = layer.init?.(inputShape) ?? {};
      return Object.fromEntries(
        Object.entries(given).map(([name, weight]): [string, WeightSpec] => {
          if (!isTensor(weight)) return [name, { ...weight, shape: checkShape(name, weight.shape) }];
          const values = weight.data();
          return [name, { shape: weight.shape, initializer: () => values }];
        }),
      );
    },
    () => [],
  );
}

/** The values of a flat or shaped array, under the weight's own shape. */
function fill(
  tensor: Tensor,
  { initializer = 'glorotUniform' }: WeightSpec,
  seed: readonly [number, number],
  stream: number,
): void {
  if (typeof initializer !== 'function') return initialise(tensor, initializer, { seed, stream });
  initialise(tensor, (shape) => asShaped(initializer(shape), shape), { seed, stream });
}

function asShaped(values: Tensor | TensorData, shape: Shape): Tensor {
  const given = toTensor(values);
  return given.size === sizeOf(shape) && given.shape.length === 1 ? given.view(shape) : given;
}

/** The values of a weight that is not to be initialised; refuses by throwing, before memory is taken for it. */
export type WeightValues = (name: string, shape: Shape) => Float32Array;

/** Allocates and fills the weights of named layers. */
function makeWeights(
  layers: readonly NamedLayer[],
  seed: readonly [number, number],
  values?: WeightValues,
): NetworkWeight[] {
  const made: NetworkWeight[] = [];
  try {
    for (const { name, layer, inputShape } of layers) {
      for (const [short, spec] of Object.entries(weightSpecs(layer, inputShape))) {
        const { shape, trainable = true, regularizer } = spec;
        const full = `${name}/${short}`;
        const given = values?.(full, shape);
        const tensor = detach(Tensor.allocate(shape));
        made.push({ name: full, shape, trainable, tensor, regularizer });
        if (given) writeF32(tensor, given);
        else fill(tensor, spec, seed, made.length);
      }
    }
    return made;
  } catch (error) {
    for (const { tensor } of made) tensor.dispose();
    throw error;
  }
}

export interface NetworkOptions {
  /** Shape of one sample, without the batch axis. */
  readonly inputShape: Shape;
  /** Seed of the initial weights. Whole number >= 0, default 0. */
  readonly seed?: number;
}

/** Checks everything, then builds a network, with `values` in place of its initialisers if given. */
export function buildNetwork(options: NetworkOptions, layers: readonly Layer[], values?: WeightValues): Network {
  knownOptions('sequential', options, ['inputShape', 'seed']);
  const inputShape = checkShape('sequential', options.inputShape);
  if (inputShape.some((size) => size < 1))
    throw new ShapeError(`sequential: expected inputShape of sizes >= 1, got ${shapeText(inputShape)}`);
  const list: unknown = layers;
  if (!Array.isArray(list)) throw new TypeError(`sequential: expected an array of layers, got ${show(list)}`);
  const seed = seedWords('sequential', options.seed);
  const named = nameLayers(inputShape, layers);
  return {
    inputShape,
    outputShape: named.at(-1)?.outputShape ?? inputShape,
    layers: named,
    weights: makeWeights(named, seed, values),
    indices: indicesOf(named),
  };
}

/** What a layer gave: buffers are as large as its `outputShape` says, so it must keep its word. */
function checkOutput(name: string, output: unknown, shape: Shape): Tensor {
  if (!isTensor(output)) throw new TypeError(`${name}: expected apply to give a tensor, got ${show(output)}`);
  if (output.dtype !== 'f32') throw new DTypeError(`${name}: expected apply to give f32, got ${output.dtype}`);
  if (sameShape(output.shape, shape)) return output;
  throw new ShapeError(`${name}: expected apply to give shape ${shapeText(shape)}, got ${shapeText(output.shape)}`);
}

/** Shape of a sample of the layer's output; with a state, sequences may have another number of steps than planned. */
function outputShapeFor({ layer, inputShape, outputShape }: NamedLayer, { shape: [, ...sample] }: Tensor): Shape {
  return sameShape(sample, inputShape) ? outputShape : layer.outputShape(sample);
}

/** The pure function from weights and a batch to the output. */
export function forward(
  layers: readonly NamedLayer[],
  weights: WeightTree,
  x: Tensor,
  options: ForwardOptions,
): ForwardResult {
  const updates = new Map<string, Tensor>();
  const states: RecurrentState[] = [];
  const steps = x.shape[1];
  let { lengths } = options;
  let value = lengths ? maskSteps(x, lengths) : x; // padding may hold anything, which no layer is to see
  let recurrent = 0;
  for (const named of layers) {
    const { name, layer, stream, weights: shorts } = named;
    const own: Record<string, Tensor> = {};
    for (const short of shorts) {
      const weight = weights[`${name}/${short}`];
      if (!weight)
        throw new TypeError(
          `apply: expected a weight '${name}/${short}', got ${Object.keys(weights).join(', ') || 'none'}`,
        );
      own[short] = weight;
    }
    const state = layer.recurrent ? options.states?.[recurrent++] : undefined;
    const result = layer.apply(own, value, { training: options.training, lengths, key: options.key, stream, state });
    const output = isTensor(result) ? result : result.output;
    value = checkOutput(name, output, [value.shape[0] ?? 0, ...outputShapeFor(named, value)]);
    if (value.shape[1] !== steps) lengths = undefined; // the axis of steps is gone
    if (isTensor(result)) continue;
    if (result.lengths !== undefined) lengths = result.lengths ?? undefined;
    if (result.state !== undefined) states.push(result.state);
    for (const [short, update] of Object.entries(result.updates ?? {})) updates.set(`${name}/${short}`, update);
  }
  return { output: value, updates, states, lengths };
}
