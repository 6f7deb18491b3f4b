import { callable } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { leaves } from '../core/trees.js';
import { scoped } from './scope.js';
import { isTensor } from './tensor.js';

/**
 * Runs `body` and frees every tensor made inside, except those it returns (alone, or anywhere in
 * arrays and objects).
 *
 * @throws TypeError when `body` is asynchronous: its tensors would be freed before it ends.
 * @example
 * ```ts
 * import { init, mul, sum, tensor, tidy } from 'wasmgrad';
 * await init();
 * const x = tensor([1, 2, 3]);
 * const total = tidy(() => sum(mul(x, x)));
 * console.log(total.item()); // 14
 * ```
 */
export function tidy<T>(body: () => T): T {
  return scoped(callable('tidy', 'body', body), (result) => {
    if (result instanceof Promise) refuse(TypeError, 'tidy', 'a synchronous function', 'one that returns a Promise');
    return leaves(result, isTensor, 'tidy');
  });
}
