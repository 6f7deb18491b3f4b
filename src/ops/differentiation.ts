// The public transformations, made with the table of derivative rules. When a page uses none of them, its bundler drops
// the table and the gradient kernels.
import { makeCheckGradients, type CheckGradients } from '../autodiff/check.js';
import { makeGrad, makeValueAndGrad, type Grad, type ValueAndGrad } from '../autodiff/grad.js';
import { makeHessian, makeJacobian, type Hessian, type Jacobian } from '../autodiff/jacobian.js';
import { makeJvp, type Jvp } from '../autodiff/jvp.js';
import { makeVjp, type Vjp } from '../autodiff/vjp.js';
import { rules } from './rules.js';

/**
 * Compares a function's derivatives with finite differences: for every input element a central difference of `<c,
 * f(x)>` against the vjp of c, and the jvp along a direction against the vjp. It is meant for functions that users
 * write.
 *
 * @returns the largest error
 * @throws RangeError naming input, element and the values when a difference is above the tolerance; TypeError unless f is a
 * function and inputs an array of tensors; DTypeError for i32 inputs; ShapeError, TypeError or RangeError for options
 * @example
 * ```ts
 * import { checkGradients, init, mul, sin, tensor } from 'wasmgrad';
 * await init();
 * checkGradients((x) => mul(x, sin(x)), [tensor([0.3, -1.2])], { tolerance: 1e-2 });
 * ```
 */
export const checkGradients: CheckGradients = makeCheckGradients(rules);

/**
 * The gradient of a scalar function with respect to its first argument: `valueAndGrad` without the value.
 *
 * @throws TypeError unless f is a function and x has tensors; ShapeError when `f` returns no scalar; DTypeError for i32
 * leaves
 * @example
 * ```ts
 * import { grad, init, mul, tensor } from 'wasmgrad';
 * await init();
 * const cube = (x) => mul(x, mul(x, x));
 * console.log(grad(cube)(tensor(2)).item(), grad(grad(cube))(tensor(2)).item()); // 12 12
 * ```
 */
export const grad: Grad = makeGrad(rules);

/**
 * The Hessian of a scalar function of one tensor, of shape `[...input shape, ...input shape]`: forward over reverse.
 *
 * @throws ShapeError, DTypeError, TypeError; OutOfMemoryError, before any pass, for a result that cannot fit
 * @example
 * ```ts
 * import { hessian, init, mul, sum, tensor } from 'wasmgrad';
 * await init();
 * console.log(hessian((x) => sum(mul(x, mul(x, x))))(tensor([1, 2])).toArray()); // [[6, 0], [0, 12]]
 * ```
 */
export const hessian: Hessian = makeHessian(rules);

/**
 * The Jacobian of a function of one tensor, of shape `[...output shape, ...input shape]`.
 * For f: R^d -> R^D reverse mode costs D passes, forward mode d: choose reverse when D < d.
 *
 * @throws ShapeError, DTypeError, TypeError, RangeError; OutOfMemoryError before the passes for a result that cannot fit
 * @example
 * ```ts
 * import { init, jacobian, square, tensor } from 'wasmgrad';
 * await init();
 * console.log(jacobian(square, { mode: 'forward' })(tensor([1, 2])).toArray()); // [[2, 0], [0, 4]]
 * ```
 */
export const jacobian: Jacobian = makeJacobian(rules);

/**
 * Value and directional derivative (Jacobian-vector product) in forward mode: one pass, for any number of outputs. `f`
 * takes as many tensors as there are `inputs`; `tangents` has a direction of the same shape for each of them.
 *
 * @throws ShapeError, DTypeError, TypeError
 * @example
 * ```ts
 * import { init, jvp, sin, tensor } from 'wasmgrad';
 * await init();
 * const [out, dout] = jvp(sin, [tensor(0)], [tensor(1)]);
 * console.log(out.item(), dout.item()); // 0 1
 * ```
 */
export const jvp: Jvp = makeJvp(rules);

/**
 * A function that returns the value of `f` and its gradient with respect to the first argument, a tensor or a tree of
 * tensors; the gradients have the same structure. Reverse mode: one pass forwards, one backwards, for any number of
 * parameters. Tensors made by `f` are freed, except its results.
 *
 * @throws TypeError unless f is a function and x has tensors; ShapeError when `f` returns no scalar; DTypeError for i32
 * leaves
 * @example
 * ```ts
 * import { init, mul, sum, tensor, valueAndGrad } from 'wasmgrad';
 * await init();
 * const [value, gradient] = valueAndGrad((x) => sum(mul(x, x)))(tensor([1, 2, 3]));
 * console.log(value.item(), gradient.toArray()); // 14 [2, 4, 6]
 * ```
 */
export const valueAndGrad: ValueAndGrad = makeValueAndGrad(rules);

/**
 * Value and pullback (vector-Jacobian product) of a function of as many tensors as there are `inputs`. The result is
 * `[out, pull]`: `pull(cotangent)` returns a cotangent for each input, and `pull.dispose()` frees the saved values.
 *
 * @throws ShapeError, DTypeError, TypeError
 * @example
 * ```ts
 * import { init, mul, ones, tensor, vjp } from 'wasmgrad';
 * await init();
 * const [out, pull] = vjp(mul, [tensor([1, 2]), tensor([3, 4])]);
 * const [dx, dy] = pull(ones([2]));
 * console.log(out.toArray(), dx.toArray(), dy.toArray()); // [3, 8] [3, 4] [1, 2]
 * pull.dispose();
 * ```
 */
export const vjp: Vjp = makeVjp(rules);
