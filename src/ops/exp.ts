import * as kernels from '../runtime/generated/kernels.js';
import { mul } from './mul.js';
import { diagonal } from './support/elementwise.js';
import { defineActivation, type ActivationFunction } from './support/activation.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    exp: [];
  }
}

export const expRules = diagonal<[]>((direction, _, y) => mul(direction, y), 'y');

/**
 * e^x, to 1 ULP over the whole range of f32.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { exp, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(exp(tensor([0, -Infinity])).toArray()); // [1, 0]
 * ```
 */
export const exp: ActivationFunction = defineActivation('exp', kernels.expMap);
