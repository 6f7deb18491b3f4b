import { finiteNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { addMaybe } from '../autodiff/linear.js';
import { apply, currentFrame, type Op } from '../autodiff/op.js';
import { isUnit } from '../autodiff/unit.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { sigmoid, sigmoidDerivative } from './sigmoid.js';
import { softplus } from './softplus.js';
import { sub } from './sub.js';
import { nth } from './support/arguments.js';
import { checkDType, checkTensor } from './support/operands.js';
import { withScratch } from './support/scratch.js';

interface Attributes {
  readonly scale: number;
  /** Whether the kernel writes the gradient too; always true inside a transformation. */
  readonly gradient: boolean;
}

/**
 * Logits, targets, and a weight for each element if there are any, to the scalar loss and its gradient G = scale w
 * (sigmoid(z) - t), itself an output.
 */
const sigmoidCrossEntropyOp: Op<Attributes> = {
  name: 'sigmoidCrossEntropy',
  infer: (inputs, { gradient }) => {
    const loss = { shape: [], dtype: 'f32' as const };
    return gradient ? [loss, { shape: nth(inputs, 0).shape, dtype: 'f32' }] : [loss];
  },
  forward: (inputs, [loss, gradient], { scale }) => {
    const [z, target, weights] = [nth(inputs, 0), nth(inputs, 1), inputs[2]];
    const n = z.size;
    withScratch([n], (losses) => {
      const [w, dz] = [weights?.pointer() ?? 0, gradient?.pointer() ?? 0];
      call(kernels.sigmoidCrossEntropy, z.pointer(), target.pointer(), w, losses.pointer(), dz, scale, 0, n);
      if (loss) call(kernels.sumReduce, losses.pointer(), loss.pointer(), 1, n, 1, 1, 0, 1);
    });
  },
  rules: {
    vjp: ({ inputs, outputs, attributes: { scale }, needs }, [byLoss, byGradient]) => {
      const [z, target, weights] = [nth(inputs, 0), nth(inputs, 1), inputs[2]];
      const gradient = nth(outputs, 1);
      const byLogits = () =>
        addMaybe(
          byLoss && (isUnit(byLoss) ? gradient : mul(byLoss, gradient)),
          byGradient && alongLogits(byGradient, z, weights, scale),
        );
      const byTarget = () =>
        addMaybe(
          byLoss && mul(mul(byLoss, -scale), scaled(z, weights)),
          byGradient && mul(scaled(byGradient, weights), -scale),
        );
      const byWeights = () =>
        addMaybe(
          byLoss && mul(mul(byLoss, scale), terms(z, target)),
          byGradient && mul(mul(byGradient, sub(sigmoid(z), target)), scale),
        );
      return [needs[0] ? byLogits() : undefined, needs[1] ? byTarget() : undefined, needs[2] ? byWeights() : undefined];
    },
    jvp: ({ inputs, outputs, attributes: { scale } }, [dz, dt, dw]) => {
      const [z, target, weights] = [nth(inputs, 0), nth(inputs, 1), inputs[2]];
      const byTarget = dt && scaled(dt, weights);
      return [
        addMaybe(
          addMaybe(dz && sumTo(mul(dz, nth(outputs, 1)), []), byTarget && mul(sumTo(mul(byTarget, z), []), -scale)),
          dw && mul(sumTo(mul(dw, terms(z, target)), []), scale),
        ),
        addMaybe(
          addMaybe(dz && alongLogits(dz, z, weights, scale), byTarget && mul(byTarget, -scale)),
          dw && mul(mul(dw, sub(sigmoid(z), target)), scale),
        ),
      ];
    },
    saves: { inputs: true, outputs: true },
  },
};

const scaled = (x: Tensor, weights: Tensor | undefined): Tensor => (weights ? mul(x, weights) : x);

/** The loss of every element without scale and weight. */
const terms = (z: Tensor, target: Tensor): Tensor => sub(softplus(z), mul(z, target));

/** The derivative of G along a direction of the logits. */
function alongLogits(direction: Tensor, z: Tensor, weights: Tensor | undefined, scale: number): Tensor {
  return mul(scaled(sigmoidDerivative.along(direction, sigmoid(z)), weights), scale);
}

/**
 * Cross-entropy of sigmoid(logits), summed over all elements: `scale * sum max(z, 0) - z t + log(1 + exp(-|z|))`. Loss and
 * gradient `scale (sigmoid(z) - t)` come from one pass over the logits, and neither overflows nor cancels.
 *
 * @param logits f32, any shape
 * @param target f32 of the same shape, probabilities
 * @param scale factor of the sum, e.g. 1 / size for the mean. Default 1.
 * @returns scalar
 * @throws ShapeError, DTypeError
 * @example
 * ```ts
 * import { grad, init, sigmoidCrossEntropy, tensor } from 'wasmgrad';
 * await init();
 * console.log(grad((z) => sigmoidCrossEntropy(z, tensor([1])))(tensor([0])).toArray()); // [-0.5]
 * ```
 */
export function sigmoidCrossEntropy(logits: Tensor, target: Tensor, scale = 1): Tensor {
  finiteNumber('sigmoidCrossEntropy', 'scale', scale);
  for (const x of [logits, target]) checkDType('sigmoidCrossEntropy', checkTensor('sigmoidCrossEntropy', x), 'f32');
  if (!sameShape(logits.shape, target.shape)) {
    throw new ShapeError(
      `sigmoidCrossEntropy: expected targets of shape ${shapeText(logits.shape)}, got ${shapeText(target.shape)}`,
    );
  }
  return scoped(
    () => sigmoidLoss(logits, target, undefined, scale),
    (loss) => [loss],
  );
}

/** `sigmoidCrossEntropy` of checked tensors, with the weight of each element if there are any; frees nothing. */
export function sigmoidLoss(logits: Tensor, target: Tensor, weights: Tensor | undefined, scale: number): Tensor {
  const inputs = weights ? [logits, target, weights] : [logits, target];
  return nth(apply(sigmoidCrossEntropyOp, inputs, { scale, gradient: currentFrame()?.differentiates ?? false }), 0);
}
