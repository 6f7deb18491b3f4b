import { knownOptions, show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { reshape as reshapeOp } from '../ops/reshape.js';
import type { Layer } from './layer.js';

/** The target with its -1 replaced, for a given number of elements. */
function resolve(target: Shape, inputShape: Shape): number[] {
  const known = sizeOf(target.filter((size) => size !== -1));
  const free = known === 0 ? 0 : sizeOf(inputShape) / known;
  const shape = target.map((size) => (size === -1 ? free : size));
  if (!Number.isInteger(free) || sizeOf(shape) !== sizeOf(inputShape)) {
    throw new ShapeError(
      `reshape: expected a shape of ${sizeOf(inputShape)} elements for input ${shapeText(inputShape)}, got ${shapeText(target)}`,
    );
  }
  return shape;
}

/**
 * Gives each sample another shape; one size may be -1 and follows from the others. The batch axis stays.
 *
 * @throws TypeError, RangeError for a bad shape option; ShapeError when the sizes do not agree.
 * @example
 * ```ts
 * import { reshape } from 'wasmgrad/layers';
 * console.log(reshape({ shape: [28, 28, 1] }).outputShape([784])); // [28, 28, 1]
 * ```
 */
export function reshape(options: { readonly shape: Shape; readonly name?: string }): Layer {
  knownOptions('reshape', options, ['shape', 'name']);
  const target: unknown = options.shape;
  if (!Array.isArray(target))
    throw new TypeError(`reshape: expected shape to be an array of sizes, got ${show(target)}`);
  const sizes = [...options.shape];
  if (
    !sizes.every((size) => Number.isInteger(size) && (size >= 1 || size === -1)) ||
    sizes.filter((size) => size === -1).length > 1
  ) {
    throw new RangeError(`reshape: expected sizes >= 1 and at most one -1, got ${show(target)}`);
  }
  return {
    kind: 'reshape',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => resolve(sizes, inputShape),
    apply: (_, x) => reshapeOp(x, [x.shape[0] ?? 0, ...resolve(sizes, x.shape.slice(1))]),
  };
}
