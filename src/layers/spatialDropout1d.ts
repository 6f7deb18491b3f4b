import { dropoutMask } from '../ops/dropoutMask.js';
import { mul } from '../ops/mul.js';
import type { Layer } from './layer.js';
import { checkRate, noiseLayer, withAxes, type RateOptions } from './support/noise.js';

/**
 * Dropout of whole channels (Tompson et al. 2015): while training, `y = x m / (1 - rate)` with one m of 0 (probability
 * `rate`) or 1 for each sample and channel, since neighbours in a channel are too alike to be dropped one by one. Input
 * and output [B, T, C], mask [B, 1, C]; no change in prediction.
 *
 * @throws TypeError, RangeError unless 0 <= rate < 1; ShapeError for an input of other axes
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { spatialDropout1d } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [20, 4] }, [spatialDropout1d({ rate: 0.2 })]);
 * console.log(model.outputShape); // [20, 4]
 * model.dispose();
 * ```
 */
export function spatialDropout1d(options: RateOptions): Layer {
  const rate = checkRate('spatialDropout1d', options);
  return noiseLayer('spatialDropout1d', options, {
    silent: rate === 0,
    outputShape: withAxes('spatialDropout1d', ['steps', 'channels']),
    apply: (x, key, stream) => mul(x, dropoutMask(key, [x.shape[0] ?? 0, 1, x.shape.at(-1) ?? 0], rate, stream)),
  });
}
