import type { Shape } from '../../core/shapes.js';
import { ones, zeros } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { LayerWeights, WeightSpec } from '../layer.js';
import { weightOf } from './weights.js';

/** Those of the weights `gamma` and `beta` that a normalisation has. */
export function scaleAndCenterSpecs(shape: Shape, scale: boolean, center: boolean): Record<string, WeightSpec> {
  return {
    ...(scale ? { gamma: { shape, initializer: 'ones' } } : {}),
    ...(center ? { beta: { shape, initializer: 'zeros' } } : {}),
  };
}

/** gamma and beta, 1 and 0 when the layer does not have them. */
export function scaleAndCenter(
  where: string,
  weights: LayerWeights,
  shape: Shape,
  scale: boolean,
  center: boolean,
): { gamma: Tensor; beta: Tensor } {
  return {
    gamma: scale ? weightOf(where, weights, 'gamma') : ones(shape),
    beta: center ? weightOf(where, weights, 'beta') : zeros(shape),
  };
}
