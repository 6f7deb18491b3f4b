import { knownOptions } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { reshape } from '../ops/reshape.js';
import { isTensor } from '../tensors/tensor.js';
import type { Layer } from './layer.js';
import { weighted, type WeightedOptions } from './support/weights.js';
import { checkInner } from './support/wrappers.js';

/** Steps and shape of one step. */
function split(inputShape: Shape): [steps: number, step: Shape] {
  const [steps, ...step] = inputShape;
  if (steps === undefined || steps < 1)
    refuse(ShapeError, 'timeDistributed', 'input [batch, steps, ...]', ['batch', ...inputShape]);
  return [steps, step];
}

/**
 * Applies a layer to every step of a sequence separately, with the same weights: x [B, T, ...] to [B, T, ...output].
 * The weights carry the inner layer's names (`timeDistributed_1/kernel`). The inner layer is given the steps of all
 * sequences as one batch, without lengths. Its output past a length does not count in a loss.
 *
 * @throws TypeError unless it is a layer that is not recurrent; ShapeError when a step does not fit the layer.
 * @example
 * ```ts
 * import { dense, timeDistributed } from 'wasmgrad/layers';
 * console.log(timeDistributed(dense({ units: 3 })).outputShape([10, 5])); // [10, 3]
 * ```
 */
export function timeDistributed(layer: Layer, options: WeightedOptions = {}): Layer {
  knownOptions('timeDistributed', options, ['trainable', 'name']);
  const inner = checkInner('timeDistributed', layer);
  if (inner.recurrent) refuse(TypeError, 'timeDistributed', 'a layer without a state', 'a recurrent one');
  return {
    ...weighted('timeDistributed', options, inner),
    inner,
    activation: inner.activation,
    outputShape(inputShape) {
      const [steps, step] = split(inputShape);
      return [steps, ...inner.outputShape(step)];
    },
    init: (inputShape) => inner.init?.(split(inputShape)[1]) ?? {},
    apply(weights, x, context) {
      const [batch = 0, steps = 0, ...step] = x.shape;
      const rows = reshape(x, [batch * steps, ...step]);
      const result = inner.apply(weights, rows, { ...context, lengths: undefined });
      const output = isTensor(result) ? result : result.output;
      const spread = reshape(output, [batch, steps, ...output.shape.slice(1)]);
      return isTensor(result) || !result.updates ? spread : { output: spread, updates: result.updates };
    },
    ...(inner.withoutActivation
      ? { withoutActivation: () => timeDistributed(inner.withoutActivation?.() ?? inner, options) }
      : {}),
  };
}
