import { knownOptions } from '../core/checks.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms } from './lossOfTerms.js';

/**
 * Half mean squared error `1/(2B) sum (prediction - target)^2`, B the size of the first axis: its gradient is
 * (prediction - target)/B. `'sum'`: half the sum of squares.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { halfMeanSquaredError } from 'wasmgrad/losses';
 * await init();
 * const loss = halfMeanSquaredError();
 * console.log(loss(tensor([[1], [3]]), tensor([[0], [1]])).item()); // 1.25
 * ```
 */
export function halfMeanSquaredError(options: LossOptions = {}): NamedLoss {
  const reduction = checkLossReduction(
    'halfMeanSquaredError',
    knownOptions('halfMeanSquaredError', options, ['reduction']),
  );
  prepare(kernels.squareMap);
  return lossOfTerms(
    'halfMeanSquaredError',
    { reduction },
    (p, t) => square(sub(p, t)),
    ([rows = 1]) => ({ count: rows, factor: 0.5 }),
  );
}
