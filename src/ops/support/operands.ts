import { show } from '../../core/checks.js';
import { inNameOf, refuse, DTypeError } from '../../core/errors.js';
import type { Tensors } from '../../autodiff/op.js';
import { shapeText } from '../../core/shapes.js';
import { tensor } from '../../tensors/creation.js';
import { scoped } from '../../tensors/scope.js';
import { hasDType, isTensor, type DType, type Tensor } from '../../tensors/tensor.js';
import { only } from './arguments.js';

/** A tensor, or a number that stands for a scalar tensor. */
export type Operand<D extends DType = 'f32'> = Tensor<D> | number;

/** Checks that an argument is a tensor. */
export function checkTensor<D extends DType>(where: string, x: Tensor<D>, what?: string): Tensor<D>;
export function checkTensor(where: string, x: unknown, what?: string): Tensor<DType>;
export function checkTensor(where: string, x: unknown, what = 'a tensor'): Tensor<DType> {
  if (!isTensor(x)) refuse(TypeError, where, what, show(x));
  x.assertAlive(where);
  return x;
}

/** Checks an element type. */
export function checkDType<D extends DType>(where: string, x: Tensor<DType>, dtype: D): Tensor<D> {
  if (!hasDType(x, dtype)) refuse(DTypeError, where, dtype, `${x.dtype} of shape ${shapeText(x.shape)}`);
  return x;
}

/** Checks that all tensors are f32. */
export function checkFloats(where: string, tensors: Tensors): readonly Tensor[] {
  const isFloat = (x: Tensor<DType>): x is Tensor => x.dtype === 'f32';
  if (!tensors.every(isFloat)) refuse(DTypeError, where, 'f32', 'i32');
  return tensors;
}

/** A number as a tensor of a type. A fraction is always f32, so that an operation on integers throws. */
function scalarOf<D extends DType>(value: number, dtype: D | undefined): Tensor<D>;
function scalarOf(value: number, dtype: DType | undefined): Tensor<DType> {
  return tensor(value, [], dtype === 'i32' && (value | 0) === value ? 'i32' : 'f32');
}

/** Runs `body` on operands as tensors: numbers become scalars of the tensors' type, freed afterwards. */
export function withOperands<D extends DType, T>(
  where: string,
  operands: readonly Operand<D>[],
  body: (tensors: readonly Tensor<D>[]) => T,
): T {
  const made: Tensor<D>[] = [];
  try {
    const tensors = operands.map((operand) => {
      if (typeof operand !== 'number')
        return checkTensor(where, operand, operands.length > 1 ? 'tensors or numbers' : 'a tensor or a number');
      const dtype = operands.find((other) => typeof other !== 'number')?.dtype;
      const scalar = scalarOf(operand, dtype);
      made.push(scalar);
      return scalar;
    });
    return body(tensors);
  } catch (error) {
    throw inNameOf(where, error);
  } finally {
    for (const scalar of made) scalar.dispose();
  }
}

/** A function of one f32 operand, written with ops. Intermediate tensors are freed. */
export function composed(where: string, x: Operand, body: (x: Tensor) => Tensor): Tensor {
  return withOperands(where, [x], (operands) =>
    scoped(
      () => body(checkDType(where, only(operands), 'f32')),
      (y) => [y],
    ),
  );
}
