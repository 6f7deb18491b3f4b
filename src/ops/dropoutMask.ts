import { finiteNumber, wholeNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkShape, shapeText, type Shape } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkDType, checkTensor } from './support/operands.js';

interface Attributes {
  readonly shape: Shape;
  readonly rate: number;
  readonly stream: number;
}

const dropoutMaskOp: Op<Attributes, readonly Tensor<'i32'>[]> = {
  name: 'dropoutMask',
  infer: (_, { shape }) => [{ shape, dtype: 'f32' }],
  forward: (inputs, outputs, { rate, stream }) => {
    const y = only(outputs);
    call(kernels.dropoutMask, y.pointer(), only(inputs).pointer(), stream, rate, 0, y.size);
  },
  rules: 'nonDifferentiable',
};

/**
 * The factors of inverted dropout: 0 with probability `rate`, else 1 / (1 - rate). Key and stream determine the numbers
 * (Philox). The key lies in memory, so that a recorded program draws new numbers at every step.
 *
 * @param key i32 [2]: seed and step
 * @param shape of the mask
 * @param rate 0 <= rate < 1
 * @param stream distinguishes the masks of one step; a whole number below 2^32
 * @throws ShapeError, DTypeError, RangeError, TypeError
 */
export function dropoutMask(key: Tensor<'i32'>, shape: Shape, rate: number, stream: number): Tensor {
  checkDType('dropoutMask', checkTensor('dropoutMask', key), 'i32');
  if (key.size !== 2) throw new ShapeError(`dropoutMask: expected key [2], got ${shapeText(key.shape)}`);
  finiteNumber('dropoutMask', 'rate', rate, { min: 0, below: 1 });
  wholeNumber('dropoutMask', 'stream', stream, { min: 0, max: 2 ** 32 - 1 });
  return applyOne(dropoutMaskOp, [key], { shape: checkShape('dropoutMask', shape), rate, stream });
}
