// What users hand to a model, checked and brought into shape.
import { DTypeError, NonFiniteError, ShapeError, refuse } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { cast } from '../ops/cast.js';
import { tensor, toTensor, type TensorData } from '../tensors/creation.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import type { Weight } from './network.js';

/** Data a model predicts from: a tensor, nested arrays, or a flat typed array of whole samples. */
export type ModelInput = Tensor | TensorData;

/** An input batch as an f32 tensor [rows, ...inputShape]; with `anySteps` its first axis may have another size. */
export function toBatch(where: string, inputShape: Shape, x: ModelInput, anySteps: boolean): Tensor {
  const given = isTensor(x) ? x : tensor(x);
  given.assertAlive(where);
  const batch = given.dtype === 'i32' ? cast(given, 'f32') : given;
  const expected = [batch.size / sizeOf(inputShape), ...inputShape];
  const [rows = 0, steps = 0] = batch.shape;
  const fitting = anySteps && steps > 0 ? [rows, steps, ...inputShape.slice(1)] : expected;
  if (sameShape(batch.shape, fitting)) return batch;
  if (ArrayBuffer.isView(x) && Number.isInteger(expected[0])) return viewAs(batch, expected);
  const [first, ...rest] = inputShape;
  const axes = ['batch', anySteps ? 'steps' : first, ...rest].join(', ');
  refuse(ShapeError, where, `input [${axes}]`, given.shape);
}

/** Lengths must be one a sequence, from 1 to the number of steps. */
export function checkLengths(where: string, lengths: ArrayLike<number>, batch: Tensor): void {
  const [rows = 0, steps = 0] = batch.shape;
  if (lengths.length !== rows) refuse(ShapeError, where, `${rows} lengths`, lengths.length);
  for (let i = 0; i < rows; i++) {
    const length = lengths[i] ?? NaN;
    if (!Number.isInteger(length) || length < 1 || length > steps)
      refuse(RangeError, where, `lengths from 1 to ${steps}`, `${length} at position ${i}`);
  }
}

/** Values for a weight, of its shape and finite. */
export function checkValues({ name, shape }: Weight, value: ModelInput): Tensor {
  const given = toTensor(value);
  const flat = ArrayBuffer.isView(value) && given.size === sizeOf(shape);
  if (given.dtype !== 'f32') refuse(DTypeError, 'setWeights', `${name} to be f32`, given.dtype);
  if (!flat && !sameShape(given.shape, shape))
    refuse(ShapeError, 'setWeights', `${name} of shape ${shapeText(shape)}`, given.shape);
  given.data().forEach((number, i) => {
    if (!Number.isFinite(number))
      refuse(NonFiniteError, 'setWeights', `finite values for ${name}`, `${number} at position ${i}`);
  });
  return given;
}
