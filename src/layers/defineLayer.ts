import type { Shape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Layer, LayerContext, LayerResult, WeightSpec } from './layer.js';

/** A layer's answer whose `updates` are of its own weights. */
export interface DefinedResult<Name extends string> extends Omit<LayerResult, 'updates'> {
  /** New values of non-trainable weights (running statistics). */
  readonly updates?: { readonly [Each in Name]?: Tensor | undefined } | undefined;
}

/** A `Layer` whose `apply` gets the weights that `init` asks for. */
export interface LayerDefinition<Name extends string> extends Omit<Layer, 'init' | 'apply'> {
  /** The weights, as specifications or as tensors with their first values. Written before `apply`, it types its weights. */
  init?(inputShape: Shape): { readonly [Each in Name]: WeightSpec | Tensor };
  /** The output for a batch. */
  apply(weights: { readonly [Each in Name]: Tensor }, x: Tensor, context: LayerContext): Tensor | DefinedResult<Name>;
}

/**
 * A layer of your own: the object itself, typed. The weights that `apply` gets, and those it may update, are the ones
 * that `init` names, so that a misspelt one is an error of the compiler. The batch axis is not part of shapes.
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
