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
import { add } from './add.js';
import { sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { oneHot } from './oneHot.js';
import { logSoftmaxLast, softmaxGradient, softmaxLast } from './softmax.js';
import { sub } from './sub.js';
import { nth } from './support/arguments.js';
import { checkIndices } from './support/indices.js';
import { checkDType, checkTensor } from './support/operands.js';
import { withScratch } from './support/scratch.js';

interface Attributes {
  readonly scale: number;
  /** The share of every target that is spread evenly over the classes. */
  readonly smoothing: number;
  /** Whether the kernel writes the gradient too; always true inside a transformation. */
  readonly gradient: boolean;
}

/** Row sums of a matrix, as a column. */
const rowSum = (x: Tensor): Tensor => sumTo(x, [x.shape[0] ?? 0, 1]);

/** Rows times their weights, if there are any. */
const weighted = (x: Tensor, weights: Tensor | undefined): Tensor =>
  weights ? mul(x, viewAs(weights, [weights.size, 1])) : x;

type Inputs = readonly [logits: Tensor, target: Tensor<DType>, ...weights: readonly Tensor[]];

/** The targets with smoothing, as probabilities. */
function smoothed([z, target]: Inputs, { smoothing }: Attributes): Tensor {
  const classes = z.shape[1] ?? 1;
  const own = hasDType(target, 'f32') ? target : oneHot(checkDType('oneHot', target, 'i32'), classes);
  return smoothing ? add(mul(own, 1 - smoothing), smoothing / classes) : own;
}

/**
 * [rows, cols] logits and targets, and the weight of each row if there are any, to the scalar loss and its gradient
 * G = scale w (softmax(z) sum t - t). G is an output, so that the vjp is one product; its own derivatives give the second
 * order.
 */
const softmaxCrossEntropyOp: Op<Attributes, Inputs> = {
  name: 'softmaxCrossEntropy',
  infer: (inputs, { gradient }) => {
    const loss = { shape: [], dtype: 'f32' as const };
    return gradient ? [loss, { shape: inputs[0].shape, dtype: 'f32' }] : [loss];
  },
  forward: (inputs, [loss, gradient], { scale, smoothing }) => {
    const [z, target, weights] = inputs;
    const [rows = 0, cols = 0] = z.shape;
    withScratch([rows], (rowLoss) => {
      callNamed(kernels.softmaxCrossEntropy, {
        z: z.pointer(),
        target: target.pointer(),
        byIndex: Number(target.dtype === 'i32'),
        weights: weights?.pointer() ?? 0,
        rowLoss: rowLoss.pointer(),
        dz: gradient?.pointer() ?? 0,
        rows,
        cols,
        scale,
        smoothing,
        end: rows,
      });
      if (loss) call(kernels.sumReduce, rowLoss.pointer(), loss.pointer(), 1, rows, 1, 1, 0, 1);
    });
  },
  rules: {
    vjp: ({ inputs, outputs, attributes, needs }, [byLoss, byGradient]) => {
      const [z, , weights] = inputs;
      const { scale, smoothing } = attributes;
      const byLogits = () =>
        addMaybe(
          byLoss && (isUnit(byLoss) ? nth(outputs, 1) : mul(byLoss, nth(outputs, 1))),
          byGradient && alongLogits(byGradient, inputs, attributes),
        );
      // With respect to targets that have smoothing and weights in them.
      const byShares = () =>
        addMaybe(
          byLoss && mul(mul(byLoss, -scale), logSoftmaxLast(z)),
          byGradient && mul(sub(rowSum(mul(byGradient, softmaxLast(z))), byGradient), scale),
        );
      const change = needs[1] || needs[2] ? byShares() : undefined;
      return [
        needs[0] ? byLogits() : undefined,
        needs[1] ? change && mul(weighted(change, weights), 1 - smoothing) : undefined,
        needs[2] ? change && viewAs(rowSum(mul(smoothed(inputs, attributes), change)), [z.shape[0] ?? 0]) : undefined,
      ];
    },
    jvp: ({ inputs, outputs, attributes }, [dz, dt, dw]) => {
      const [z, , weights] = inputs;
      const { scale, smoothing } = attributes;
      const change = addMaybe(
        dt && mul(weighted(dt, weights), 1 - smoothing),
        dw && weighted(smoothed(inputs, attributes), dw),
      );
      return [
        addMaybe(
          dz && sumTo(mul(dz, nth(outputs, 1)), []),
          change && mul(sumTo(mul(change, logSoftmaxLast(z)), []), -scale),
        ),
        addMaybe(
          dz && alongLogits(dz, inputs, attributes),
          change && mul(sub(mul(softmaxLast(z), rowSum(change)), change), scale),
        ),
      ];
    },
    saves: { inputs: true, outputs: true },
  },
};

/** The derivative of G along a direction of the logits. It is symmetric, so both modes use it. */
function alongLogits(direction: Tensor, inputs: Inputs, attributes: Attributes): Tensor {
  const [z, target, weights] = inputs;
  const moved = weighted(mul(softmaxGradient(direction, softmaxLast(z)), attributes.scale), weights);
  return hasDType(target, 'f32') ? mul(moved, rowSum(smoothed(inputs, attributes))) : moved;
}

/** How targets count in `softmaxLoss`. */
interface Shares {
  /** The weight of each row, f32 [rows]. */
  readonly weights?: Tensor | undefined;
  /** The share of every target that is spread evenly over the classes, 0 to 1. Default 0. */
  readonly smoothing?: number;
}

/** `softmaxCrossEntropy` of checked logits [rows, cols] and targets, f32 of that shape or i32 [rows]; frees nothing. */
export function softmaxLoss(
  logits: Tensor,
  target: Tensor<DType>,
  scale: number,
  { weights, smoothing = 0 }: Shares = {},
): Tensor {
  const attributes = { scale, smoothing, gradient: currentFrame()?.differentiates ?? false };
  const inputs: Inputs = weights ? [logits, target, weights] : [logits, target];
  return nth(apply(softmaxCrossEntropyOp, inputs, attributes), 0);
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
