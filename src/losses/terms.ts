// Shared by the losses: checks of prediction and target, and the weighted sum of the terms.
import { ShapeError, refuse } from '../core/errors.js';
import { sameShape, shapeText, type Shape } from '../core/shapes.js';
import { sumTo } from '../ops/broadcast.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import type { LossReduction } from './loss.js';

/** Throws for a prediction without elements, which has no mean. */
export function checkSome(where: string, shape: Shape): void {
  if (shape.includes(0)) refuse(ShapeError, where, 'at least one row', `prediction ${shapeText(shape)}`);
}

/** Checks that prediction and target are f32 of one shape with at least one element. */
export function checkPair(
  where: string,
  prediction: Tensor<DType>,
  target: Tensor<DType>,
): readonly [prediction: Tensor, target: Tensor] {
  const p = checkDType(`${where}: prediction`, checkTensor(where, prediction, 'prediction to be a tensor'), 'f32');
  const t = checkDType(`${where}: target`, checkTensor(where, target, 'target to be a tensor'), 'f32');
  if (!sameShape(prediction.shape, target.shape)) {
    refuse(ShapeError, where, `target of the prediction's shape ${shapeText(prediction.shape)}`, target.shape);
  }
  checkSome(where, p.shape);
  return [p, t];
}

/** The factor of the sum: 1 for `'sum'`, 1 / count for `'mean'`. */
export function scaleOf(reduction: LossReduction, count: number): number {
  return reduction === 'mean' ? 1 / count : 1;
}

/** scale times the sum of all terms. */
export function total(terms: Tensor, scale: number): Tensor {
  return sumTo(terms, [], scale);
}
