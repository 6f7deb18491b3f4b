import { mean } from '../ops/mean.js';
import type { Layer } from './layer.js';
import type { GlobalPoolOptions } from './support/pooling.js';
import { globalStepPoolLayer } from './support/steps.js';

/**
 * The mean of each feature over all steps: [B, steps, features] to [B, features].
 *
 * @throws TypeError for bad options, and for sequences of different lengths, whose padding would count; ShapeError for
 *   an input that is not a sequence.
 * @example
 * ```ts
 * import { globalAveragePool1d } from 'wasmgrad/layers';
 * console.log(globalAveragePool1d().outputShape([10, 64])); // [64]
 * ```
 */
export function globalAveragePool1d(options: GlobalPoolOptions = {}): Layer {
  return globalStepPoolLayer('globalAveragePool1d', options, mean);
}
