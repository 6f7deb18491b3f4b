import { knownOptions } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { cropping2d } from './cropping2d.js';
import type { Layer } from './layer.js';
import { endsOf } from './support/sides.js';
import { stepsLayer } from './support/steps.js';

export interface Cropping1dOptions {
  /** Steps at both ends, or `[begin, end]`. Default 1. */
  readonly cropping?: number | readonly [begin: number, end: number] | undefined;
  readonly name?: string | undefined;
}

/**
 * Removes steps at the ends of sequences: [B, steps, features] to [B, steps - begin - end, features].
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence or is too short.
 * @example
 * ```ts
 * import { cropping1d } from 'wasmgrad/layers';
 * console.log(cropping1d({ cropping: [1, 2] }).outputShape([10, 4])); // [7, 4]
 * ```
 */
export function cropping1d(options: Cropping1dOptions = {}): Layer {
  knownOptions('cropping1d', options, ['cropping', 'name']);
  const ends = endsOf('cropping1d', 'cropping', options.cropping ?? 1);
  const cut = ends[0] + ends[1];
  const images = cropping2d({ cropping: [ends, [0, 0]] });
  return stepsLayer('cropping1d', options, {
    ...images,
    outputShape(inputShape) {
      const [steps = 0] = inputShape;
      if (steps <= cut) refuse(ShapeError, 'cropping1d', `more than ${cut} steps`, steps);
      return images.outputShape(inputShape);
    },
  });
}
