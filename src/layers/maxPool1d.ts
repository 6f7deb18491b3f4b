import { maxPool2d } from '../ops/maxPool2d.js';
import type { Layer } from './layer.js';
import { stepPoolLayer, type StepPoolOptions } from './support/steps.js';

/**
 * The largest value of each window of steps, for each feature: [B, steps, features] to [B, windows, features]. Options as
 * Keras: poolSize 2, strides poolSize, padding `'valid'`.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { maxPool1d } from 'wasmgrad/layers';
 * console.log(maxPool1d({ poolSize: 2 }).outputShape([10, 16])); // [5, 16]
 * ```
 */
export function maxPool1d(options: StepPoolOptions = {}): Layer {
  return stepPoolLayer('maxPool1d', options, maxPool2d);
}
