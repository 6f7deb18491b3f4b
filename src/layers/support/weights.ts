import { refuse } from '../../core/errors.js';
import type { Tensor } from '../../tensors/tensor.js';
import { checkInitializer, type Initializer } from '../initializers.js';
import type { LayerWeights, WeightSpec } from '../layer.js';
import { checkRegularizer, type Regularizer } from '../regularizers.js';

/** A layer's weight by its short name. */
export function weightOf(where: string, weights: LayerWeights, name: string): Tensor {
  const weight = weights[name];
  if (!weight) refuse(TypeError, where, `a weight '${name}'`, Object.keys(weights).join(', ') || 'none');
  return weight;
}

/** A weight's options, checked: `kernelInitializer` and `kernelRegularizer` for `what` = `'kernel'`. */
export function weightOptions(
  where: string,
  what: string,
  initializer: Initializer,
  regularizer: Regularizer | undefined,
): Pick<WeightSpec, 'initializer' | 'regularizer'> {
  return {
    initializer: checkInitializer(where, `${what}Initializer`, initializer),
    regularizer: checkRegularizer(where, `${what}Regularizer`, regularizer),
  };
}
