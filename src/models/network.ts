// Networks: named layers with their weights, for models of any class.
import { show } from '../core/checks.js';
import { DTypeError, ShapeError, refuse } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import type { Layer, LayerResult, Projection, RecurrentState } from '../layers/layer.js';
import type { Regularizer } from '../layers/regularizers.js';
import { maskSteps } from '../ops/maskSteps.js';
import { hasDType, isTensor, type Tensor } from '../tensors/tensor.js';
import type { InferencePorts, Ports } from './several/ports.js';

/** A weight of a model. The tensor is not a copy: training changes it in place. */
export interface Weight {
  /** `'dense_1/kernel'` */
  readonly name: string;
  readonly shape: Shape;
  /** Whether training changes it: not when it is frozen, nor if it is a running statistic. */
  readonly trainable: boolean;
  readonly tensor: Tensor;
}

/** A weight with properties that only training needs. */
export interface NetworkWeight extends Weight {
  readonly regularizer?: Regularizer | undefined;
  readonly constraint?: Projection | undefined;
  /** All models that share the weight have this object. */
  readonly state: { frozen: boolean };
}

/** Which weights are frozen now, as a function of the name. */
export function frozenIn(weights: readonly NetworkWeight[]): (name: string) => boolean {
  const names = new Set(weights.filter(({ state }) => state.frozen).map(({ name }) => name));
  return (name) => names.has(name);
}

/** A layer at its position in a network. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: Layer;
  /** Its inputs: 0 is the network's input, k the output of layer k - 1. */
  readonly inputs: readonly number[];
  /** Whether it shares the weights of an earlier layer of the same name. */
  readonly shared: boolean;
  /** Shape of the first input. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Number of the layer, which seeds its random numbers. */
  readonly stream: number;
  /** Its weights' short names. */
  readonly weights: readonly string[];
  /** Whether its name was decided in another model, and so has to be saved. */
  readonly decided: boolean;
}

/** Weights by full name. */
export type WeightTree = Readonly<Record<string, Tensor>>;

/** A network apart from its functions for several or named inputs and outputs. */
export interface NetworkParts {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly name?: string | undefined;
  readonly layers: readonly NamedLayer[];
  readonly weights: readonly NetworkWeight[];
  /** If the input holds indices, the number of different ones. */
  readonly indices: number | undefined;
  /** Shapes of several inputs, which are side by side in a row. */
  readonly inputShapes?: readonly Shape[] | undefined;
  /** The same of several outputs. */
  readonly outputShapes?: readonly Shape[] | undefined;
  readonly inputNames?: readonly string[] | undefined;
  readonly outputNames?: readonly string[] | undefined;
}

interface NetworkWith<P extends InferencePorts> extends NetworkParts {
  /** Functions for several or named inputs and outputs, if the network has those. */
  readonly ports?: P | undefined;
  /** Makes them. */
  readonly makePorts?: ((network: NetworkParts) => P | undefined) | undefined;
}

/** A network that can be trained. */
export type Network = NetworkWith<Ports>;

/** A network of which only predictions are needed. */
export type InferenceNetwork<P extends InferencePorts = InferencePorts> = NetworkWith<P>;

/** The weights of a layer. */
export function weightsOf({ weights }: Pick<Network, 'weights'>, layer: string): NetworkWeight[] {
  return weights.filter(({ name }) => name.startsWith(`${layer}/`));
}

/** The weights by name, not copied. */
export function weightTree(weights: readonly Pick<Weight, 'name' | 'tensor'>[]): WeightTree {
  return Object.fromEntries(weights.map(({ name, tensor }) => [name, tensor]));
}

/** Number of values in weights. */
export function countValues(weights: readonly Weight[]): number {
  return weights.reduce((total, { shape }) => total + sizeOf(shape), 0);
}

export interface ForwardOptions {
  readonly training: boolean;
  readonly lengths?: Tensor<'i32'> | undefined;
  readonly key?: Tensor<'i32'> | undefined;
  readonly states?: readonly RecurrentState[] | undefined;
  readonly frozen?: ((name: string) => boolean) | undefined;
}

