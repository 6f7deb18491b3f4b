import { adamRule, type AdamOptions } from './adamRule.js';
import type { Optimizer } from './optimizer.js';

/**
 * AdamW (Loshchilov and Hutter 2019) as in PyTorch (`torch.optim.AdamW`): Adam whose weight decay does not pass
 * through the moments,
 *
 *     theta *= 1 - learningRate * weightDecay
 *
 * before the step of `adam`. Keras has weightDecay 0.004 and epsilon 1e-7.
 * Defaults: learningRate 0.001, weightDecay 0.01. Slots: `m`, `v`; `vMax` with amsgrad.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { adamw } from 'wasmgrad/optimizers';
 * await init();
 * const theta = tensor([1, 2]);
 * const state = adamw({ learningRate: 0.1, weightDecay: 0.5 }).create([theta]);
 * state.update([tensor([10, -0.1])]);
 * console.log(theta.toArray()); // about [0.85, 2]
 * state.dispose();
 * ```
 */
export function adamw(options: AdamOptions = {}): Optimizer {
  return adamRule('adamw', options, 0.01);
}
