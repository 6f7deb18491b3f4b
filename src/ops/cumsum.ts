import { checkAxis } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { only } from './support/arguments.js';
import { composing } from './support/composing.js';
import { linear } from './support/constructors.js';
import { checkDType, checkTensor } from './support/operands.js';
import { prefixes } from './support/prefixes.js';
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

/** f32, along an axis that has been checked or in the flat array. */
function sums(x: Tensor, axis: number | undefined): Tensor {
  if (axis !== undefined) return applyOne(cumsumOp, [x], { axis, reverse: false });
  return applyOne(cumsumOp, [viewAs(x, [x.size])], { axis: 0, reverse: false });
}

/**
 * Cumulative sums along an axis: each element plus all before it, added in double precision; sums of i32 wrap at 32 bits.
 *
 * @param x f32 or i32
 * @param axis default: of the flat array
 * @throws RangeError for an axis out of range; TypeError
 * @example
 * ```ts
 * import { cumsum, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cumsum(tensor([1, 2, 3])).toArray()); // [1, 3, 6]
 * ```
 */
export function cumsum<D extends DType>(x: Tensor<D>, axis?: number): Tensor<D> {
  checkTensor('cumsum', x);
  const at = axis === undefined ? undefined : checkAxis('cumsum', axis, x.shape.length);
  const given: Tensor<DType> = x;
  return composing('cumsum', () =>
    hasDType(given, 'f32') ? checkDType('cumsum', sums(given, at), x.dtype) : prefixes(x, at, 0, add),
  );
}
