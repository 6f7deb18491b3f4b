import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { sub } from '../ops/sub.js';
import type { Constraint } from './constraints.js';
import type { Initializer } from './initializers.js';
import type { Layer } from './layer.js';
import type { Regularizer } from './regularizers.js';
import { weightOf, weightOptions, weighted, type WeightedOptions } from './support/weights.js';

export interface PreluOptions extends WeightedOptions {
  /** Default `'zeros'`. */
  readonly alphaInitializer?: Initializer | undefined;
  readonly alphaRegularizer?: Regularizer | undefined;
  readonly alphaConstraint?: Constraint | undefined;
  /** Axes along which all positions share one alpha, counted from 0, the batch: `[1, 2]` for images. Default none. */
  readonly sharedAxes?: readonly number[] | undefined;
}

function checkSharedAxes(given: unknown): readonly number[] {
  if (!Array.isArray(given)) refuse(TypeError, 'prelu', 'sharedAxes to be an array of axes', show(given));
  return given.map((axis) => wholeNumber('prelu', 'sharedAxes', axis, { min: 1 }));
}

/**
 * Parametric ReLU (He et al. 2015), as Keras: x where x > 0, else alpha x, with a learned alpha for each position of a
 * sample, or one for all positions along the shared axes. Input and output [B, ...]; alpha has the sample's shape, with
 * size 1 along shared axes. At 0 the derivative by x is 0.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input without one of the shared axes
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { prelu } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [28, 28, 8] }, [prelu({ sharedAxes: [1, 2] })]);
 * console.log(model.parameterCount); // 8
 * model.dispose();
 * ```
 */
export function prelu(options: PreluOptions = {}): Layer {
  const own = ['alphaInitializer', 'alphaRegularizer', 'alphaConstraint'];
  knownOptions('prelu', options, [...own, 'sharedAxes', 'trainable', 'name']);
  const { alphaInitializer = 'zeros', alphaRegularizer, alphaConstraint } = options;
  const alpha = weightOptions('prelu', 'alpha', alphaInitializer, alphaRegularizer, alphaConstraint);
  const shared = checkSharedAxes(options.sharedAxes ?? []);
  const checked = (inputShape: Shape): Shape => {
    const missing = shared.find((axis) => axis > inputShape.length);
    if (missing === undefined) return inputShape;
    refuse(ShapeError, 'prelu', `input with an axis ${missing} after the batch axis`, inputShape);
  };
  return {
    ...weighted('prelu', options),
    outputShape: checked,
    init: (inputShape) => ({
      alpha: { shape: checked(inputShape).map((size, i) => (shared.includes(i + 1) ? 1 : size)), ...alpha },
    }),
    apply: (weights, x) => sub(relu(x), mul(weightOf('prelu', weights, 'alpha'), relu(mul(x, -1)))),
  };
}
