import type { Shape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Layer, LayerContext, LayerResult, Merge, WeightSpec } from './layer.js';

/** The result of `apply` with `updates` for weights that the layer has. */
export interface DefinedResult<Name extends string> extends Omit<LayerResult, 'updates'> {
  /** New values of non-trainable weights (running statistics). */
  readonly updates?: { readonly [Each in Name]?: Tensor | undefined } | undefined;
}

/** A `Layer` whose `apply` is given the weights that `init` describes. */
export interface LayerDefinition<Name extends string> extends Omit<Layer, 'init' | 'apply' | 'merge'> {
  /**
   * The weights, as specifications or as tensors with initial values. Write it before `apply`: it types the weights
   * there.
   */
  init?(inputShape: Shape): { readonly [Each in Name]: WeightSpec | Tensor };
  /** The output for a batch. */
  apply(weights: { readonly [Each in Name]: Tensor }, x: Tensor, context: LayerContext): Tensor | DefinedResult<Name>;
  /** For layers with several inputs in a functional model. */
  readonly merge?:
    Merge<{ readonly [Each in Name]: Tensor }, { readonly [Each in Name]: WeightSpec | Tensor }> | undefined;
}

/**
 * Defines a custom layer. It returns the object unchanged, but typed: `apply` is given, and may update, the weights
 * that `init` names, so that a misspelt name is a compile error. Shapes do not include the batch axis.
 *
 * @example
 * ```ts
 * import { add, init, mul } from 'wasmgrad';
 * import { defineLayer } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const scaleAndShift = defineLayer({
 *   kind: 'scaleAndShift',
 *   outputShape: (shape) => shape,
 *   init: (shape) => ({ gamma: { shape, initializer: 'ones' }, beta: { shape, initializer: 'zeros' } }),
 *   apply: ({ gamma, beta }, x) => add(mul(x, gamma), beta),
 * });
 * const model = sequential({ inputShape: [3] }, [scaleAndShift]);
 * console.log(model.parameterCount); // 6
 * model.dispose();
 * ```
 */
export function defineLayer<Name extends string>(layer: LayerDefinition<Name>): Layer {
  return layer;
}
