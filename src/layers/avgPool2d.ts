import { avgPool2d as pool } from '../ops/avgPool2d.js';
import type { Layer } from './layer.js';
import { poolLayer, type PoolLayerOptions } from './support/pooling.js';

/**
 * The mean of each window's cells without padding, for each channel: [B, height, width, channels] to [B, rows, columns,
 * channels]. Options as Keras: poolSize 2, strides poolSize, padding `'valid'`.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { avgPool2d } from 'wasmgrad/layers';
 * console.log(avgPool2d({ poolSize: 2 }).outputShape([26, 26, 16])); // [13, 13, 16]
 * ```
 */
export function avgPool2d(options: PoolLayerOptions = {}): Layer {
  return poolLayer('avgPool2d', options, pool);
}
