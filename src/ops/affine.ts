import { finiteNumber, oneOf } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText, sizeOf } from '../core/shapes.js';
import { addMaybe, viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { broadcastTo, sumTo } from './broadcast.js';
import { matmul } from './matmul.js';
import { nth, only } from './support/arguments.js';
import {
  activations,
  throughActivation,
  type AffineActivation,
  type FusedActivation,
} from './support/fusedActivation.js';
import { callGemm } from './support/gemm.js';
import { checkDType, checkTensor } from './support/operands.js';

export type { AffineActivation };

/** x [m, k], kernel [k, n] and perhaps bias [n]: one product with the rest as its last step. */
const affineOp: Op<FusedActivation> = {
  name: 'affine',
  infer: (inputs) => [{ shape: [nth(inputs, 0).shape[0] ?? 0, nth(inputs, 1).shape[1] ?? 0], dtype: 'f32' }],
  forward: (inputs, outputs, { activation, slope }) => {
    const [x, kernel, bias, y] = [nth(inputs, 0), nth(inputs, 1), inputs[2], only(outputs)];
    const [m = 0, k = 0] = x.shape;
    const [, n = 0] = kernel.shape;
    const epilogue = { bias: bias?.pointer() ?? 0, activation: activations.indexOf(activation), slope };
    const plain = { transposeA: false, transposeB: false };
    callGemm(x.pointer(), kernel.pointer(), y.pointer(), { m, n, k }, plain, epilogue);
  },
  rules: {
    vjp: ({ inputs, outputs, attributes, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [x, kernel] = [nth(inputs, 0), nth(inputs, 1)];
      const dz = throughActivation(cotangent, only(outputs), attributes);
      return [
        needs[0] ? matmul(dz, kernel, { transposeB: true }) : undefined,
        needs[1] ? matmul(x, dz, { transposeA: true }) : undefined,
        needs[2] ? sumTo(dz, dz.shape.slice(1)) : undefined,
      ];
    },
    jvp: ({ inputs, outputs, attributes }, [dx, dKernel, dBias]) => {
      const [x, kernel, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
      const byProduct = addMaybe(dx && matmul(dx, kernel), dKernel && matmul(x, dKernel));
      const dz = addMaybe(byProduct, dBias && broadcastTo(dBias, y.shape));
      return [dz && throughActivation(dz, y, attributes)];
    },
    saves: { inputs: true, outputs: true },
  },
};

function checkShapes(x: Tensor, kernel: Tensor, bias: Tensor | undefined): void {
  for (const input of bias ? [x, kernel, bias] : [x, kernel]) checkDType('affine', checkTensor('affine', input), 'f32');
  const [k, n] = kernel.shape;
  if (kernel.shape.length !== 2)
    throw new ShapeError(`affine: expected kernel [in, out], got ${shapeText(kernel.shape)}`);
  if (x.shape.length === 0 || x.shape.at(-1) !== k) {
    throw new ShapeError(
      `affine: expected input [..., ${k}] for kernel ${shapeText(kernel.shape)}, got ${shapeText(x.shape)}`,
    );
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== n)) {
    throw new ShapeError(
      `affine: expected bias [${n}] for kernel ${shapeText(kernel.shape)}, got ${shapeText(bias.shape)}`,
    );
  }
}

/**
 * `activation(x W + b)`: matrix product, bias and activation in one kernel call, what a dense layer does.
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
  oneOf('affine', 'activation', activation, activations);
  finiteNumber('affine', 'slope', slope, { min: 0 });
  checkShapes(x, kernel, bias);
  const lead = x.shape.slice(0, -1);
  const attributes = { activation, slope };
  if (lead.length === 1) return applyOne(affineOp, bias ? [x, kernel, bias] : [x, kernel], attributes);
  return scoped(
    () => {
      const flat = viewAs(x, [sizeOf(lead), x.shape.at(-1) ?? 0]);
      const y = applyOne(affineOp, bias ? [flat, kernel, bias] : [flat, kernel], attributes);
      return viewAs(y, [...lead, kernel.shape[1] ?? 0]);
    },
    (y) => [y],
  );
}
