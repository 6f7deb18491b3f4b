import { ShapeError, refuse } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { addMaybe } from '../autodiff/linear.js';
import { apply, type Op } from '../autodiff/op.js';
import { mul } from '../ops/mul.js';
import { neg } from '../ops/neg.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { nth, only } from '../ops/support/arguments.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';

const lead = (shape: Shape): Shape => shape.slice(0, -1);
const rowDot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b), { axis: -1, keepDims: true });

/** r (v - y (y . v)), the symmetric Jacobian (I - y y^T) / |q| along v. */
const along = (v: Tensor, y: Tensor, inverse: Tensor): Tensor => mul(inverse, sub(v, mul(y, rowDot(y, v))));

// Two outputs, y = q / |q| and r = 1 / |q|, because the derivatives of both are products of these two: with r = 0 for a
// zero quaternion, derivatives of every order vanish there without a special case.
const unitQuaternionOp: Op<undefined> = {
  name: 'unitQuaternion',
  infer: (inputs) => {
    const { shape } = only(inputs);
    return [
      { shape, dtype: 'f32' },
      { shape: [...lead(shape), 1], dtype: 'f32' },
    ];
  },
  forward: (inputs, outputs) => {
    const q = only(inputs);
    const rows = sizeOf(lead(q.shape));
    call(kernels.unitQuaternionRows, q.pointer(), nth(outputs, 0).pointer(), nth(outputs, 1).pointer(), 0, rows);
  },
  rules: {
    vjp: ({ outputs }, [dy, dr]) => {
      const [y, inverse] = [nth(outputs, 0), nth(outputs, 1)];
      const byLength = dr && neg(mul(mul(y, square(inverse)), dr));
      return [addMaybe(dy && along(dy, y, inverse), byLength)];
    },
    jvp: ({ outputs }, [dq]) => {
      const [y, inverse] = [nth(outputs, 0), nth(outputs, 1)];
      return [dq && along(dq, y, inverse), dq && neg(mul(square(inverse), rowDot(y, dq)))];
    },
    saves: { inputs: false, outputs: true },
  },
};

/**
 * `q / |q|` for every quaternion, with the Jacobian `(I - y y^T) / |q|`, y the result. Zero quaternions stay zero, with
 * zero gradient.
 *
 * @param q f32 [..., 4]; the order of the components does not matter
 * @returns [..., 4]
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, tensor, unitQuaternion } from 'wasmgrad';
 * await init();
 * console.log(unitQuaternion(tensor([0, 3, 0, 4])).toArray()); // about [0, 0.6, 0, 0.8]
 * ```
 */
export function unitQuaternion(q: Tensor): Tensor {
  const { shape } = checkDType('unitQuaternion', checkTensor('unitQuaternion', q), 'f32');
  if (shape.at(-1) !== 4) refuse(ShapeError, 'unitQuaternion', 'quaternions [..., 4]', shape);
  return scoped(
    () => only(apply(unitQuaternionOp, [q], undefined)),
    (y) => [y],
  );
}
