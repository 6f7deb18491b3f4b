// Small constructors that keep most operations to a few lines. Each returns the op object; the public
// function beside it checks arguments and applies it.
import { refuse, DTypeError } from '../../core/errors.js';
import { broadcastShapes, shapeText } from '../../core/shapes.js';
import { addMaybe } from '../../autodiff/linear.js';
import { applyOne, type DifferentiableOp, type Op } from '../../autodiff/op.js';
import type { Tensor } from '../../tensors/tensor.js';
import { nth, only } from './arguments.js';
import { withOperands, type Operand } from './operands.js';
import { callBroadcast, type BroadcastKernel } from './broadcasting.js';

/** The kernels of a two-operand operation; i32 where integers make sense. */
export interface BroadcastKernels {
  readonly f32: BroadcastKernel;
  readonly i32?: BroadcastKernel;
}

/** Shape rule of a broadcasting operation on two operands of one type. */
export function inferBroadcast(
  name: string,
  kernels: BroadcastKernels,
  result: 'same' | 'f32',
): Op<undefined>['infer'] {
  return (inputs) => {
    const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
    if (a.dtype !== b.dtype) refuse(DTypeError, name, 'operands of one dtype', `${a.dtype} and ${b.dtype}`);
    if (a.dtype === 'i32' && !kernels.i32) {
      refuse(DTypeError, name, 'f32', `i32 of shapes ${shapeText(a.shape)} and ${shapeText(b.shape)}`);
    }
    return [{ shape: broadcastShapes(name, a.shape, b.shape), dtype: result === 'f32' ? ('f32' as const) : a.dtype }];
  };
}

/** y = kernel(a, b), broadcast. */
export function forwardBroadcast(kernels: BroadcastKernels) {
  return (inputs: readonly Tensor[], outputs: readonly Tensor[]): void => {
    const a = nth(inputs, 0);
    callBroadcast(a.dtype === 'i32' && kernels.i32 ? kernels.i32 : kernels.f32, a, nth(inputs, 1), only(outputs));
  };
}

/** The public form of an operation with two operands. */
export function binary(op: Op<undefined>, a: Operand, b: Operand): Tensor {
  return withOperands(op.name, [a, b], (pair) => applyOne(op, pair, undefined));
}

/** Linear in its one input: the jvp is the operation itself, the vjp its transpose. */
export function linear<A>(
  definition: Omit<Op<A>, 'rules'> & { readonly transpose: (cotangent: Tensor, x: Tensor, attributes: A) => Tensor },
): Op<A> {
  const { transpose, ...rest } = definition;
  const op: Op<A> = {
    ...rest,
    rules: {
      vjp: ({ inputs, attributes }, [cotangent]) => [cotangent && transpose(cotangent, only(inputs), attributes)],
      jvp: ({ attributes }, [tangent]) => [tangent && applyOne(op, [tangent], attributes)],
      saves: { inputs: false },
    },
  };
  return op;
}

export interface BilinearRules<A> {
  readonly left: (cotangent: Tensor, a: Tensor, b: Tensor, attributes: A) => Tensor;
  readonly right: (cotangent: Tensor, a: Tensor, b: Tensor, attributes: A) => Tensor;
}

/** Linear in each of two inputs: the jvp is the product rule; `left` and `right` are the transposes by input. */
export function bilinear<A>(definition: Omit<Op<A>, 'rules'> & BilinearRules<A>): DifferentiableOp<A> {
  const { left, right, ...rest } = definition;
  const op: DifferentiableOp<A> = {
    ...rest,
    rules: {
      vjp: ({ inputs, attributes, needs }, [cotangent]) => {
        if (!cotangent) return [];
        const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
        return [
          needs[0] ? left(cotangent, a, b, attributes) : undefined,
          needs[1] ? right(cotangent, a, b, attributes) : undefined,
        ];
      },
      jvp: ({ inputs, attributes }, [da, db]) => {
        const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
        const first = da && applyOne(op, [da, b], attributes);
        const second = db && applyOne(op, [a, db], attributes);
        return [addMaybe(first, second)];
      },
    },
  };
  return op;
}
