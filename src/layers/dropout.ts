import { refuse } from '../core/errors.js';
import { finiteNumber, knownOptions } from '../core/checks.js';
import { dropoutMask } from '../ops/dropoutMask.js';
import { mul } from '../ops/mul.js';
import type { Layer } from './layer.js';

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
export function dropout(options: { readonly rate: number; readonly name?: string | undefined }): Layer {
  knownOptions('dropout', options, ['rate', 'name']);
  const rate = finiteNumber('dropout', 'rate', options.rate, { min: 0, below: 1 });
  return {
    kind: 'dropout',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => inputShape,
    apply(_, x, { training, key, stream }) {
      if (!training || rate === 0) return x;
      if (!key) refuse(TypeError, 'dropout', 'a seed when training', 'none');
      return mul(x, dropoutMask(key, x.shape, rate, stream));
    },
  };
}
