import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import { rmspropCells } from '../runtime/generated/layout.js';
import { call } from '../runtime/kernels.js';
import type { CommonOptions, Optimizer } from './optimizer.js';
import { COMMON_OPTIONS, optimizerOf } from './define.js';

export interface RmspropOptions extends CommonOptions {
  /** Decay rate of the running mean of squares, in [0, 1): alpha in PyTorch, rho in Keras. Default 0.99. */
  readonly decay?: number | undefined;
  /** Added to the denominator, >= 0. Default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Share of the last step in the next one, >= 0. Default 0. */
  readonly momentum?: number | undefined;
  /** Whether to divide by the standard deviation instead of the root mean square. Default false. */
  readonly centered?: boolean | undefined;
}

/**
 * RMSProp (Tieleman and Hinton 2012) as in PyTorch (`torch.optim.RMSprop`):
 *
 *     g += weightDecay * theta
 *     s = decay * s + (1 - decay) * g^2
 *     centered: a = decay * a + (1 - decay) * g,  d = sqrt(s - a^2) + epsilon;  else d = sqrt(s) + epsilon
 *     b = momentum * b + g / d
 *     theta -= learningRate * b
 *
 * Keras has decay 0.9, epsilon 1e-7 inside the root, learningRate 0.001, and multiplies the rate into b.
 * Defaults: learningRate 0.01, weightDecay 0. Slots: `squareAverage`; `average` when centered; `momentumBuffer` with momentum.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { rmsprop } from 'wasmgrad/optimizers';
 * await init();
 * const theta = tensor([1, 2]);
 * const state = rmsprop({ learningRate: 0.1, decay: 0.75 }).create([theta]);
 * state.update([tensor([10, -10])]);
 * console.log(theta.toArray()); // about [0.8, 2.2]
 * state.dispose();
 * ```
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  knownOptions('rmsprop', options, [...COMMON_OPTIONS, 'decay', 'epsilon', 'momentum', 'centered']);
  const { decay = 0.99, epsilon = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  finiteNumber('rmsprop', 'decay', decay, { min: 0, below: 1 });
  finiteNumber('rmsprop', 'epsilon', epsilon, { min: 0 });
  finiteNumber('rmsprop', 'momentum', momentum, { min: 0 });
  flag('rmsprop', 'centered', centered);
  finiteNumber('rmsprop', 'weightDecay', weightDecay, { min: 0 });
  return optimizerOf(
    {
      name: 'rmsprop',
      config: { decay, epsilon, momentum, centered, weightDecay },
      slots: ['squareAverage', ...(centered ? ['average'] : []), ...(momentum > 0 ? ['momentumBuffer'] : [])],
      weightDecay,
      hyper: (rate) => rmspropCells({ decay, epsilon, momentum, weightDecay: rate }),
      apply: (theta, gradient, slot, hyper, size) => {
        const buffers = [slot('squareAverage'), slot('average'), slot('momentumBuffer')] as const;
        call(kernels.rmspropUpdate, theta, gradient, ...buffers, hyper, 0, size);
      },
    },
    options,
    0.01,
  );
}
