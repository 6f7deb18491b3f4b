import { checkAxis } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { linear } from './support/constructors.js';
import { checkDType, checkTensor } from './support/operands.js';
import { runOf } from './support/reducing.js';

interface Direction {
  readonly axis: number;
  /** From the end. */
  readonly reverse: boolean;
}

// The sum up to each element; its transpose is the sum from each element on.
const cumsumOp: Op<Direction> = linear<Direction>({
  name: 'cumsum',
  infer: (inputs) => [only(inputs)],
  forward: (inputs, outputs, { axis, reverse }) => {
    const [x, y] = [only(inputs), only(outputs)];
    const { outer, length, inner } = runOf(x.shape, axis, axis);
    call(kernels.cumulativeSum, x.pointer(), y.pointer(), outer, length, inner, Number(reverse), 0, outer * inner);
  },
  transpose: (cotangent, _, { axis, reverse }) => applyOne(cumsumOp, [cotangent], { axis, reverse: !reverse }),
});

/**
 * Cumulative sums along an axis: each element plus all before it, added in double precision.
 *
 * @param x f32
 * @param axis default: of the flat array
 * @throws RangeError for an axis out of range; DTypeError
 * @example
 * ```ts
 * import { cumsum, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cumsum(tensor([1, 2, 3])).toArray()); // [1, 3, 6]
 * ```
 */
export function cumsum(x: Tensor, axis?: number): Tensor {
  checkDType('cumsum', checkTensor('cumsum', x), 'f32');
  if (axis !== undefined) {
    return applyOne(cumsumOp, [x], { axis: checkAxis('cumsum', axis, x.shape.length), reverse: false });
  }
  return scoped(
    () => applyOne(cumsumOp, [viewAs(x, [x.size])], { axis: 0, reverse: false }),
    (y) => [y],
  );
}
