import { finiteNumber, wholeNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkShape, shapeText, type Shape } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkDType, checkTensor } from './support/operands.js';

/** Mean and standard deviation of the numbers. */
interface Noise {
  readonly mean: number;
  readonly std: number;
}

interface Attributes extends Noise {
  readonly shape: Shape;
  readonly stream: number;
}

const normalNoiseOp: Op<Attributes, readonly Tensor<'i32'>[]> = {
  name: 'normalNoise',
  infer: (_, { shape }) => [{ shape, dtype: 'f32' }],
  forward: (inputs, outputs, { mean, std, stream }) => {
    const y = only(outputs);
    call(kernels.normalNoise, y.pointer(), only(inputs).pointer(), stream, mean, std, 0, y.size);
  },
  rules: 'nonDifferentiable',
};

/**
 * Normal numbers `mean + std z`, determined by key and stream like the masks of `dropoutMask`. The key lies in memory, so
 * that a recorded program draws new numbers at every step.
 *
 * @param key i32 [2]: seed and step
 * @param shape of the result
 * @param noise mean and standard deviation, finite numbers
 * @param stream distinguishes the numbers of one step; a whole number below 2^32
 * @throws ShapeError, DTypeError, RangeError, TypeError
 */
export function normalNoise(key: Tensor<'i32'>, shape: Shape, { mean, std }: Noise, stream: number): Tensor {
  const where = 'normalNoise';
  checkDType(where, checkTensor(where, key), 'i32');
  if (key.size !== 2) throw new ShapeError(`${where}: expected key [2], got ${shapeText(key.shape)}`);
  finiteNumber(where, 'mean', mean);
  finiteNumber(where, 'std', std, { min: 0 });
  wholeNumber(where, 'stream', stream, { min: 0, max: 2 ** 32 - 1 });
  return applyOne(normalNoiseOp, [key], { shape: checkShape(where, shape), mean, std, stream });
}
