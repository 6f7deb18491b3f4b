import { resolveActivation, type Activation } from './activations.js';
import type { Layer } from './layer.js';

/**
 * Applies an activation to its input, any shape.
 *
 * @throws TypeError, RangeError for an unknown activation
 * @example
 * ```ts
 * import { activation } from 'wasmgrad/layers';
 * const layer = activation('relu');
 * ```
 */
export function activation(kind: Activation): Layer {
  const resolved = resolveActivation('activation', kind);
  return {
    kind: 'activation',
    config: { activation: resolved.config ?? kind },
    activation: resolved.name,
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => resolved.apply(x),
    withoutActivation: () => activation('linear'),
  };
}
