import { maxPool2d as pool } from '../ops/maxPool2d.js';
import type { Layer } from './layer.js';
import { poolLayer, type PoolLayerOptions } from './support/pooling.js';

/**
 * The largest cell of each window, for each channel: [B, height, width, channels] to [B, rows, columns, channels].
 * Options as Keras: poolSize 2, strides poolSize, padding `'valid'`.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { maxPool2d } from 'wasmgrad/layers';
 * console.log(maxPool2d({ poolSize: 2 }).outputShape([26, 26, 16])); // [13, 13, 16]
 * ```
 */
export function maxPool2d(options: PoolLayerOptions = {}): Layer {
  return poolLayer('maxPool2d', options, pool, true);
}
