import { mul } from '../ops/mul.js';
import { normalNoise } from '../ops/normalNoise.js';
import type { Layer } from './layer.js';
import { checkRate, noiseLayer, type RateOptions } from './support/noise.js';

/**
 * Gaussian dropout (Srivastava et al. 2014): while training, every element is multiplied by a normal number of mean 1
 * and standard deviation `sqrt(rate / (1 - rate))`, which has the mean and variance of `dropout`'s factors. No change in
 * prediction. Input and output [B, ...].
 *
 * @throws TypeError, RangeError unless 0 <= rate < 1
 * @example
 * ```ts
 * import { gaussianDropout } from 'wasmgrad/layers';
 * const layer = gaussianDropout({ rate: 0.2 });
 * ```
 */
export function gaussianDropout(options: RateOptions): Layer {
  const rate = checkRate('gaussianDropout', options);
  const noise = { mean: 1, std: Math.sqrt(rate / (1 - rate)) };
  return noiseLayer('gaussianDropout', options, {
    silent: rate === 0,
    apply: (x, key, stream) => mul(x, normalNoise(key, x.shape, noise, stream)),
  });
}
