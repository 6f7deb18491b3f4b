import { adamRule, type AdamOptions } from './adamRule.js';
import type { Optimizer } from './optimizer.js';

export type { AdamOptions };

/**
 * Adam (Kingma and Ba 2015), with AMSGrad (Reddi et al. 2018) on request, as in PyTorch (`torch.optim.Adam`):
 *
 *     g += weightDecay * theta
 *     m = beta1 * m + (1 - beta1) * g
 *     v = beta2 * v + (1 - beta2) * g^2
 *     theta -= learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 *
 * amsgrad puts the largest v so far in the denominator. Keras has epsilon 1e-7 and adds it to sqrt(v) before the
 * correction by sqrt(1 - beta2^t), and its weight decay is decoupled (`adamw` here).
 * Defaults: learningRate 0.001, weightDecay 0. Slots: `m`, `v`; `vMax` with amsgrad.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { adam } from 'wasmgrad/optimizers';
 * await init();
 * const theta = tensor([1, 2]);
 * const state = adam({ learningRate: 0.1 }).create([theta]);
 * state.update([tensor([10, -0.1])]);
 * console.log(theta.toArray()); // about [0.9, 2.1]
 * state.dispose();
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamRule('adam', options, 0);
}
