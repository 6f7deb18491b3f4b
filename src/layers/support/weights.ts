import { callable, flag } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Constraint } from '../constraints.js';
import { checkInitializer, type Initializer } from '../initializers.js';
import type { Layer, LayerWeights, WeightSpec } from '../layer.js';
import { checkRegularizer, type Regularizer } from '../regularizers.js';

/** Options of every layer with weights. */
export interface WeightedOptions {
  /** Whether training changes the weights. Default true; `freeze` and `unfreeze` of the model change it. */
  readonly trainable?: boolean | undefined;
  readonly name?: string | undefined;
}

/** What is made of these options. A layer around another is frozen if that one is, unless its own options say so. */
export function weighted(
  kind: string,
  options: WeightedOptions,
  inner?: Layer,
): Pick<Layer, 'kind' | 'name' | 'config' | 'trainable'> {
  const { name, trainable = inner?.trainable ?? true } = options;
  return { kind, name, config: { ...options }, trainable: flag(kind, 'trainable', trainable) };
}

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
  constraint?: Constraint,
): Pick<WeightSpec, 'initializer' | 'regularizer' | 'constraint'> {
  return {
    initializer: checkInitializer(where, `${what}Initializer`, initializer),
    regularizer: checkRegularizer(where, `${what}Regularizer`, regularizer),
    constraint:
      constraint &&
      callable(where, `${what}Constraint`, typeof constraint === 'object' ? constraint.apply : constraint),
  };
}
