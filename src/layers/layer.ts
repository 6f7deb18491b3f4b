import type { Shape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Initializer } from './initializers.js';
import type { Regularizer } from './regularizers.js';

/** A weight a layer asks for; the model allocates and fills it. */
export interface WeightSpec {
  readonly shape: Shape;
  /** Default `'glorotUniform'`. */
  readonly initializer?: Initializer | undefined;
  /** Whether the optimiser changes it. Default true. */
  readonly trainable?: boolean | undefined;
  /** Added to the loss during training. */
  readonly regularizer?: Regularizer | undefined;
}

/** A layer's weights by their short names. */
export type LayerWeights = Readonly<Record<string, Tensor>>;

/** State a recurrent layer carries from call to call: one tensor, or several by name. */
export type RecurrentState = Tensor | Readonly<Record<string, Tensor>>;

/** What a layer gets to know beside its weights and input. */
export interface LayerContext {
  /** True while training: dropout drops, batch normalisation uses the batch's statistics. */
  readonly training: boolean;
  /** Valid steps of each sequence, i32 [B], when the batch has variable lengths. */
  readonly lengths?: Tensor | undefined;
  /** Random key, i32 [2] (seed, step); the same key gives the same numbers. */
  readonly key?: Tensor | undefined;
  /** Number of this layer in its model: makes its random numbers its own. */
  readonly stream: number;
  /** A recurrent layer's state from the call before. */
  readonly state?: RecurrentState | undefined;
}

/** A layer's full answer, for layers that give more than their output. */
export interface LayerResult {
  readonly output: Tensor;
  /** New values of non-trainable weights (running statistics). */
  readonly updates?: Readonly<Record<string, Tensor | undefined>> | undefined;
  /** A recurrent layer's state after the last valid step. */
  readonly state?: RecurrentState | undefined;
  /** Lengths that hold for the output, when they differ from the input's; `null` when it has no steps any more. */
  readonly lengths?: Tensor | null | undefined;
}

/**
 * A layer is a plain object: no state of its own, no base class. Shapes are without the batch axis.
 * A custom layer is written from operations and needs no gradient; `defineLayer` types its weights.
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
  /** Kind of layer, from which the default name is made (`dense_1`). Default `'custom'`. */
  readonly kind?: string | undefined;
  /** Replaces the default name. */
  readonly name?: string | undefined;
  /** Options as plain data, from which `loadModel` makes the layer again; absent for custom layers. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** The layer this one wraps, from which `loadModel` makes it again. */
  readonly inner?: Layer | undefined;
  /** Shape of the output; throws `ShapeError` when the input does not fit. */
  outputShape(inputShape: Shape): Shape;
  /** The weights, as specifications or as tensors with their first values. Layers without weights leave it out. */
  init?(inputShape: Shape): Readonly<Record<string, WeightSpec | Tensor>>;
  /** The output for a batch. */
  apply(weights: LayerWeights, x: Tensor, context: LayerContext): Tensor | LayerResult;
  /** For layers that take several inputs in a functional model: shape and value from all of them. */
  readonly merge?:
    | {
        outputShape(inputShapes: readonly Shape[]): Shape;
        apply(xs: readonly Tensor[]): Tensor;
      }
    | undefined;
  /** Whether the layer carries a state from step to step, and so takes part in `predictState`. */
  readonly recurrent?: boolean | undefined;
  /** The input holds whole numbers from 0 to `indices - 1`: the model refuses others before it runs. */
  readonly indices?: number | undefined;
  /** Name of the activation the layer ends in, if it is a named one. */
  readonly activation?: string | undefined;
  /** The same layer without that activation: it gives the logits for a fused loss. */
  withoutActivation?(): Layer;
}
