import { mean } from '../ops/mean.js';
import type { Layer } from './layer.js';
import { globalPoolLayer, type GlobalPoolOptions } from './support/pooling.js';

/**
 * The mean of each channel over the whole image: [B, height, width, channels] to [B, channels].
 *
 * @throws TypeError for bad options; ShapeError for an input that is not an image.
 * @example
 * ```ts
 * import { globalAveragePool2d } from 'wasmgrad/layers';
 * console.log(globalAveragePool2d().outputShape([7, 7, 64])); // [64]
 * ```
 */
export function globalAveragePool2d(options: GlobalPoolOptions = {}): Layer {
  return globalPoolLayer('globalAveragePool2d', options, mean);
}
