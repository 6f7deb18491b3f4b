import { refuse } from '../core/errors.js';
import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { pad } from '../ops/slice.js';
import type { Layer } from './layer.js';
import { imageSizes } from './support/convolving.js';

type Pair = readonly [number, number];

export interface ZeroPadding2dOptions {
  /** Cells on every side, `[rows, columns]`, or `[[top, bottom], [left, right]]`. Default 1. */
  readonly padding?: number | Pair | readonly [rows: Pair, columns: Pair] | undefined;
  readonly name?: string | undefined;
}

function checkPads(padding: unknown): [Pair, Pair] {
  const cells = (value: unknown): number => wholeNumber('zeroPadding2d', 'padding', value, { min: 0 });
  const sides = (value: unknown): Pair => {
    if (!Array.isArray(value)) return [cells(value), cells(value)];
    if (value.length !== 2) refuse(RangeError, 'zeroPadding2d', 'padding to be pairs', show(padding));
    return [cells(value[0]), cells(value[1])];
  };
  if (!Array.isArray(padding)) return [sides(padding), sides(padding)];
  if (padding.length !== 2) refuse(RangeError, 'zeroPadding2d', 'padding to be pairs', show(padding));
  return [sides(padding[0]), sides(padding[1])];
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
  const [rows, columns] = checkPads(options.padding ?? 1);
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
