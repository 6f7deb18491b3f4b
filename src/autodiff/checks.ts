// Checks of the transformations on functions, inputs and directions. `where` is the function that the user called.
import { show } from '../core/checks.js';
import { refuse, DTypeError, ShapeError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { leaves } from '../core/trees.js';
import { hasDType, isTensor, type DType, type Tensor } from '../tensors/tensor.js';

/** Checks that a function's result is one tensor. */
export function checkResult<D extends DType>(where: string, result: Tensor<D>): Tensor<D>;
export function checkResult(where: string, result: unknown): Tensor<DType>;
export function checkResult(where: string, result: unknown): Tensor<DType> {
  if (!isTensor(result)) refuse(TypeError, where, 'the function to return a tensor', show(result));
  return result;
}

function assertFloats(where: string, found: Tensor<DType>[]): asserts found is Tensor[] {
  for (const tensor of found) {
    tensor.assertAlive(where);
    const { dtype, shape } = tensor;
    if (dtype !== 'f32')
      refuse(DTypeError, where, 'f32 tensors to differentiate by', `${dtype} of shape ${shapeText(shape)}`);
  }
}

/** The f32 tensors of an argument tree; throws when there are none. */
export function checkTree(where: string, tree: unknown): Tensor[] {
  const found = leaves(tree, isTensor, where);
  if (found.length === 0) refuse(TypeError, where, 'a tensor, or a tree of tensors, to differentiate by', show(tree));
  assertFloats(where, found);
  return found;
}

/** Checks that something is an array of tensors. */
export function checkTensors(where: string, what: string, value: unknown): Tensor<DType>[] {
  const found: unknown[] | undefined = Array.isArray(value) ? Array.from<unknown>(value) : undefined; // holes too
  if (!found?.every(isTensor)) refuse(TypeError, where, `${what} to be an array of tensors`, show(value));
  for (const tensor of found) tensor.assertAlive(where);
  return found;
}

/** Checks the list of a function's inputs: at least one, all f32. */
export function checkInputs(where: string, inputs: unknown): Tensor[] {
  const found = checkTensors(where, 'inputs', inputs);
  if (found.length === 0) refuse(TypeError, where, 'at least one input to differentiate by', '[]');
  assertFloats(where, found);
  return found;
}

/** Checks that a tangent or cotangent fits its value. */
export function checkDirection(where: string, what: string, direction: unknown, value: Tensor<DType>): Tensor {
  if (!isTensor(direction)) refuse(TypeError, where, `${what} to be a tensor`, show(direction));
  direction.assertAlive(where);
  if (!hasDType(direction, 'f32')) refuse(DTypeError, where, `${what} to be f32`, direction.dtype);
  if (!sameShape(direction.shape, value.shape)) {
    refuse(ShapeError, where, `${what} of shape ${shapeText(value.shape)}`, direction.shape);
  }
  return direction;
}
