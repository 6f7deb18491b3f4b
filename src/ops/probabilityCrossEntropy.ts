import { addMaybe } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call, callNamed } from '../runtime/kernels.js';
import { hasDType, type Tensor, type DType } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { logProbability, perProbability } from './logProbability.js';
import { mul } from './mul.js';
import { oneHot } from './oneHot.js';
import { only } from './support/arguments.js';
import { checkDType } from './support/operands.js';
import { withScratch } from './support/scratch.js';

/** Probabilities [rows, cols] and targets of that shape, or i32 [rows], to scale * sum -t log max(p, TINY). */
const probabilityCrossEntropyOp: Op<number, readonly [p: Tensor, target: Tensor<DType>]> = {
  name: 'probabilityCrossEntropy',
  infer: () => [{ shape: [], dtype: 'f32' }],
  forward: (inputs, outputs, scale) => {
    const [p, target] = inputs;
    const [rows = 0, cols = 0] = p.shape;
    withScratch([rows], (rowLoss) => {
      callNamed(kernels.crossEntropyRows, {
        p: p.pointer(),
        target: target.pointer(),
        byIndex: Number(target.dtype === 'i32'),
        rowLoss: rowLoss.pointer(),
        rows,
        cols,
        scale,
        end: rows,
      });
      call(kernels.sumReduce, rowLoss.pointer(), only(outputs).pointer(), 1, rows, 1, 1, 0, 1);
    });
  },
  rules: {
    vjp: ({ inputs, attributes: scale, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [p, target] = inputs;
      const weight = mul(cotangent, -scale);
      return [
        needs[0] ? mul(weight, perProbability(weightsOf(p, target), p)) : undefined,
        needs[1] ? mul(weight, logProbability(p)) : undefined,
      ];
    },
    jvp: ({ inputs, attributes: scale }, [dp, dt]) => {
      const [p, target] = inputs;
      const byP = dp && mul(dp, perProbability(weightsOf(p, target), p));
      const change = addMaybe(byP, dt && mul(dt, logProbability(p)));
      return [change && mul(sumTo(change, []), -scale)];
    },
  },
};

/** The target as weights of the classes. */
function weightsOf({ shape }: Tensor, target: Tensor<DType>): Tensor {
  return hasDType(target, 'f32') ? target : oneHot(checkDType('oneHot', target, 'i32'), shape[1] ?? 0);
}

/**
 * Cross-entropy of given probabilities [rows, cols] and targets, f32 of that shape or class indices i32 [rows]:
 * `scale * sum -t log max(p, 2^-126)`. The derivative with respect to p is -t / p, and 0 where p is below 2^-126.
 */
export function probabilityCrossEntropy(p: Tensor, target: Tensor<DType>, scale: number): Tensor {
  return applyOne(probabilityCrossEntropyOp, [p, target], scale);
}
