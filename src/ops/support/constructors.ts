// Small constructors that keep most operations to a few lines. Each returns the op object; the operation's public
// function checks arguments and applies it.
import { refuse, DTypeError } from '../../core/errors.js';
import { broadcastShapes, shapeText } from '../../core/shapes.js';
import { addMaybe } from '../../autodiff/linear.js';
import { applyOne, type Op, type Rules, type SameTypeOp, type Tensors } from '../../autodiff/op.js';
import * as kernels from '../../runtime/generated/kernels.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import { nth, only } from './arguments.js';
import { checkDType, withOperands, type Operand } from './operands.js';
import { callBroadcast, type BroadcastKernel } from './broadcasting.js';

/** The kernels of an operation with two operands; `i32` for operations on integers. */
export interface BroadcastKernels {
  readonly f32: BroadcastKernel;
  readonly i32?: BroadcastKernel;
  /** Which operation, for kernels that have several. */
  readonly operation?: number;
}

/** The kernels of addition, subtraction and multiplication. */
export const arithmetic = { f32: kernels.arithmetic, i32: kernels.arithmeticI32 } as const;

/** Shape rule of a broadcasting operation on two operands of one type. */
export function inferBroadcast(name: string, { i32 }: BroadcastKernels): SameTypeOp<undefined>['infer'] {
  return (inputs) => {
    const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
    if (a.dtype !== b.dtype) refuse(DTypeError, name, 'operands of one dtype', `${a.dtype} and ${b.dtype}`);
    if (a.dtype === 'i32' && !i32) {
      refuse(DTypeError, name, 'f32', `i32 of shapes ${shapeText(a.shape)} and ${shapeText(b.shape)}`);
    }
    return [{ shape: broadcastShapes(name, a.shape, b.shape), dtype: a.dtype }];
  };
}

/** y = kernel(a, b), broadcast. */
export function forwardBroadcast({ f32, i32, operation = 0 }: BroadcastKernels) {
  return (inputs: Tensors, outputs: Tensors): void => {
    const a = nth(inputs, 0);
    callBroadcast(a.dtype === 'i32' && i32 ? i32 : f32, operation, a, nth(inputs, 1), only(outputs));
  };
}

/** The public form of an operation with two operands. */
export function binary<D extends DType, O extends DType>(
  op: Op<undefined, readonly Tensor<D>[], O>,
  a: Operand<D>,
  b: Operand<D>,
): Tensor<O> {
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

/** The rules are only called for f32, so they may be those of an operation on either type. */
export interface BilinearOp<A> extends Omit<Op<A>, 'rules'> {
  readonly rules: Rules<A, Tensors, DType>;
}

export interface BilinearRules<A> {
  readonly left: (cotangent: Tensor, a: Tensor, b: Tensor, attributes: A) => Tensor;
  readonly right: (cotangent: Tensor, a: Tensor, b: Tensor, attributes: A) => Tensor;
}

/**
 * Linear in each of two inputs: the jvp is the product rule; `left` and `right` are the transposes with respect to
 * either input.
 */
export function bilinear<A>(definition: Omit<Op<A>, 'rules'> & BilinearRules<A>): BilinearOp<A> {
  const { left, right, ...rest } = definition;
  const at = (inputs: Tensors, i: number): Tensor => checkDType(rest.name, nth(inputs, i), 'f32');
  const op: BilinearOp<A> = {
    ...rest,
    rules: {
      vjp: ({ inputs, attributes, needs }, [cotangent]) => {
        if (!cotangent) return [];
        const [a, b] = [at(inputs, 0), at(inputs, 1)];
        return [
          needs[0] ? left(cotangent, a, b, attributes) : undefined,
          needs[1] ? right(cotangent, a, b, attributes) : undefined,
        ];
      },
      jvp: ({ inputs, attributes }, [da, db]) => {
        const [a, b] = [at(inputs, 0), at(inputs, 1)];
        const first = da && applyOne(op, [da, b], attributes);
        const second = db && applyOne(op, [a, db], attributes);
        return [addMaybe(first, second)];
      },
    },
  };
  return op;
}
