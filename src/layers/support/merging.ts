import { show } from '../../core/checks.js';
import { ShapeError, refuse } from '../../core/errors.js';
import { shapeText, type Shape } from '../../core/shapes.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Layer } from '../layer.js';

/** A layer with several inputs. With a single one it returns that input. */
export function mergeLayer(
  kind: string,
  options: { readonly name?: string | undefined },
  outputShape: (inputShapes: readonly Shape[]) => Shape,
  apply: (xs: readonly Tensor[]) => Tensor,
): Layer {
  return {
    kind,
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => x,
    merge: { outputShape, apply },
  };
}

/** The shape of the result. Along an axis where an input has size 1, it is the same for all positions of the others. */
export function commonShape(where: string, shapes: readonly Shape[]): Shape {
  const [first = []] = shapes;
  const result = first.map((size, i) => shapes.reduce((most, shape) => (most === 1 ? (shape[i] ?? 1) : most), size));
  for (const shape of shapes) {
    const fits = shape.length === result.length && shape.every((size, i) => size === 1 || size === result[i]);
    if (!fits) refuse(ShapeError, where, 'inputs of one shape', `${shapeText(first)} and ${shapeText(shape)}`);
  }
  return result;
}

/** An axis of a batch, negative from the end, as the axis of a sample, from 0. */
export function sampleAxis(where: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis - 1; // axis 0 is the batch
  if (at >= 0 && at < rank) return at;
  refuse(ShapeError, where, `inputs with an axis ${show(axis)} after the batch axis`, `${rank} axes`);
}
