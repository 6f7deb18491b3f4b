import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { transpose } from '../ops/transpose.js';
import type { Layer } from './layer.js';

function checkDims(given: unknown): readonly number[] {
  if (!Array.isArray(given)) refuse(TypeError, 'permute', 'dims to be an array of axes', show(given));
  const dims = Array.from(given, (axis: unknown) =>
    wholeNumber('permute', 'dims', axis, { min: 1, max: given.length }),
  );
  if (new Set(dims).size < dims.length) refuse(RangeError, 'permute', 'dims to be distinct', show(given));
  return dims;
}

/**
 * Puts the axes of a sample in another order, as Keras: [B, ...].
 *
 * @param options `dims`: for each axis of the output the axis of the input, counted from 0, the batch
 * @throws TypeError, RangeError for bad options; ShapeError for an input of another number of axes.
 * @example
 * ```ts
 * import { permute } from 'wasmgrad/layers';
 * console.log(permute({ dims: [2, 1] }).outputShape([10, 64])); // [64, 10]
 * ```
 */
export function permute(options: { readonly dims: readonly number[]; readonly name?: string | undefined }): Layer {
  knownOptions('permute', options, ['dims', 'name']);
  const dims = checkDims(options.dims);
  return {
    kind: 'permute',
    name: options.name,
    config: { ...options },
    outputShape(inputShape: Shape) {
      if (inputShape.length !== dims.length)
        refuse(ShapeError, 'permute', `input of ${dims.length} axes after the batch axis`, inputShape);
      return dims.map((axis) => inputShape[axis - 1] ?? 1);
    },
    apply: (_, x) => transpose(x, [0, ...dims]),
  };
}
