import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import { ADAM_CELLS_POWER1, adamCells } from '../runtime/generated/layout.js';
import { call } from '../runtime/kernels.js';
import type { CommonOptions, Optimizer } from './optimizer.js';
import { COMMON_OPTIONS, optimizerOf } from './define.js';

export interface AdamOptions extends CommonOptions {
  /** Decay rate of the running mean of gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay rate of the running mean of squared gradients, in [0, 1). Default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the denominator, >= 0. Default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Whether to divide by the largest mean of squares so far (Reddi et al. 2018). Default false. */
  readonly amsgrad?: boolean | undefined;
}

/** The rule of Adam and of AdamW, which differ only in how weight decay acts. */
export function adamRule(name: 'adam' | 'adamw', options: AdamOptions, defaultDecay: number): Optimizer {
  knownOptions(name, options, [...COMMON_OPTIONS, 'beta1', 'beta2', 'epsilon', 'amsgrad']);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false, weightDecay = defaultDecay } = options;
  finiteNumber(name, 'beta1', beta1, { min: 0, below: 1 });
  finiteNumber(name, 'beta2', beta2, { min: 0, below: 1 });
  finiteNumber(name, 'epsilon', epsilon, { min: 0 });
  flag(name, 'amsgrad', amsgrad);
  finiteNumber(name, 'weightDecay', weightDecay, { min: 0 });
  return optimizerOf(
    {
      name,
      config: { beta1, beta2, epsilon, amsgrad, weightDecay },
      slots: amsgrad ? ['m', 'v', 'vMax'] : ['m', 'v'],
      weightDecay,
      hyper: (decay) =>
        adamCells({
          beta1,
          beta2,
          epsilon,
          weightDecay: decay,
          decoupled: name === 'adamw' ? 1 : 0,
          power1: 1,
          power2: 1,
        }),
      evolving: ADAM_CELLS_POWER1,
      advance: (hyper) => call(kernels.adamAdvance, hyper),
      apply: (theta, gradient, slot, hyper, size) =>
        call(kernels.adamUpdate, theta, gradient, slot('m'), slot('v'), slot('vMax'), hyper, 0, size),
    },
    options,
    0.001,
  );
}
