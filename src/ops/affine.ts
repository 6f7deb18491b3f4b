import { finiteNumber, oneOf } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { shapeText, sizeOf } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { applyOne } from '../autodiff/op.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { productOp, type Product } from './product.js';
import { fusedActivations, type AffineActivation } from './support/fusedActivation.js';
import { checkDType, checkTensor } from './support/operands.js';

export type { AffineActivation };

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    affine: Product;
  }
}

/** x [m, k], kernel [k, n] and optionally bias [n]: one product that applies bias and activation to its result. */
const affineOp = productOp('affine', (table) => table.affine);

function checkInputs(x: Tensor, kernel: Tensor, bias: Tensor | undefined): readonly Tensor[] {
  const inputs = bias === undefined ? [x, kernel] : [x, kernel, bias];
  for (const input of inputs) checkDType('affine', checkTensor('affine', input), 'f32');
  const [k, n] = kernel.shape;
  if (kernel.shape.length !== 2) refuse(ShapeError, 'affine', 'kernel [in, out]', kernel.shape);
  if (x.shape.length === 0 || x.shape.at(-1) !== k) {
    refuse(ShapeError, 'affine', `input [..., ${k}] for kernel ${shapeText(kernel.shape)}`, x.shape);
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== n)) {
    refuse(ShapeError, 'affine', `bias [${n}] for kernel ${shapeText(kernel.shape)}`, bias.shape);
  }
  return inputs;
}

/**
 * `activation(x W + b)`: matrix product, bias and activation in one kernel call, like a dense layer.
 *
 * @param x f32 [..., in]
 * @param kernel W, f32 [in, out]
 * @param bias b, f32 [out]; none when undefined
 * @param activation default `'linear'`
 * @param slope of leakyRelu below zero, >= 0. Default 0.2.
 * @returns [..., out]
 * @throws ShapeError, DTypeError, RangeError
 * @example
 * ```ts
 * import { affine, init, tensor } from 'wasmgrad';
 * await init();
 * const y = affine(tensor([[1, 2]]), tensor([[1, -1], [1, -1]]), tensor([0, 1]), 'relu');
 * console.log(y.toArray()); // [[3, 0]]
 * ```
 */
export function affine(
  x: Tensor,
  kernel: Tensor,
  bias?: Tensor,
  activation: AffineActivation = 'linear',
  slope = 0.2,
): Tensor {
  oneOf('affine', 'activation', activation, fusedActivations);
  finiteNumber('affine', 'slope', slope, { min: 0 });
  const [, ...weights] = checkInputs(x, kernel, bias);
  const attributes = { transposeA: false, transposeB: false, activation, slope };
  const apply = (rows: Tensor): Tensor => applyOne(affineOp, [rows, ...weights], attributes);
  const lead = x.shape.slice(0, -1);
  if (lead.length === 1) return apply(x);
  return scoped(
    () => viewAs(apply(viewAs(x, [sizeOf(lead), kernel.shape[0] ?? 0])), [...lead, kernel.shape[1] ?? 0]),
    (y) => [y],
  );
}
