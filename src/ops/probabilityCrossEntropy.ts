import { addMaybe } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { Tensor } from '../tensors/tensor.js';
import { clip } from './clip.js';
import { div } from './div.js';
import { equal } from './equal.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { oneHot } from './oneHot.js';
import { sum } from './sum.js';
import { nth, only } from './support/arguments.js';

/** Smallest normal float: log(0) counts as log of this, -87.3. */
export const TINY = 2 ** -126;

/** t / p where p is not below TINY, else 0. */
function ratio(p: Tensor, target: Tensor): Tensor {
  const weights = target.dtype === 'i32' ? oneHot(target, p.shape[1] ?? 0) : target;
  const floor = clip(p, TINY, Infinity);
  return div(mul(weights, equal(p, floor)), floor);
}

/** Probabilities [rows, cols] and targets of that shape, or i32 [rows], to scale * sum -t log max(p, TINY). */
const probabilityCrossEntropyOp: Op<number> = {
  name: 'probabilityCrossEntropy',
  infer: () => [{ shape: [], dtype: 'f32' }],
  forward: (inputs, outputs, scale) => {
    const [p, target] = [nth(inputs, 0), nth(inputs, 1)];
    const [rows = 0, cols = 0] = p.shape;
    const rowLoss = Tensor.allocate([rows]);
    const byIndex = Number(target.dtype === 'i32');
    call(
      kernels.crossEntropyRows,
      p.pointer(),
      target.pointer(),
      byIndex,
      rowLoss.pointer(),
      rows,
      cols,
      scale,
      0,
      rows,
    );
    call(kernels.sumReduce, rowLoss.pointer(), only(outputs).pointer(), 1, rows, 1, 1, 0, 1);
    rowLoss.dispose();
  },
  rules: {
    vjp: ({ inputs, attributes: scale, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [p, target] = [nth(inputs, 0), nth(inputs, 1)];
      const weight = mul(cotangent, -scale);
      return [
        needs[0] ? mul(weight, ratio(p, target)) : undefined,
        needs[1] ? mul(weight, log(clip(p, TINY, Infinity))) : undefined,
      ];
    },
    jvp: ({ inputs, attributes: scale }, [dp, dt]) => {
      const [p, target] = [nth(inputs, 0), nth(inputs, 1)];
      const byP = dp && mul(sum(mul(dp, ratio(p, target))), -scale);
      return [addMaybe(byP, dt && mul(sum(mul(dt, log(clip(p, TINY, Infinity)))), -scale))];
    },
  },
};

/**
 * Cross-entropy of given probabilities [rows, cols] and targets, f32 of that shape or class indices i32 [rows]:
 * `scale * sum -t log max(p, 2^-126)`. The derivative by p is -t / p, and 0 where p is below 2^-126.
 */
export function probabilityCrossEntropy(p: Tensor, target: Tensor, scale: number): Tensor {
  return applyOne(probabilityCrossEntropyOp, [p, target], scale);
}
