import { knownOptions } from '../core/checks.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms } from './lossOfTerms.js';

/**
 * Mean squared error: the mean over all elements of (prediction - target)^2; `'sum'` adds them.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * await init();
 * const loss = meanSquaredError();
 * console.log(loss(tensor([[1], [3]]), tensor([[0], [1]])).item()); // 2.5
 * ```
 */
export function meanSquaredError(options: LossOptions = {}): NamedLoss {
  const reduction = checkLossReduction('meanSquaredError', knownOptions('meanSquaredError', options, ['reduction']));
  prepare(kernels.squareMap);
  return lossOfTerms('meanSquaredError', { reduction }, (p, t) => square(sub(p, t)));
}
