import { maxPool2d as pool } from '../ops/maxPool2d.js';
import { relu } from '../ops/relu.js';
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
  return {
    ...poolLayer('maxPool2d', options, pool),
    // Behind the pool, relu has fewer values to keep and to differentiate. Nothing else changes: the largest of some values
    // is positive if any is, and of equal ones the first stays the first.
    arrange(layers, place) {
      const [before, here] = [layers[place - 1], layers[place]];
      const bare = before?.layer.activation === 'relu' && before.layer.withoutActivation?.();
      if (!bare || layers.some((reader) => (reader === here) !== reader.inputs.includes(place))) return layers;
      const behind = poolLayer('maxPool2d', options, (x, window) => relu(pool(x, window)));
      return layers.map((each) => {
        if (each === here) return { ...each, layer: behind };
        return each === before ? { ...each, layer: bare } : each;
      });
    },
  };
}
