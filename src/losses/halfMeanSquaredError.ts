import { knownOptions } from '../core/checks.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { tidy } from '../tensors/tidy.js';
import { checkLossReduction, named, type LossOptions, type NamedLoss } from './loss.js';
import { checkPair, scaleOf, total } from './terms.js';

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
  return named('halfMeanSquaredError', { reduction }, (...pair) => {
    const [prediction, target] = checkPair('halfMeanSquaredError', ...pair);
    return tidy(() => total(square(sub(prediction, target)), scaleOf(reduction, prediction.shape[0] ?? 1) / 2));
  });
}
