import { knownOptions } from '../core/checks.js';
import { pad } from '../ops/slice.js';
import type { Layer } from './layer.js';
import { imageSizes } from './support/convolving.js';
import { sidesOf, type Sides } from './support/sides.js';

export interface ZeroPadding2dOptions {
  /** Cells on every side, `[rows, columns]`, or `[[top, bottom], [left, right]]`. Default 1. */
  readonly padding?: Sides | undefined;
  readonly name?: string | undefined;
}

/**
 * Adds zeros around images: [B, height, width, channels] to [B, top + height + bottom, left + width + right, channels].
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not an image.
 * @example
 * ```ts
 * import { zeroPadding2d } from 'wasmgrad/layers';
 * console.log(zeroPadding2d({ padding: [[1, 0], [2, 2]] }).outputShape([4, 4, 3])); // [5, 8, 3]
 * ```
 */
export function zeroPadding2d(options: ZeroPadding2dOptions = {}): Layer {
  knownOptions('zeroPadding2d', options, ['padding', 'name']);
  const [rows, columns] = sidesOf('zeroPadding2d', 'padding', options.padding ?? 1);
  return {
    kind: 'zeroPadding2d',
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      const [height, width, channels] = imageSizes('zeroPadding2d', inputShape);
      return [height + rows[0] + rows[1], width + columns[0] + columns[1], channels];
    },
    apply: (_, x) => pad(x, [[0, 0], rows, columns, [0, 0]]),
  };
}
