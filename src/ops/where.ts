import { DTypeError, onBehalfOf } from '../core/errors.js';
import { broadcastShapes } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { broadcastMaybe, sumTo } from './broadcast.js';
import { cast } from './cast.js';
import { nth, only } from './support/arguments.js';
import { expanded } from './support/broadcasting.js';
import { checkDType, checkTensor, withOperands, type Operand } from './support/operands.js';

// The derivatives select, too, instead of multiplying by 0 and 1, so that infinity or NaN in the branch not taken has
// no effect.
type Branches = readonly [c: Tensor, a: Tensor<DType>, b: Tensor<DType>];

const whereOp: Op<undefined, Branches, DType> = {
  name: 'where',
  infer: ([c, a, b]) => {
    if (a.dtype !== b.dtype)
      throw new DTypeError(`where: expected branches of one dtype, got ${a.dtype} and ${b.dtype}`);
    return [{ shape: broadcastShapes('where', c.shape, broadcastShapes('where', a.shape, b.shape)), dtype: a.dtype }];
  },
  forward: (inputs, outputs) => {
    const y = only(outputs);
    scoped(() => {
      const [c, a, b] = inputs.map((input) => expanded(input, y.shape));
      if (c && a && b) call(kernels.select, c.pointer(), a.pointer(), b.pointer(), y.pointer(), 0, y.size);
    });
  },
  rules: {
    vjp: ({ inputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [c, a, b] = inputs;
      return [
        undefined,
        needs[1] ? sumTo(where(c, cotangent, 0), a.shape) : undefined,
        needs[2] ? sumTo(where(c, 0, cotangent), b.shape) : undefined,
      ];
    },
    jvp: ({ inputs, outputs }, [, da, db]) => [
      (da ?? db) && broadcastMaybe(where(inputs[0], da ?? 0, db ?? 0), only(outputs)),
    ],
  },
};

/**
 * a where c is not 0, else b; all three broadcast. c is f32 or i32; the derivative with respect to c is 0, and NaN or
 * infinity in the branch not taken does not affect the gradient of `where`. (The 0 it receives still becomes NaN in an
 * operation before it whose own derivative is infinite there.)
 *
 * @throws ShapeError, DTypeError when a and b differ in type, DisposedError
 * @example
 * ```ts
 * import { greater, init, tensor, where } from 'wasmgrad';
 * await init();
 * const x = tensor([-1, 2, -3]);
 * console.log(where(greater(x, 0), x, 0).toArray()); // [0, 2, 0]
 * ```
 */
export function where<D extends DType = 'f32'>(c: Tensor<DType>, a: Operand<D>, b: Operand<D>): Tensor<D> {
  checkTensor('where', c, 'the condition to be a tensor');
  // The kernel compares floats, since -0 must count as 0.
  const condition = hasDType(c, 'f32') ? c : onBehalfOf('where', () => cast(c, 'f32'));
  try {
    return withOperands('where', [a, b], (branches) => {
      const [first, second] = [nth(branches, 0), nth(branches, 1)];
      return checkDType('where', applyOne(whereOp, [condition, first, second], undefined), first.dtype);
    });
  } finally {
    if (condition !== c) condition.dispose();
  }
}
