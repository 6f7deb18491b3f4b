import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { DIV } from '../runtime/generated/layout.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { only } from './support/arguments.js';
import { callBroadcast } from './support/broadcasting.js';
import { elementwise } from './support/elementwise.js';
import { gradientOp } from './support/fusedGradient.js';
import { withScratch } from './support/scratch.js';

/** Smallest normal float. Its logarithm, -87.3, stands for log(0). */
const TINY = 2 ** -126;
/** The float before it. */
const BELOW_TINY = 2 ** -126 - 2 ** -149;

const perProbabilityOp = gradientOp<[]>(
  'perProbability',
  (direction, p, result) => {
    withScratch(p.shape, (floored) => {
      call(kernels.clipMap, p.pointer(), floored.pointer(), TINY, Infinity, 0, p.size);
      callBroadcast(kernels.arithmetic, DIV, direction, floored, result);
      // Positive where p is at least TINY, since the difference is exact and no float lies between the two.
      call(kernels.scaleMap, p.pointer(), floored.pointer(), 1, -BELOW_TINY, 0, p.size);
      call(kernels.reluGradient, result.pointer(), floored.pointer(), result.pointer(), 0, p.size);
    });
  },
  (direction, p) => mul(perProbability(perProbability(direction, p), p), -1),
);

/** direction / p where p is at least 2^-126, else 0: the derivative of `logProbability`. */
export function perProbability(direction: Tensor, p: Tensor): Tensor {
  return applyOne(perProbabilityOp, [direction, p], []);
}

const logProbabilityOp: Op<[]> = {
  ...elementwise('logProbability', kernels.logMap, (direction, p) => perProbability(direction, p)),
  forward: (inputs, outputs) => {
    const [p, y] = [only(inputs), only(outputs).pointer()];
    call(kernels.clipMap, p.pointer(), y, TINY, Infinity, 0, p.size);
    call(kernels.logMap, y, y, 0, p.size);
  },
};

/** log max(p, 2^-126): at least -87.3, with derivative 0 for p below 2^-126. */
export function logProbability(p: Tensor): Tensor {
  return applyOne(logProbabilityOp, [p], []);
}
