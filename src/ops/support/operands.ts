import { show } from '../../core/checks.js';
import { refuse, DTypeError } from '../../core/errors.js';
import { shapeText } from '../../core/shapes.js';
import { tensor } from '../../tensors/creation.js';
import { scoped } from '../../tensors/scope.js';
import { isTensor, type DType, type Tensor } from '../../tensors/tensor.js';
import { only } from './arguments.js';

/** A tensor, or a number that stands for a scalar tensor. */
export type Operand = Tensor | number;

/** Checks that an argument is a tensor. */
export function checkTensor(where: string, x: unknown, what = 'a tensor'): Tensor {
  if (!isTensor(x)) refuse(TypeError, where, what, show(x));
  x.assertAlive(where);
  return x;
}

/** Checks an element type. */
export function checkDType(where: string, x: Tensor, dtype: DType): Tensor {
  if (x.dtype !== dtype) refuse(DTypeError, where, dtype, `${x.dtype} of shape ${shapeText(x.shape)}`);
  return x;
}

/**
 * Runs `body` on operands as tensors: numbers become scalars of the tensors' type, freed afterwards.
 */
export function withOperands<T>(
  where: string,
  operands: readonly Operand[],
  body: (tensors: readonly Tensor[]) => T,
): T {
  const whole = operands.find(isTensor)?.dtype === 'i32';
  const expected = operands.length > 1 ? 'tensors or numbers' : 'a tensor or a number';
  const made: Tensor[] = [];
  try {
    const tensors = operands.map((operand) => {
      if (typeof operand !== 'number') return checkTensor(where, operand, expected);
      const scalar = tensor(operand, [], whole && (operand | 0) === operand ? 'i32' : 'f32');
      made.push(scalar);
      return scalar;
    });
    return body(tensors);
  } finally {
    for (const scalar of made) scalar.dispose();
  }
}

/** A function of one f32 operand that is written with ops: what it makes on the way is freed. */
export function composed(where: string, x: Operand, body: (x: Tensor) => Tensor): Tensor {
  return withOperands(where, [x], (operands) =>
    scoped(
      () => body(checkDType(where, only(operands), 'f32')),
      (y) => [y],
    ),
  );
}
