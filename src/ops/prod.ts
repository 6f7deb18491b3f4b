import { onBehalfOf } from '../core/errors.js';
import { viewAs } from '../autodiff/linear.js';
import { ones } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { slice } from './slice.js';
import { checkDType, checkTensor } from './support/operands.js';
import { runOf, type Run } from './support/reducing.js';
import { checkReduction, type ReduceOptions } from './support/reduction.js';

/**
 * The product over the middle axis of [outer, length, inner], length >= 1, as [outer, 1, inner]: one half times the other
 * until one is left. There is no division, so that the derivative is right where factors are 0.
 */
function halved(x: Tensor, { outer, length, inner }: Run): Tensor {
  let product = viewAs(x, [outer, length, inner]);
  let odd: Tensor | undefined;
  for (let n = length; n > 1; n >>= 1) {
    const half = n >> 1;
    const part = (from: number, size: number): Tensor => slice(product, [0, from, 0], [outer, size, inner]);
    if (n % 2 === 1) odd = odd ? mul(odd, part(n - 1, 1)) : part(n - 1, 1);
    product = mul(part(0, half), part(half, half));
  }
  return mul(product, odd ?? 1);
}

/**
 * Product over axes; 1 for no elements. The derivative is exact where elements are 0, too.
 *
 * @param x f32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; DTypeError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, prod, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(prod(x).item(), prod(x, { axis: 0 }).toArray()); // 24 [3, 8]
 * ```
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkDType('prod', checkTensor('prod', x), 'f32');
  const { axes, kept, out, count } = checkReduction('prod', x.shape, options);
  if (count === 0) return ones(out);
  return onBehalfOf('prod', () =>
    scoped(
      () => {
        if (axes.length === x.shape.length) return viewAs(halved(x, { outer: 1, length: x.size, inner: 1 }), out);
        const shape = [...x.shape];
        let y = x;
        for (const axis of axes) {
          y = halved(y, runOf(shape, axis, axis));
          shape[axis] = kept[axis] ?? 1;
        }
        return viewAs(y, out);
      },
      (y) => [y],
    ),
  );
}
