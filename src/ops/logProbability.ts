import { applyOne, type Op } from '../autodiff/op.js';
import { call } from '../runtime/kernels.js';
import { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';

/** Smallest normal float: log(0) counts as log of this, -87.3. */
const TINY = 2 ** -126;
/** The float before it. */
const BELOW_TINY = 2 ** -126 - 2 ** -149;

const perProbabilityOp: Op<undefined> = fusedGradient({
  name: 'perProbability',
  run: (direction, p, result, n) => {
    const temporary = Tensor.allocate([n]);
    const floored = temporary.pointer();
    call('clipMap', p, floored, TINY, Infinity, 0, n);
    call('divBroadcast', direction, floored, result, 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
    // Positive where p is at least TINY: the difference is exact, and no float lies between.
    call('scaleMap', p, floored, 1, -BELOW_TINY, 0, n);
    call('reluGradient', result, floored, result, 0, n);
    temporary.dispose();
  },
  curvature: (direction, p) => mul(perProbability(perProbability(direction, p), p), -1),
});

/** direction / p where p is at least 2^-126, else 0: the derivative of `logProbability`. */
export function perProbability(direction: Tensor, p: Tensor): Tensor {
  return applyOne(perProbabilityOp, [direction, p], undefined);
}

const logProbabilityOp: Op<undefined> = elementwise({
  name: 'logProbability',
  run: (p, y, n) => {
    call('clipMap', p, y, TINY, Infinity, 0, n);
    call('logMap', y, y, 0, n);
  },
  derivative: (direction, p) => perProbability(direction, p),
});

/** log max(p, 2^-126): at least -87.3, and its derivative 0 below that. */
export function logProbability(p: Tensor): Tensor {
  return applyOne(logProbabilityOp, [p], undefined);
}
