import { callable } from '../core/checks.js';
import { onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { leaves, mapTree } from '../core/trees.js';
import { scoped } from '../tensors/scope.js';
import { hasDType, isTensor, type DType, type Tensor } from '../tensors/tensor.js';
import { checkResult, checkTree } from './checks.js';
import { identity } from './linear.js';
import type { RuleTable } from './op.js';
import { filledIn, trace } from './trace.js';
import { withUnit } from './unit.js';

// A tree has type `object`, because a user's interface has no index signature and may hold other values too. The
// overload for one tensor comes first, so that `x` needs no annotation.

/** Value and gradients of a function of a tree. */
export type ValueAndGradient<T, R extends readonly unknown[]> = (x: T, ...rest: R) => [value: Tensor, gradients: T];

/** The type of `valueAndGrad`. */
export interface ValueAndGrad {
  <R extends readonly unknown[]>(f: (x: Tensor, ...rest: R) => Tensor): ValueAndGradient<Tensor, R>;
  <T extends object, R extends readonly unknown[]>(f: (x: T, ...rest: R) => Tensor): ValueAndGradient<T, R>;
}

/** The type of `grad`. */
export interface Grad {
  <R extends readonly unknown[]>(f: (x: Tensor, ...rest: R) => Tensor): (x: Tensor, ...rest: R) => Tensor;
  <T extends object, R extends readonly unknown[]>(f: (x: T, ...rest: R) => Tensor): (x: T, ...rest: R) => T;
}

/** The tree with its tensors replaced, in order. */
export function replace<T>(tree: T, tensors: readonly Tensor<DType>[]): T {
  return mapTree(tree, isTensor, (leaf, i) => tensors[i] ?? leaf);
}

/** Value and gradient of a scalar function; errors name `where`. */
function valueAndGradOf<T extends object, R extends readonly unknown[]>(
  where: string,
  table: RuleTable,
  f: (x: T, ...rest: R) => Tensor,
): ValueAndGradient<T, R> {
  callable(where, 'f', f);
  return (x, ...rest) => {
    const inputs = checkTree(where, x);
    return scoped<[Tensor, T]>(
      () => {
        const {
          tape,
          watched,
          result: value,
        } = trace(table, inputs, (fresh) => checkResult<DType>(where, f(replace(x, fresh), ...rest)));
        try {
          if (value.size !== 1 || !hasDType(value, 'f32')) {
            refuse(
              ShapeError,
              where,
              'the function to return an f32 scalar',
              `${value.dtype} of shape ${shapeText(value.shape)}`,
            );
          }
          return onBehalfOf(where, () => {
            const pulled = withUnit(value.shape, (unit) => tape.pull(value, unit, watched, true));
            return [identity(value), replace(x, filledIn(pulled, watched))];
          });
        } finally {
          tape.dispose();
        }
      },
      ([value, gradients]) => [value, ...leaves(gradients, isTensor)],
    );
  };
}

/** The gradient alone; errors name `where`. */
export function gradOf<T extends object, R extends readonly unknown[]>(
  where: string,
  table: RuleTable,
  f: (x: T, ...rest: R) => Tensor,
): (x: T, ...rest: R) => T {
  const both = valueAndGradOf(where, table, f);
  return (x, ...rest) => {
    const [value, gradients] = both(x, ...rest);
    value.dispose();
    return gradients;
  };
}

/** `valueAndGrad` with the derivative rules of a table. */
export function makeValueAndGrad(table: RuleTable): ValueAndGrad {
  return <T extends object, R extends readonly unknown[]>(f: (x: T, ...rest: R) => Tensor) =>
    valueAndGradOf('valueAndGrad', table, f);
}

/** `grad` with the derivative rules of a table. */
export function makeGrad(table: RuleTable): Grad {
  return <T extends object, R extends readonly unknown[]>(f: (x: T, ...rest: R) => Tensor) => gradOf('grad', table, f);
}
