import { max } from '../ops/max.js';
import type { Layer } from './layer.js';
import { globalPoolLayer, type GlobalPoolOptions } from './support/pooling.js';

/**
 * The largest value of each channel over the whole image: [B, height, width, channels] to [B, channels].
 *
 * @throws TypeError for bad options; ShapeError for an input that is not an image.
 * @example
 * ```ts
 * import { globalMaxPool2d } from 'wasmgrad/layers';
 * console.log(globalMaxPool2d().outputShape([7, 7, 64])); // [64]
 * ```
 */
export function globalMaxPool2d(options: GlobalPoolOptions = {}): Layer {
  return globalPoolLayer('globalMaxPool2d', options, max);
}
