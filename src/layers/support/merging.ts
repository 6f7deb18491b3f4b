import { show } from '../../core/checks.js';
import { ShapeError, refuse } from '../../core/errors.js';
import { shapeText, type Shape } from '../../core/shapes.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Layer } from '../layer.js';

/** A layer of several inputs; of one input it is that input. */
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

/** The common shape of inputs that must be alike. */
export function commonShape(where: string, shapes: readonly Shape[]): Shape {
  const [first = []] = shapes;
  for (const shape of shapes) {
    if (shapeText(shape) !== shapeText(first))
      refuse(ShapeError, where, 'inputs of one shape', `${shapeText(first)} and ${shapeText(shape)}`);
  }
  return first;
}

/** A sample's axis, negative from the end, as a number from 0. */
export function sampleAxis(where: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis - 1; // axis 0 is the batch
  if (at >= 0 && at < rank) return at;
  refuse(ShapeError, where, `inputs with an axis ${show(axis)} behind the batch`, `${rank} axes`);
}
