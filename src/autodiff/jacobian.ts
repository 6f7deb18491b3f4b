import { callable, knownOptions, oneOf } from '../core/checks.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkInputs, checkResult, grad, vjp } from './grad.js';
import { jvp } from './jvp.js';
import { flipMatrix, stackRows, viewAs } from './linear.js';

export interface JacobianOptions {
  /** `'reverse'` (default): one backward pass an output element. `'forward'`: one forward pass an input element. */
  readonly mode?: 'reverse' | 'forward' | undefined;
}

/** The unit direction along element `i`. */
function basis(shape: Shape, i: number): Tensor {
  const values = new Float32Array(sizeOf(shape));
  values[i] = 1;
  return tensor(values, shape);
}

function reverseJacobian(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const [out, pull] = vjp(f, [x]);
  try {
    const rows = Array.from({ length: out.size }, (_, i) => pull(basis(out.shape, i))).flat();
    return viewAs(stackRows(rows, x.shape), [...out.shape, ...x.shape]);
  } finally {
    pull.dispose();
  }
}

function forwardJacobian(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  if (x.size === 0) return reverseJacobian(f, x); // no direction to learn the output's shape from
  const columns = Array.from({ length: x.size }, (_, i) => jvp(f, [x], [basis(x.shape, i)])[1]);
  const shape = columns[0]?.shape ?? [];
  const matrix = viewAs(stackRows(columns, shape), [x.size, sizeOf(shape)]);
  return viewAs(flipMatrix(matrix), [...shape, ...x.shape]);
}

/**
 * The Jacobian of a function of one tensor, of shape `[...output shape, ...input shape]`.
 * For f: R^d -> R^D reverse mode costs D passes, forward mode d: choose reverse when D < d.
 *
 * @throws ShapeError, DTypeError, TypeError, RangeError
 * @example
 * ```ts
 * import { init, jacobian, square, tensor } from 'wasmgrad';
 * await init();
 * console.log(jacobian(square, { mode: 'forward' })(tensor([1, 2])).toArray()); // [[2, 0], [0, 4]]
 * ```
 */
export function jacobian(f: (x: Tensor) => Tensor, options: JacobianOptions = {}): (x: Tensor) => Tensor {
  callable('jacobian', 'f', f);
  knownOptions('jacobian', options, ['mode']);
  const mode = oneOf('jacobian', 'mode', options.mode ?? 'reverse', ['reverse', 'forward']);
  return (x) => {
    checkInputs('jacobian', [x]);
    return scoped(
      () => checkResult('jacobian', mode === 'reverse' ? reverseJacobian(f, x) : forwardJacobian(f, x)),
      (result) => [result],
    );
  };
}

/**
 * The Hessian of a scalar function of one tensor, of shape `[...input shape, ...input shape]`: forward over reverse.
 *
 * @throws ShapeError, DTypeError, TypeError
 * @example
 * ```ts
 * import { hessian, init, mul, sum, tensor } from 'wasmgrad';
 * await init();
 * console.log(hessian((x) => sum(mul(x, mul(x, x))))(tensor([1, 2])).toArray()); // [[6, 0], [0, 12]]
 * ```
 */
export function hessian(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  callable('hessian', 'f', f);
  return jacobian(grad(f), { mode: 'forward' });
}
