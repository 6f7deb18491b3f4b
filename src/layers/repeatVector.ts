import { knownOptions, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { broadcastTo } from '../ops/broadcast.js';
import { reshape } from '../ops/reshape.js';
import type { Layer } from './layer.js';

/**
 * A sequence of the same vector at every step: [B, features] to [B, n, features].
 *
 * @param options `n`: number of steps, >= 1
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a vector.
 * @example
 * ```ts
 * import { repeatVector } from 'wasmgrad/layers';
 * console.log(repeatVector({ n: 5 }).outputShape([4])); // [5, 4]
 * ```
 */
export function repeatVector(options: { readonly n: number; readonly name?: string | undefined }): Layer {
  knownOptions('repeatVector', options, ['n', 'name']);
  const n = wholeNumber('repeatVector', 'n', options.n, { min: 1 });
  return {
    kind: 'repeatVector',
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      if (inputShape.length !== 1)
        refuse(ShapeError, 'repeatVector', 'input [batch, features]', ['batch', ...inputShape]);
      return [n, ...inputShape];
    },
    apply(_, x) {
      const [batch = 0, features = 0] = x.shape;
      return broadcastTo(reshape(x, [batch, 1, features]), [batch, n, features]);
    },
  };
}
