import { viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { expandTo } from './broadcast.js';
import { mul } from './mul.js';
import { only } from './support/arguments.js';
import { linear } from './support/constructors.js';
import { checkDType, checkTensor } from './support/operands.js';
import { integerReduction } from './support/integerReduction.js';
import { reduceAxes } from './support/reducing.js';
import { checkReduction, type ReduceOptions, type Reduction } from './support/reduction.js';

interface ScaledReduction extends Reduction {
  readonly scale: number;
}

const sumOp: Op<ScaledReduction> = linear<ScaledReduction>({
  name: 'sum',
  infer: (_, { out }) => [{ shape: out, dtype: 'f32' }],
  forward: (inputs, outputs, { axes, scale }) => {
    reduceAxes(kernels.sumReduce, only(inputs), only(outputs), axes, scale);
  },
  transpose: (cotangent, x, { kept, scale }) => {
    const scaled = scale === 1 ? cotangent : mul(cotangent, scale);
    return expandTo(scaled.size === 1 ? scaled : viewAs(scaled, kept), x.shape);
  },
});

const integerSumOp = integerReduction('sum', kernels.sumI32Reduce);

/** `scale` times the sum, in one pass. */
export function scaledSum(x: Tensor, reduction: Reduction, scale: number): Tensor {
  return applyOne(sumOp, [x], { ...reduction, scale });
}

/**
 * Sum over axes. Partial sums are kept in double precision, in an order that depends on the shape alone; sums of i32 wrap at
 * 32 bits.
 *
 * @param x f32 or i32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, sum, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(sum(x).item(), sum(x, { axis: 0 }).toArray()); // 10 [4, 6]
 * ```
 */
export function sum<D extends DType = 'f32'>(x: Tensor<D>, options: ReduceOptions = {}): Tensor<D> {
  checkTensor('sum', x);
  const reduction = checkReduction('sum', x.shape, options);
  return hasDType(x, 'f32')
    ? checkDType('sum', scaledSum(x, reduction, 1), x.dtype)
    : applyOne(integerSumOp, [x], reduction);
}
