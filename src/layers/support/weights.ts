import type { Tensor } from '../../tensors/tensor.js';
import type { LayerWeights } from '../layer.js';

/** A layer's weight by its short name. */
export function weightOf(where: string, weights: LayerWeights, name: string): Tensor {
  const weight = weights[name];
  if (!weight)
    throw new TypeError(`${where}: expected a weight '${name}', got ${Object.keys(weights).join(', ') || 'none'}`);
  return weight;
}
