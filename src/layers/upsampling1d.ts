import { knownOptions, wholeNumber } from '../core/checks.js';
import type { Layer } from './layer.js';
import { MAX_CELLS, stepsLayer } from './support/steps.js';
import { upsampling2d } from './upsampling2d.js';

/**
 * Repeats every step of sequences: [B, steps, features] to [B, steps * size, features].
 *
 * @param options `size`: how often, default 2
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence.
 * @example
 * ```ts
 * import { upsampling1d } from 'wasmgrad/layers';
 * console.log(upsampling1d({ size: 3 }).outputShape([10, 4])); // [30, 4]
 * ```
 */
export function upsampling1d(
  options: { readonly size?: number | undefined; readonly name?: string | undefined } = {},
): Layer {
  knownOptions('upsampling1d', options, ['size', 'name']);
  const size = wholeNumber('upsampling1d', 'size', options.size ?? 2, { min: 1, max: MAX_CELLS });
  return stepsLayer('upsampling1d', options, upsampling2d({ size: [size, 1] }));
}
