import { broadcastShapes } from '../../core/shapes.js';
import { scoped } from '../../tensors/scope.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import { notEqual } from '../notEqual.js';
import { nth } from './arguments.js';
import { withOperands, type Operand } from './operands.js';

/** A connective of two operands of any types: `body` gets them as 1 where they are not 0 (NaN included), else 0. */
export function connective(
  where: string,
  a: Operand<DType>,
  b: Operand<DType>,
  body: (a: Tensor, b: Tensor) => Tensor,
): Tensor {
  return withOperands<DType, Tensor>(where, [a, b], (operands) => {
    const [first, second] = [nth(operands, 0), nth(operands, 1)];
    broadcastShapes(where, first.shape, second.shape);
    return scoped(
      () => body(notEqual(first, 0), notEqual(second, 0)),
      (y) => [y],
    );
  });
}
