import { knownOptions } from '../core/checks.js';
import type { Layer } from './layer.js';
import { endsOf } from './support/sides.js';
import { stepsLayer } from './support/steps.js';
import { zeroPadding2d } from './zeroPadding2d.js';

export interface ZeroPadding1dOptions {
  /** Steps at both ends, or `[begin, end]`. Default 1. */
  readonly padding?: number | readonly [begin: number, end: number] | undefined;
  readonly name?: string | undefined;
}

/**
 * Adds steps of zeros at the ends of sequences: [B, steps, features] to [B, begin + steps + end, features].
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence.
 * @example
 * ```ts
 * import { zeroPadding1d } from 'wasmgrad/layers';
 * console.log(zeroPadding1d({ padding: [1, 2] }).outputShape([10, 4])); // [13, 4]
 * ```
 */
export function zeroPadding1d(options: ZeroPadding1dOptions = {}): Layer {
  knownOptions('zeroPadding1d', options, ['padding', 'name']);
  const ends = endsOf('zeroPadding1d', 'padding', options.padding ?? 1);
  return stepsLayer('zeroPadding1d', options, zeroPadding2d({ padding: [ends, [0, 0]] }));
}
