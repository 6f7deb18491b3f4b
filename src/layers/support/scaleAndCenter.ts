import type { Shape } from '../../core/shapes.js';
import { ones, zeros } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { LayerWeights, WeightSpec } from '../layer.js';
import { weightOf } from './weights.js';

/** The weights `gamma` and `beta` of a normalisation, as far as they are wanted. */
export function scaleAndCenterSpecs(shape: Shape, scale: boolean, center: boolean): Record<string, WeightSpec> {
  return {
    ...(scale ? { gamma: { shape, initializer: 'ones' } } : {}),
    ...(center ? { beta: { shape, initializer: 'zeros' } } : {}),
  };
}

/** gamma and beta; 1 and 0 where there is no such weight. */
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
