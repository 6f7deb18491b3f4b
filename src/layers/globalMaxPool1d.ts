import { cast } from '../ops/cast.js';
import { maskSteps } from '../ops/maskSteps.js';
import { max } from '../ops/max.js';
import { minimum } from '../ops/minimum.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { ones } from '../tensors/creation.js';
import type { Layer } from './layer.js';
import type { GlobalPoolOptions } from './support/pooling.js';
import { globalStepPoolLayer, perSequence } from './support/steps.js';

/** Below minus this is no value of a feature. */
const LARGE = 3e38;

/**
 * The largest value of each feature over all steps, or over those within the lengths: [B, steps, features] to [B,
 * features]. That of no steps is 0.
 *
 * @throws TypeError for bad options; ShapeError for an input that is not a sequence.
 * @example
 * ```ts
 * import { globalMaxPool1d } from 'wasmgrad/layers';
 * console.log(globalMaxPool1d().outputShape([10, 64])); // [64]
 * ```
 */
export function globalMaxPool1d(options: GlobalPoolOptions = {}): Layer {
  return globalStepPoolLayer('globalMaxPool1d', options, max, (x, over, lengths) => {
    const past = sub(1, maskSteps(ones([...x.shape.slice(0, 2), 1]), lengths));
    const largest = max(sub(x, mul(past, LARGE)), over);
    return mul(largest, perSequence(minimum(cast(lengths, 'f32'), 1), largest));
  });
}
