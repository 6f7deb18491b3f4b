import { refuse } from '../core/errors.js';
import { viewAs } from '../autodiff/linear.js';
import { apply, applyOne, currentFrame, type Op, type Spec } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { nth } from './support/arguments.js';
import { withScratch } from './support/scratch.js';

interface Attributes {
  readonly blank: number;
  /** Whether each loss is divided by its number of labels, at least 1. */
  readonly perLabel: boolean;
  readonly zeroInfinity: boolean;
  /** Whether lengths and weights follow the labels. */
  readonly masked: boolean;
  readonly weighted: boolean;
  /** Whether the kernel writes the gradient too; always true inside a transformation. */
  readonly gradient: boolean;
}

type Inputs = readonly [logits: Tensor, labels: Tensor<'i32'>, ...others: readonly Tensor<DType>[]];

const f32 = (shape: readonly number[]): Spec => ({ shape, dtype: 'f32' });

const onlyFirst = (): never => refuse(TypeError, 'ctc', 'a first derivative', 'one of higher order');

/** The gradient as a function of the logits, whose own derivative there is not. It shares the gradient's memory. */
const gradientOp: Op<undefined> = {
  name: 'ctcGradient',
  infer: ([gradient]) => (gradient ? [f32(gradient.shape)] : []),
  rules: { vjp: onlyFirst, jvp: onlyFirst },
};

/** Logits [B, steps, classes] and labels [B, width] to the loss of each sequence and its gradient. */
const ctcOp: Op<Attributes, Inputs> = {
  name: 'ctc',
  infer: ([z], { gradient }) => [f32(z.shape.slice(0, 1)), ...(gradient ? [f32(z.shape)] : [])],
  forward: ([z, labels, ...others], [loss, gradient], { blank, perLabel, zeroInfinity, masked, weighted }) => {
    const [batch = 0, steps = 0, classes = 0] = z.shape;
    const width = labels.shape[1] ?? 0;
    const stride = 2 * classes + (1 + (gradient ? steps : 1)) * (2 * width + 1);
    withScratch([batch, 2 * stride], (scratch) => {
      callNamed(kernels.ctcLoss, {
        z: z.pointer(),
        labels: labels.pointer(),
        lengths: masked ? nth(others, 0).pointer() : 0,
        weights: weighted ? nth(others, Number(masked)).pointer() : 0,
        loss: loss?.pointer() ?? 0,
        dz: gradient?.pointer() ?? 0,
        scratch: scratch.pointer(),
        ...{ stride, steps, classes, width, blank },
        perLabel: Number(perLabel),
        zeroInfinity: Number(zeroInfinity),
        end: batch,
      });
    });
  },
  rules: {
    vjp: ({ inputs: [z], outputs }, [byLoss]) => [
      byLoss && mul(viewAs(byLoss, [byLoss.size, 1, 1]), applyOne(gradientOp, [nth(outputs, 1), z], undefined)),
    ],
    jvp: ({ inputs: [z], outputs }, [dz]) => {
      const [batch = 0] = z.shape;
      const slope = applyOne(gradientOp, [nth(outputs, 1), z], undefined);
      return [dz && viewAs(sumTo(mul(dz, slope), [batch, 1, 1]), [batch])];
    },
    saves: { inputs: true, outputs: true },
  },
};

/** What besides logits and labels a CTC loss depends on. */
export interface CtcTerms extends Pick<Attributes, 'blank' | 'perLabel' | 'zeroInfinity'> {
  readonly lengths: Tensor<'i32'> | undefined;
  /** Sequences of weight 0 have loss 0 where they had NaN or infinity. */
  readonly weights: Tensor | undefined;
}

/** The CTC loss of each sequence, [B], of checked logits [B, steps, classes] and labels [B, width]. */
export function ctcTerms(logits: Tensor, labels: Tensor<'i32'>, { lengths, weights, ...terms }: CtcTerms): Tensor {
  const inputs: Inputs = [logits, labels, ...(lengths ? [lengths] : []), ...(weights ? [weights] : [])];
  const gradient = currentFrame()?.differentiates ?? false;
  return nth(apply(ctcOp, inputs, { ...terms, gradient, masked: !!lengths, weighted: !!weights }), 0);
}
