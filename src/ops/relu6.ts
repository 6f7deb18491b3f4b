import * as kernels from '../runtime/generated/kernels.js';
import { between } from './relu.js';
import { diagonal } from './support/elementwise.js';
import { defineActivation, type ActivationFunction } from './support/activation.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    relu6: [lower: number, upper: number];
  }
}

/** The direction where 0 < y < 6, else 0. */
export const relu6Rules = diagonal<[lower: number, upper: number]>(
  (direction, _, y, lower, upper) => between(direction, y, lower, upper),
  'y',
);

/**
 * min(max(x, 0), 6); NaN stays NaN. Its derivative is 0 at 0 and at 6.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, relu6, tensor } from 'wasmgrad';
 * await init();
 * console.log(relu6(tensor([-1, 2, 7])).toArray()); // [0, 2, 6]
 * ```
 */
export const relu6: ActivationFunction = defineActivation('relu6', kernels.clipMap, 0, 6);
