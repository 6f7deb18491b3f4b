import { knownOptions } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { slice } from '../ops/slice.js';
import type { Layer } from './layer.js';
import { imageSizes } from './support/convolving.js';
import { sidesOf, type Sides } from './support/sides.js';

export interface Cropping2dOptions {
  /** Cells on every side, `[rows, columns]`, or `[[top, bottom], [left, right]]`. Default 0. */
  readonly cropping?: Sides | undefined;
  readonly name?: string | undefined;
}

/**
 * Removes the borders of images: [B, height, width, channels] to [B, height - top - bottom, width - left - right,
 * channels].
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not an image or is too small.
 * @example
 * ```ts
 * import { cropping2d } from 'wasmgrad/layers';
 * console.log(cropping2d({ cropping: [[1, 2], [0, 4]] }).outputShape([28, 28, 3])); // [25, 24, 3]
 * ```
 */
export function cropping2d(options: Cropping2dOptions = {}): Layer {
  knownOptions('cropping2d', options, ['cropping', 'name']);
  const [[top, bottom], [left, right]] = sidesOf('cropping2d', 'cropping', options.cropping ?? 0);
  const sizes = (inputShape: Shape): [number, number, number] => {
    const [height, width, channels] = imageSizes('cropping2d', inputShape);
    const [rows, columns] = [height - top - bottom, width - left - right];
    if (rows > 0 && columns > 0) return [rows, columns, channels];
    refuse(ShapeError, 'cropping2d', `an image larger than [${top + bottom}, ${left + right}]`, inputShape);
  };
  return {
    kind: 'cropping2d',
    name: options.name,
    config: { ...options },
    outputShape: sizes,
    apply: (_, x) => slice(x, [0, top, left, 0], [x.shape[0] ?? 0, ...sizes(x.shape.slice(1))]),
  };
}
