import { viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { div } from './div.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { scaledSum } from './sum.js';
import { only } from './support/arguments.js';
import { checkDType, checkTensor } from './support/operands.js';
import { reduceAxes } from './support/reducing.js';
import { checkReduction, type ReduceOptions, type Reduction } from './support/reduction.js';

/** d logSumExp / dx = exp(x - y), the softmax of x, divided by its sum to remove the rounding error of a large y. */
function shares(x: Tensor, y: Tensor, reduction: Reduction): Tensor {
  const raw = exp(sub(x, viewAs(y, reduction.kept)));
  return div(raw, viewAs(scaledSum(raw, reduction, 1), reduction.kept));
}

const logSumExpOp: Op<Reduction> = {
  name: 'logSumExp',
  infer: (_, { out }) => [{ shape: out, dtype: 'f32' }],
  forward: (inputs, outputs, { axes }) => {
    reduceAxes(kernels.logSumExpReduce, only(inputs), only(outputs), axes);
  },
  rules: {
    vjp: ({ inputs, outputs, attributes }, [cotangent]) => [
      cotangent && mul(shares(only(inputs), only(outputs), attributes), viewAs(cotangent, attributes.kept)),
    ],
    jvp: ({ inputs, outputs, attributes }, [tangent]) => [
      tangent && scaledSum(mul(shares(only(inputs), only(outputs), attributes), tangent), attributes, 1),
    ],
    saves: { inputs: true, outputs: true },
  },
};

/**
 * `log sum exp(x)` over axes, computed from x - max x; -Infinity for an empty sum.
 *
 * @param x f32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; DTypeError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, logSumExp, tensor } from 'wasmgrad';
 * await init();
 * console.log(logSumExp(tensor([1000, 1000])).item()); // 1000 + log 2 = 1000.6931
 * ```
 */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkDType('logSumExp', checkTensor('logSumExp', x), 'f32');
  return applyOne(logSumExpOp, [x], checkReduction('logSumExp', x.shape, options));
}
