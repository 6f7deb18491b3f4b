import { avgPool2d } from '../ops/avgPool2d.js';
import type { Layer } from './layer.js';
import { stepPoolLayer, type StepPoolOptions } from './support/steps.js';

/**
 * The mean of each window of steps, for each feature: [B, steps, features] to [B, windows, features]. Options as
 * Keras: poolSize 2, strides poolSize, padding `'valid'`.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { avgPool1d } from 'wasmgrad/layers';
 * console.log(avgPool1d({ poolSize: 2 }).outputShape([10, 16])); // [5, 16]
 * ```
 */
export function avgPool1d(options: StepPoolOptions = {}): Layer {
  return stepPoolLayer('avgPool1d', options, avgPool2d);
}
