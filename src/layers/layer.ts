import type { Shape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Initializer } from './initializers.js';
import type { Regularizer } from './regularizers.js';

/** From a weight to one of the same shape. */
export type Projection = (weight: Tensor) => Tensor;

/** A weight that a layer needs. The model allocates and fills it. */
export interface WeightSpec {
  readonly shape: Shape;
  /** Default `'glorotUniform'`. */
  readonly initializer?: Initializer | undefined;
  /** Whether the optimiser changes it. Default true. */
  readonly trainable?: boolean | undefined;
  /** Penalty that is added to the loss during training. */
  readonly regularizer?: Regularizer | undefined;
  /** Gives what stands in its place after every update. */
  readonly constraint?: Projection | undefined;
}

/** A layer's weights by their short names. */
export type LayerWeights = Readonly<Record<string, Tensor>>;

/** State that a recurrent layer keeps between calls: one tensor, or several by name. */
export type RecurrentState = Tensor | Readonly<Record<string, Tensor>>;

/** What a layer is given besides its weights and input. */
export interface LayerContext {
  /** True while training: dropout is active, batch normalisation uses the statistics of the batch. */
  readonly training: boolean;
  /** Valid steps of each sequence, i32 [B], when the batch has variable lengths. */
  readonly lengths?: Tensor<'i32'> | undefined;
  /** Those of each input, for layers with several inputs. */
  readonly inputLengths?: readonly (Tensor<'i32'> | undefined)[] | undefined;
  /** Random key, i32 [2] (seed, step); the same key gives the same numbers. */
  readonly key?: Tensor<'i32'> | undefined;
  /** Number of this layer in its model, which makes its random numbers differ from those of other layers. */
  readonly stream: number;
  /** Whether a weight, by its short name, is frozen. An update of one has no effect. */
  readonly frozen?: ((weight: string) => boolean) | undefined;
  /** A recurrent layer's state after the previous call. */
  readonly state?: RecurrentState | undefined;
}

/** The result of a layer that returns more than its output. */
export interface LayerResult {
  readonly output: Tensor;
  /** New values of non-trainable weights (running statistics). */
  readonly updates?: Readonly<Record<string, Tensor | undefined>> | undefined;
  /** A recurrent layer's state after the last valid step. */
  readonly state?: RecurrentState | undefined;
  /** Lengths of the output when they differ from the input's; `null` when the output has no steps. */
  readonly lengths?: Tensor<'i32'> | null | undefined;
}

/** What a layer does with several inputs. With a single one its functions for one input are called. */
export interface Merge<Weights = LayerWeights, Specs = Readonly<Record<string, WeightSpec | Tensor>>> {
  /** Shape of the output. */
  outputShape(inputShapes: readonly Shape[]): Shape;
  /** The weights. Without this, the layer's `init` is called with the shape of the first input. */
  init?(inputShapes: readonly Shape[]): Specs;
  /** The output for a batch. */
  apply(xs: readonly Tensor[], weights: Weights, context: LayerContext): Tensor | LayerResult;
}

/**
 * A layer is a plain object without state and without a base class. Shapes do not include the batch axis. A custom
 * layer is composed of operations and needs no gradient; `defineLayer` types its weights.
 *
 * @example
 * ```ts
 * import { add, init, mul } from 'wasmgrad';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const scaleAndShift = {
 *   kind: 'scaleAndShift',
 *   outputShape: (shape) => shape,
 *   init: (shape) => ({ scale: { shape, initializer: 'ones' }, shift: { shape, initializer: 'zeros' } }),
 *   apply: ({ scale, shift }, x) => add(mul(x, scale), shift),
 * };
 * const model = sequential({ inputShape: [3] }, [scaleAndShift]);
 * console.log(model.parameterCount); // 6
 * model.dispose();
 * ```
 */
export interface Layer {
  /** Kind of layer, the first part of the default name (`dense_1`). Default `'custom'`. */
  readonly kind?: string | undefined;
  /** Replaces the default name. */
  readonly name?: string | undefined;
  /** Options as plain data, from which `loadModel` creates the layer; absent for custom layers. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** Whether training changes the weights, until `freeze` or `unfreeze` of the model. Default true. */
  readonly trainable?: boolean | undefined;
  /** The layer inside this one, which `loadModel` needs to create it. */
  readonly inner?: Layer | undefined;
  /** Shape of the output; throws `ShapeError` when the input does not fit. */
  outputShape(inputShape: Shape): Shape;
  /** The weights, as specifications or as tensors with initial values. Layers without weights leave it out. */
  init?(inputShape: Shape): Readonly<Record<string, WeightSpec | Tensor>>;
  /** The output for a batch. */
  apply(weights: LayerWeights, x: Tensor, context: LayerContext): Tensor | LayerResult;
  /** For layers with several inputs in a functional model, where it stands in place of the functions above. */
  readonly merge?: Merge | undefined;
  /** Whether the layer has a state that `predictState` keeps. */
  readonly recurrent?: boolean | undefined;
  /** The input must hold whole numbers from 0 to `indices - 1`, which the model checks before it runs. */
  readonly indices?: number | undefined;
  /** Name of the layer's last activation, if it has a name. */
  readonly activation?: string | undefined;
  /** The same layer without that activation. It returns the logits for a fused loss. */
  withoutActivation?(): Layer;
  /** @internal A network's layers in a form that trains faster and to the same bits; this one is at `place`. */
  arrange?<L extends Placed>(layers: readonly L[], place: number): readonly L[];
}

/** @internal A layer in a network: its inputs are 0 for the network's, k for the output of layer k - 1. */
interface Placed {
  readonly layer: Layer;
  readonly inputs: readonly number[];
}