export interface ForwardResult {
  readonly output: Tensor;
  /** New values of running statistics, by full weight name. */
  readonly updates: WeightTree;
  /** One entry per recurrent layer. */
  readonly states: readonly RecurrentState[];
  /** Lengths of the output, for batches of sequences of variable length. */
  readonly lengths: Tensor<'i32'> | undefined;
}

/** The output shape of a layer applied to one or several values. @throws TypeError if it takes only one */
export function mergedShape(layer: Layer, shapes: readonly Shape[]): Shape {
  const [first = [], ...others] = shapes;
  if (others.length === 0) return layer.outputShape(first);
  if (layer.merge) return layer.merge.outputShape(shapes);
  throw new TypeError(`expected one input, got ${shapes.length} (addLayers and concatenate take several)`);
}

/** Checks a layer's output against its `outputShape`, according to which buffers are allocated. */
function checkOutput(name: string, output: unknown, shape: Shape): Tensor {
  if (!isTensor(output)) refuse(TypeError, name, 'apply to give a tensor', show(output));
  if (!hasDType(output, 'f32')) refuse(DTypeError, name, 'apply to give f32', output.dtype);
  if (sameShape(output.shape, shape)) return output;
  refuse(ShapeError, name, `apply to give shape ${shapeText(shape)}`, output.shape);
}

/** A layer's weights by their short names. */
function ownWeights({ name, weights: shorts }: NamedLayer, weights: WeightTree): WeightTree {
  return Object.fromEntries(
    shorts.map((short) => {
      const weight: unknown = weights[`${name}/${short}`];
      if (isTensor(weight) && hasDType(weight, 'f32')) return [short, weight];
      const given = weight === undefined ? Object.keys(weights).join(', ') || 'none' : show(weight);
      refuse(TypeError, 'apply', `a weight '${name}/${short}'`, given);
    }),
  );
}

/** A value in the network with its lengths. */
interface Flow {
  readonly value: Tensor;
  readonly lengths: Tensor<'i32'> | undefined;
}

/** The pure function from weights and a batch to the output. */
export function forward(
  layers: readonly NamedLayer[],
  weights: WeightTree,
  x: Tensor,
  { training, key, lengths: given, states: before, frozen }: ForwardOptions,
): ForwardResult {
  const updates: Record<string, Tensor> = {};
  const states: RecurrentState[] = [];
  // Padding may hold anything; layers must not see it. Parts of a row of several inputs mask their own.
  const isRow = layers[0]?.layer.kind === 'inputPart';
  let last: Flow = { value: given && !isRow ? maskSteps(x, given) : x, lengths: given };
  const flows = [last];
  let recurrent = 0;
  for (const named of layers) {
    const { name, layer, stream, inputs, inputShape, outputShape } = named;
    const sources = inputs.map((i) => flows[i] ?? last);
    const xs = sources.map(({ value }) => value);
    const long = sources.find((flow) => flow.lengths);
    const inputLengths = sources.map((flow) => flow.lengths);
    const lengths = long?.lengths;
    const state = layer.recurrent ? before?.[recurrent++] : undefined;
    const [single = x] = xs;
    const own = ownWeights(named, weights);
    const isFrozen = (short: string): boolean => frozen?.(`${name}/${short}`) ?? false;
    const context = { training, lengths, inputLengths, key, stream, state, frozen: isFrozen };
    const result =
      layer.merge && xs.length > 1 ? layer.merge.apply(xs, own, context) : layer.apply(own, single, context);
    const answer: LayerResult = isTensor(result) ? { output: result } : result;
    // With a state, sequences may have any number of steps.
    const shapes = xs.map(({ shape }) => shape.slice(1));
    const shape = sameShape(shapes[0] ?? [], inputShape) ? outputShape : mergedShape(layer, shapes);
    const value = checkOutput(name, answer.output, [single.shape[0] ?? 0, ...shape]);
    const same = value.shape[1] === long?.value.shape[1] ? lengths : undefined; // otherwise there is no axis of steps any more
    last = { value, lengths: answer.lengths === undefined ? same : (answer.lengths ?? undefined) };
    flows.push(last);
    if (answer.state) states.push(answer.state);
    for (const [short, update] of Object.entries(answer.updates ?? {}))
      if (update && !isFrozen(short)) updates[`${name}/${short}`] = update;
  }
  return { output: last.value, updates, states, lengths: last.lengths };
}
