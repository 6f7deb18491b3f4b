// Named layers with their weights: what every model is made of, whatever runs it.
import { show } from '../core/checks.js';
import { DTypeError, ShapeError } from '../core/errors.js';
import { sameShape, shapeText, type Shape } from '../core/shapes.js';
import type { Layer, RecurrentState } from '../layers/layer.js';
import type { Regularizer } from '../layers/regularizers.js';
import { maskSteps } from '../ops/sequence.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';

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
  /** What it is applied to: 0 is the network's input, k the output of layer k - 1. */
  readonly inputs: readonly number[];
  /** Whether it uses the weights of a layer before it, of the same name. */
  readonly shared: boolean;
  /** Shape of the first input. */
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
  /** Shapes of several inputs, which lie side by side in a row. */
  readonly inputShapes?: readonly Shape[] | undefined;
  /** The same of several outputs. */
  readonly outputShapes?: readonly Shape[] | undefined;
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

/** What a layer gave: buffers are as large as its `outputShape` says, so it must keep its word. */
function checkOutput(name: string, output: unknown, shape: Shape): Tensor {
  if (!isTensor(output)) throw new TypeError(`${name}: expected apply to give a tensor, got ${show(output)}`);
  if (output.dtype !== 'f32') throw new DTypeError(`${name}: expected apply to give f32, got ${output.dtype}`);
  if (sameShape(output.shape, shape)) return output;
  throw new ShapeError(`${name}: expected apply to give shape ${shapeText(shape)}, got ${shapeText(output.shape)}`);
}

/** Shape of a sample of the layer's output; with a state, sequences may have another number of steps than planned. */
function outputShapeFor({ layer, inputShape, outputShape }: NamedLayer, xs: readonly Tensor[]): Shape {
  const samples = xs.map(({ shape }) => shape.slice(1));
  if (sameShape(samples[0] ?? [], inputShape)) return outputShape;
  return layer.merge && samples.length > 1 ? layer.merge.outputShape(samples) : layer.outputShape(samples[0] ?? []);
}

/** A layer's weights by their short names. */
function ownWeights({ name, weights: shorts }: NamedLayer, weights: WeightTree): Record<string, Tensor> {
  const own: Record<string, Tensor> = {};
  for (const short of shorts) {
    const weight = weights[`${name}/${short}`];
    if (!weight)
      throw new TypeError(
        `apply: expected a weight '${name}/${short}', got ${Object.keys(weights).join(', ') || 'none'}`,
      );
    own[short] = weight;
  }
  return own;
}

/** A value on its way through the network, with the lengths that hold for it. */
interface Flow {
  readonly value: Tensor;
  readonly lengths: Tensor | undefined;
}

/** The pure function from weights and a batch to the output. */
export function forward(
  layers: readonly NamedLayer[],
  weights: WeightTree,
  x: Tensor,
  options: ForwardOptions,
): ForwardResult {
  if (options.lengths && layers[0]?.layer.kind === 'inputPart')
    throw new TypeError('model: expected lengths for a model with one input only, got several inputs');
  const updates = new Map<string, Tensor>();
  const states: RecurrentState[] = [];
  const steps = x.shape[1];
  // Padding may hold anything, which no layer is to see.
  const start = { value: options.lengths ? maskSteps(x, options.lengths) : x, lengths: options.lengths };
  const flows: Flow[] = [start];
  let recurrent = 0;
  for (const named of layers) {
    const { name, layer, stream, inputs } = named;
    const given = inputs.map((i) => flows[i] ?? start);
    const xs = given.map(({ value }) => value);
    const lengths = given.find((flow) => flow.lengths)?.lengths;
    const state = layer.recurrent ? options.states?.[recurrent++] : undefined;
    const context = { training: options.training, lengths, key: options.key, stream, state };
    const single = xs[0] ?? x;
    const result =
      layer.merge && xs.length > 1 ? layer.merge.apply(xs) : layer.apply(ownWeights(named, weights), single, context);
    const value = checkOutput(name, isTensor(result) ? result : result.output, [
      single.shape[0] ?? 0,
      ...outputShapeFor(named, xs),
    ]);
    const same = value.shape[1] === steps ? lengths : undefined; // otherwise the axis of steps is gone
    if (isTensor(result)) {
      flows.push({ value, lengths: same });
      continue;
    }
    flows.push({ value, lengths: result.lengths === undefined ? same : (result.lengths ?? undefined) });
    if (result.state !== undefined) states.push(result.state);
    for (const [short, update] of Object.entries(result.updates ?? {})) updates.set(`${name}/${short}`, update);
  }
  const { value: output, lengths } = flows.at(-1) ?? start;
  return { output, updates, states, lengths };
}
