import { finiteNumber, knownOptions } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import { adagradCells } from '../runtime/generated/layout.js';
import { call } from '../runtime/kernels.js';
import type { CommonOptions, Optimizer } from './optimizer.js';
import { COMMON_OPTIONS, optimizerOf } from './define.js';

export interface AdagradOptions extends CommonOptions {
  /** Initial value of the sums of squares, >= 0. Default 0. */
  readonly initialAccumulator?: number | undefined;
  /** Added to the denominator, >= 0. Default 1e-10. */
  readonly epsilon?: number | undefined;
}

/**
 * AdaGrad (Duchi et al. 2011) as in PyTorch (`torch.optim.Adagrad`, lr_decay 0):
 *
 *     g += weightDecay * theta
 *     s += g^2                                                   (s starts at initialAccumulator)
 *     theta -= learningRate * g / (sqrt(s) + epsilon)
 *
 * Keras starts s at 0.1, has epsilon 1e-7 inside the root and learningRate 0.001.
 * Defaults: learningRate 0.01, weightDecay 0. Slot: `accumulator`.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { adagrad } from 'wasmgrad/optimizers';
 * await init();
 * const theta = tensor([1, 2]);
 * const state = adagrad({ learningRate: 0.5 }).create([theta]);
 * state.update([tensor([10, -0.1])]);
 * console.log(theta.toArray()); // [0.5, 2.5]
 * state.dispose();
 * ```
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  knownOptions('adagrad', options, [...COMMON_OPTIONS, 'initialAccumulator', 'epsilon']);
  const { initialAccumulator = 0, epsilon = 1e-10, weightDecay = 0 } = options;
  finiteNumber('adagrad', 'initialAccumulator', initialAccumulator, { min: 0 });
  finiteNumber('adagrad', 'epsilon', epsilon, { min: 0 });
  finiteNumber('adagrad', 'weightDecay', weightDecay, { min: 0 });
  return optimizerOf(
    {
      name: 'adagrad',
      config: { initialAccumulator, epsilon, weightDecay },
      slots: ['accumulator'],
      initial: initialAccumulator,
      weightDecay,
      hyper: (rate) => adagradCells({ epsilon, weightDecay: rate }),
      apply: (theta, gradient, slot, hyper, size) =>
        call(kernels.adagradUpdate, theta, gradient, slot('accumulator'), hyper, 0, size),
    },
    options,
    0.01,
  );
}
