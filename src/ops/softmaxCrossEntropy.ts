import { ShapeError } from '../core/errors.js';
import { finiteNumber } from '../core/checks.js';
import { sameShape, shapeText, sizeOf } from '../core/shapes.js';
import { addMaybe, viewAs } from '../autodiff/linear.js';
import { apply, currentFrame, type Op } from '../autodiff/op.js';
import { isUnit } from '../autodiff/unit.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call, callNamed } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import { hasDType, type Tensor, type DType } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { logSoftmaxLast, softmaxGradient, softmaxLast } from './softmax.js';
import { sub } from './sub.js';
import { nth } from './support/arguments.js';
import { checkIndices } from './support/indices.js';
import { checkDType, checkTensor } from './support/operands.js';
import { withScratch } from './support/scratch.js';

interface Attributes {
  readonly scale: number;
  /** Whether the kernel writes the gradient too; always true inside a transformation. */
  readonly gradient: boolean;
}

/** Row sums of a matrix, as a column. */
const rowSum = (x: Tensor): Tensor => sumTo(x, [x.shape[0] ?? 0, 1]);

/**
 * [rows, cols] logits and targets to the scalar loss and its gradient G = scale (softmax(z) sum t - t).
 * G is an output, so that the vjp is one product; its own derivatives give the second order.
 */
const softmaxCrossEntropyOp: Op<Attributes, readonly [logits: Tensor, target: Tensor<DType>]> = {
  name: 'softmaxCrossEntropy',
  infer: (inputs, { gradient }) => {
    const loss = { shape: [], dtype: 'f32' as const };
    return gradient ? [loss, { shape: inputs[0].shape, dtype: 'f32' }] : [loss];
  },
  forward: (inputs, [loss, gradient], { scale }) => {
    const [z, target] = inputs;
    const [rows = 0, cols = 0] = z.shape;
    withScratch([rows], (rowLoss) => {
      callNamed(kernels.softmaxCrossEntropy, {
        z: z.pointer(),
        target: target.pointer(),
        byIndex: Number(target.dtype === 'i32'),
        rowLoss: rowLoss.pointer(),
        dz: gradient?.pointer() ?? 0,
        rows,
        cols,
        scale,
        end: rows,
      });
      if (loss) call(kernels.sumReduce, rowLoss.pointer(), loss.pointer(), 1, rows, 1, 1, 0, 1);
    });
  },
  rules: {
    vjp: ({ inputs, outputs, attributes: { scale }, needs }, [byLoss, byGradient]) => {
      const [z, target] = inputs;
      const gradient = nth(outputs, 1);
      return [
        needs[0]
          ? addMaybe(
              byLoss && (isUnit(byLoss) ? gradient : mul(byLoss, gradient)),
              byGradient && alongLogits(byGradient, z, target, scale),
            )
          : undefined,
        needs[1]
          ? addMaybe(
              byLoss && mul(mul(byLoss, -scale), logSoftmaxLast(z)),
              byGradient && mul(sub(rowSum(mul(byGradient, softmaxLast(z))), byGradient), scale),
            )
          : undefined,
      ];
    },
    jvp: ({ inputs, outputs, attributes: { scale } }, [dz, dt]) => {
      const [z, target] = inputs;
      return [
        addMaybe(dz && sumTo(mul(dz, nth(outputs, 1)), []), dt && mul(sumTo(mul(dt, logSoftmaxLast(z)), []), -scale)),
        addMaybe(dz && alongLogits(dz, z, target, scale), dt && mul(sub(mul(softmaxLast(z), rowSum(dt)), dt), scale)),
      ];
    },
    saves: { inputs: true, outputs: true },
  },
};

/** The derivative of G along a direction of the logits. It is symmetric, so both modes use it. */
function alongLogits(direction: Tensor, z: Tensor, target: Tensor<DType>, scale: number): Tensor {
  const moved = mul(softmaxGradient(direction, softmaxLast(z)), scale);
  return hasDType(target, 'f32') ? mul(moved, rowSum(target)) : moved;
}

/** `softmaxCrossEntropy` of checked logits [rows, cols] and targets, f32 of that shape or i32 [rows]; frees nothing. */
export function softmaxLoss(logits: Tensor, target: Tensor<DType>, scale: number): Tensor {
  const attributes = { scale, gradient: currentFrame()?.differentiates ?? false };
  return nth(apply(softmaxCrossEntropyOp, [logits, target], attributes), 0);
}

/** Checks a classification target against logits or probabilities [..., classes]: the same shape, or class indices. */
function checkTarget(prediction: Tensor, target: Tensor<DType>): Tensor<DType> {
  const { shape } = prediction;
  if (target.dtype === 'f32' && sameShape(target.shape, shape)) return target;
  const lead = shape.slice(0, -1);
  const expected = `targets f32 ${shapeText(shape)} or i32 ${shapeText(lead)}`;
  if (!sameShape(target.shape, target.dtype === 'f32' ? shape : lead)) {
    throw new ShapeError(`softmaxCrossEntropy: expected ${expected}, got ${target.dtype} ${shapeText(target.shape)}`);
  }
  return checkIndices('softmaxCrossEntropy', target, shape.at(-1) ?? 0, 'class indices');
}

/**
 * Cross-entropy of softmax(logits), summed over rows: `scale * sum_r -sum_k t_k log softmax(z_r)_k`. Loss and gradient
 * `scale (softmax(z) sum t - t)` come from one pass over the logits, and neither overflows nor cancels.
 *
 * @param logits f32 [..., classes]
 * @param target f32 of the same shape (one-hot, or any weights), or class indices i32 [...]
 * @param scale factor of the sum, e.g. 1 / rows for the mean. Default 1.
 * @returns scalar
 * @throws ShapeError, DTypeError; RangeError for an index outside 0..classes-1 (NaN while a program is recorded)
 * @example
 * ```ts
 * import { grad, init, softmaxCrossEntropy, tensor } from 'wasmgrad';
 * await init();
 * const labels = tensor([0], [1], 'i32');
 * console.log(grad((z) => softmaxCrossEntropy(z, labels))(tensor([[0, 0]])).toArray()); // [[-0.5, 0.5]]
 * ```
 */
export function softmaxCrossEntropy(logits: Tensor, target: Tensor<DType>, scale = 1): Tensor {
  finiteNumber('softmaxCrossEntropy', 'scale', scale);
  checkDType('softmaxCrossEntropy', checkTensor('softmaxCrossEntropy', logits), 'f32');
  checkTensor('softmaxCrossEntropy', target);
  const cols = logits.shape.at(-1);
  if (!cols)
    throw new ShapeError(`softmaxCrossEntropy: expected logits [..., classes], got ${shapeText(logits.shape)}`);
  checkTarget(logits, target);
  const rows = sizeOf(logits.shape.slice(0, -1));
  return scoped(
    () =>
      softmaxLoss(viewAs(logits, [rows, cols]), viewAs(target, target.dtype === 'i32' ? [rows] : [rows, cols]), scale),
    (loss) => [loss],
  );
}
