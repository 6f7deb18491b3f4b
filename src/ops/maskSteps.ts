// Operations on batches of sequences x [batch, steps, ...]; each sequence may have its own length (i32 [batch]).
// Values past a length are replaced by 0, not multiplied by 0, so that NaN there has no effect.
import { refuse, DTypeError, ShapeError } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkDType } from './support/operands.js';

type StepKernel = typeof kernels.maskSteps;

/** Sequences, and the lengths if there are any. */
export type Sequences<D extends DType = 'f32'> = readonly [x: Tensor<D>, ...lengths: Tensor<'i32'>[]];

export const withLengths = <D extends DType>(x: Tensor<D>, lengths: Tensor<'i32'> | undefined): Sequences<D> =>
  lengths ? [x, lengths] : [x];

export function checkSequence(where: string, x: Tensor<DType>, lengths: Tensor<DType> | undefined): void {
  const [batch, steps = 0] = x.shape;
  if (x.shape.length < 2 || steps === 0) refuse(ShapeError, where, 'sequences [batch, steps, ...]', x.shape);
  if (!lengths) return;
  if (lengths.dtype !== 'i32') refuse(DTypeError, where, 'lengths i32', lengths.dtype);
  if (lengths.shape.length !== 1 || lengths.shape[0] !== batch)
    refuse(ShapeError, where, `lengths [${batch}]`, lengths.shape);
}

/** `full`: the shape [batch, steps, ...] of x or y, whichever has steps. */
export function callSteps(
  kernel: StepKernel,
  x: Tensor<DType>,
  lengths: Tensor<'i32'> | undefined,
  y: Tensor<DType>,
  full: Shape,
): void {
  const [batch = 0, steps = 0] = full;
  const width = sizeOf(full.slice(2));
  call(kernel, x.pointer(), lengths?.pointer() ?? 0, y.pointer(), steps, width, 0, batch);
}

/** Linear in x and its own adjoint: it selects the same elements from the cotangent. */
export function selfAdjoint(
  name: string,
  kernel: StepKernel,
): <D extends DType>(x: Tensor<D>, lengths: Tensor<'i32'> | undefined) => Tensor<D> {
  const op: Op<undefined, Sequences<DType>, DType> = {
    name,
    infer: ([x]) => [x],
    forward: ([x, lengths], outputs) => {
      callSteps(kernel, x, lengths, only(outputs), x.shape);
    },
    rules: {
      vjp: ({ inputs }, [cotangent]) => [cotangent && selected(cotangent, inputs[1])],
      jvp: ({ inputs }, [tangent]) => [tangent && selected(tangent, inputs[1])],
    },
  };
  const selected = <D extends DType>(x: Tensor<D>, lengths: Tensor<'i32'> | undefined): Tensor<D> =>
    checkDType(name, applyOne(op, withLengths(x, lengths), undefined), x.dtype);
  return selected;
}

const masked = selfAdjoint('maskSteps', kernels.maskSteps);

/** x with 0 past each length, whatever x holds there. The gradient past each length is 0, too. */
export function maskSteps<D extends DType>(x: Tensor<D>, lengths: Tensor<'i32'>): Tensor<D> {
  checkSequence('maskSteps', x, lengths);
  return masked(x, lengths);
}
