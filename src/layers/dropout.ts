import { dropoutMask } from '../ops/dropoutMask.js';
import { mul } from '../ops/mul.js';
import type { Layer } from './layer.js';
import { checkRate, noiseLayer, type RateOptions } from './support/noise.js';

/**
 * Inverted dropout (Srivastava et al. 2014): while training, each element is zeroed with probability `rate` and the
 * others are divided by 1 - rate, so that prediction needs no change. The mask is determined by the seed of the
 * training, the step and the layer, so a run can be repeated bit by bit.
 *
 * @throws TypeError, RangeError unless 0 <= rate < 1.
 * @example
 * ```ts
 * import { dropout } from 'wasmgrad/layers';
 * const layer = dropout({ rate: 0.2 });
 * ```
 */
export function dropout(options: RateOptions): Layer {
  const rate = checkRate('dropout', options);
  return noiseLayer('dropout', options, {
    silent: rate === 0,
    apply: (x, key, stream) => mul(x, dropoutMask(key, x.shape, rate, stream)),
  });
}
