import { knownOptions, show } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { MAX_RANK, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { reshape as reshapeOp } from '../ops/reshape.js';
import type { Layer } from './layer.js';

/** The target shape with its -1 replaced by the size that fits. */
function resolve(target: Shape, inputShape: Shape): number[] {
  const known = sizeOf(target.filter((size) => size !== -1));
  const free = known === 0 ? 0 : sizeOf(inputShape) / known;
  const shape = target.map((size) => (size === -1 ? free : size));
  if (!Number.isInteger(free) || sizeOf(shape) !== sizeOf(inputShape)) {
    refuse(
      ShapeError,
      'reshape',
      `a shape of ${sizeOf(inputShape)} elements for input ${shapeText(inputShape)}`,
      target,
    );
  }
  return shape;
}

/**
 * Gives each sample another shape, of which one size may be -1 and follows from the others. The batch axis stays.
 *
 * @throws TypeError, RangeError for a bad shape option; ShapeError when the sizes do not agree.
 * @example
 * ```ts
 * import { reshape } from 'wasmgrad/layers';
 * console.log(reshape({ shape: [28, 28, 1] }).outputShape([784])); // [28, 28, 1]
 * ```
 */
export function reshape(options: { readonly shape: Shape; readonly name?: string | undefined }): Layer {
  knownOptions('reshape', options, ['shape', 'name']);
  const target: unknown = options.shape;
  if (!Array.isArray(target)) refuse(TypeError, 'reshape', 'shape to be an array of sizes', show(target));
  const sizes = [...options.shape.slice(0, MAX_RANK)]; // holes become undefined
  if (
    options.shape.length >= MAX_RANK ||
    !sizes.every((size) => Number.isInteger(size) && (size >= 1 || size === -1)) ||
    sizes.filter((size) => size === -1).length > 1
  ) {
    refuse(RangeError, 'reshape', `at most ${MAX_RANK - 1} sizes >= 1, one of them perhaps -1`, show(target));
  }
  return {
    kind: 'reshape',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => resolve(sizes, inputShape),
    apply: (_, x) => reshapeOp(x, [x.shape[0] ?? 0, ...resolve(sizes, x.shape.slice(1))]),
  };
}
