import { finiteNumber, knownOptions } from '../core/checks.js';
import { onBehalfOf } from '../core/errors.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { mean } from './mean.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { scaledSum } from './sum.js';
import { checkDType, checkTensor } from './support/operands.js';
import { checkReduction, type Reduction, type ReduceOptions } from './support/reduction.js';

export interface VarianceOptions extends ReduceOptions {
  /**
   * What the number of elements is diminished by in the divisor: 1 for the unbiased estimate of a population's variance from a
   * sample (NumPy's `ddof`). Default 0.
   */
  readonly correction?: number | undefined;
}

/** Checks the options of `variance` and `std`. */
export function checkVariance(
  where: string,
  { shape }: Tensor,
  options: VarianceOptions,
): { reduction: Reduction; correction: number } {
  const { axis, keepDims, correction = 0 } = knownOptions(where, options, ['axis', 'keepDims', 'correction']);
  finiteNumber(where, 'correction', correction, { min: 0 });
  return { reduction: checkReduction(where, shape, { axis, keepDims }), correction };
}

/**
 * Mean squared distance from the mean over axes (the sum divided by the number of elements minus `correction`), in two passes, so that a
 * large mean does not cancel; NaN for a mean over no elements.
 *
 * @param x f32
 * @param options `axis`: default all; `keepDims`: default false; `correction`: default 0
 * @throws RangeError for an axis out of range; DTypeError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, tensor, variance } from 'wasmgrad';
 * await init();
 * console.log(variance(tensor([1, 2, 3, 4])).item()); // 1.25
 * ```
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkDType('variance', checkTensor('variance', x), 'f32');
  const { reduction, correction } = checkVariance('variance', x, options);
  return onBehalfOf('variance', () =>
    scoped(
      () => {
        const centre = mean(x, { axis: reduction.axes, keepDims: true });
        return scaledSum(square(sub(x, centre)), reduction, 1 / Math.max(reduction.count - correction, 0));
      },
      (y) => [y],
    ),
  );
}
