import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import * as kernels from '../runtime/generated/kernels.js';
import { sgdCells } from '../runtime/generated/layout.js';
import { call } from '../runtime/kernels.js';
import type { CommonOptions, Optimizer } from './optimizer.js';
import { COMMON_OPTIONS, optimizerOf } from './define.js';

export interface SgdOptions extends CommonOptions {
  /** Share of the last step in the next one, >= 0 (and usually < 1). Default 0. */
  readonly momentum?: number | undefined;
  /** Whether to use Nesterov's momentum; needs `momentum`. Default false. */
  readonly nesterov?: boolean | undefined;
}

/**
 * Stochastic gradient descent with momentum as in PyTorch (`torch.optim.SGD`, dampening 0):
 *
 *     g += weightDecay * theta
 *     v = momentum * v + g                                       (v starts at 0)
 *     theta -= learningRate * (nesterov ? g + momentum * v : v)
 *
 * For a constant rate this is Polyak's heavy ball: theta_{k+1} = theta_k - learningRate * g + momentum * (theta_k - theta_{k-1}).
 * Keras multiplies the rate into v, which differs once the rate changes.
 * Defaults: learningRate 0.01, weightDecay 0. Slot: `velocity`, with momentum only.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { sgd } from 'wasmgrad/optimizers';
 * await init();
 * const theta = tensor([1, 2]);
 * const state = sgd({ learningRate: 0.5, momentum: 0.9 }).create([theta]);
 * state.update([tensor([1, -1])]);
 * console.log(theta.toArray()); // [0.5, 2.5]
 * state.dispose();
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  knownOptions('sgd', options, [...COMMON_OPTIONS, 'momentum', 'nesterov']);
  const momentum = finiteNumber('sgd', 'momentum', options.momentum ?? 0, { min: 0 });
  const nesterov = flag('sgd', 'nesterov', options.nesterov ?? false);
  const weightDecay = finiteNumber('sgd', 'weightDecay', options.weightDecay ?? 0, { min: 0 });
  if (nesterov && momentum === 0) refuse(RangeError, 'sgd', 'momentum > 0 with nesterov', 0);
  return optimizerOf(
    {
      name: 'sgd',
      config: { momentum, nesterov, weightDecay },
      slots: momentum > 0 ? ['velocity'] : [],
      weightDecay,
      hyper: (rate) => sgdCells({ momentum, nesterov: Number(nesterov), weightDecay: rate }),
      apply: (theta, gradient, slot, hyper, size) =>
        call(kernels.sgdUpdate, theta, gradient, slot('velocity'), hyper, 0, size),
    },
    options,
    0.01,
  );
}
