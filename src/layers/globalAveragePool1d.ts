import { cast } from '../ops/cast.js';
import { div } from '../ops/div.js';
import { maximum } from '../ops/maximum.js';
import { mean } from '../ops/mean.js';
import { sum } from '../ops/sum.js';
import type { Layer } from './layer.js';
import type { GlobalPoolOptions } from './support/pooling.js';
import { globalStepPoolLayer, perSequence } from './support/steps.js';

/**
 * The mean of each feature over all steps, or over those within the lengths: [B, steps, features] to [B, features]. The
 * mean over no steps is 0.
 *
 * @throws TypeError for bad options; ShapeError for an input that is not a sequence.
 * @example
 * ```ts
 * import { globalAveragePool1d } from 'wasmgrad/layers';
 * console.log(globalAveragePool1d().outputShape([10, 64])); // [64]
 * ```
 */
export function globalAveragePool1d(options: GlobalPoolOptions = {}): Layer {
  return globalStepPoolLayer('globalAveragePool1d', options, mean, (x, over, lengths) => {
    const total = sum(x, over);
    return div(total, perSequence(maximum(cast(lengths, 'f32'), 1), total));
  });
}
