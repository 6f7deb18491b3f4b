import { finiteNumber, knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import { normalNoise } from '../ops/normalNoise.js';
import type { Layer } from './layer.js';
import { noiseLayer } from './support/noise.js';

export interface GaussianNoiseOptions {
  /** Standard deviation, finite number >= 0. */
  readonly std: number;
  readonly name?: string | undefined;
}

/**
 * Adds a normal number of mean 0 and standard deviation `std` to every element while training: `y = x + std z`. No change
 * in prediction. Input and output [B, ...]. Keras calls the option `stddev`.
 *
 * @throws TypeError, RangeError unless `std` is a finite number >= 0
 * @example
 * ```ts
 * import { gaussianNoise } from 'wasmgrad/layers';
 * const layer = gaussianNoise({ std: 0.1 });
 * ```
 */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  knownOptions('gaussianNoise', options, ['std', 'name']);
  const std = finiteNumber('gaussianNoise', 'std', options.std, { min: 0 });
  return noiseLayer('gaussianNoise', options, {
    silent: std === 0,
    apply: (x, key, stream) => add(x, normalNoise(key, x.shape, { mean: 0, std }, stream)),
  });
}
