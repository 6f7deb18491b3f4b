import { apply, applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { nth, only } from './support/arguments.js';
import { checkDType } from './support/operands.js';
import { poolGeometry, type PoolOptions } from './support/pooling.js';
import { imageShape, withGeometry, type Geometry } from './support/window.js';

/** The largest cell of each window and its index in the image plane, i32. */
const maxPoolOp: Op<Geometry, readonly Tensor[], DType> = {
  name: 'maxPool2d',
  infer: (_, g) => [
    { shape: imageShape(g, 'output'), dtype: 'f32' },
    { shape: imageShape(g, 'output'), dtype: 'i32' },
  ],
  forward: (inputs, outputs, g) => {
    const [x, y, index] = [only(inputs).pointer(), nth(outputs, 0).pointer(), nth(outputs, 1).pointer()];
    withGeometry(g, (block) => {
      call(kernels.maxPool2d, x, y, index, block, 0, g.batch * g.output[0]);
    });
  },
  rules: {
    vjp: ({ outputs, attributes }, [dy]) => [dy && applyOne(placeOp, [dy, nth(outputs, 1)], attributes)],
    jvp: ({ outputs, attributes }, [tangent]) => [tangent && applyOne(pickOp, [tangent, nth(outputs, 1)], attributes)],
    saves: { inputs: false, outputs: true },
  },
};

/** Values, and the indices of `maxPoolOp`. */
type Indexed = readonly [values: Tensor, index: Tensor<DType>];

/** The cells of t at the indices of the maxima. */
const pickOp: Op<Geometry, Indexed> = {
  name: 'maxPoolPick',
  infer: (_, g) => [{ shape: imageShape(g, 'output'), dtype: 'f32' }],
  forward: (inputs, outputs, g) => {
    const [t, index, y] = [nth(inputs, 0).pointer(), nth(inputs, 1).pointer(), only(outputs).pointer()];
    withGeometry(g, (block) => {
      call(kernels.maxPoolPick, t, index, y, block, 0, g.batch * g.output[0]);
    });
  },
  rules: {
    vjp: ({ inputs, attributes }, [dy]) => [dy && applyOne(placeOp, [dy, nth(inputs, 1)], attributes)],
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && applyOne(pickOp, [tangent, nth(inputs, 1)], attributes)],
  },
};

/** Its transpose: puts values at the indices of the maxima, zero elsewhere. */
const placeOp: Op<Geometry, Indexed> = {
  name: 'maxPoolGradient',
  infer: (_, g) => [{ shape: imageShape(g, 'input'), dtype: 'f32' }],
  forward: (inputs, outputs, g) => {
    const [dy, index, dx] = [nth(inputs, 0).pointer(), nth(inputs, 1).pointer(), only(outputs).pointer()];
    withGeometry(g, (block) => {
      call(kernels.maxPoolGradient, dy, index, dx, block, 0, g.batch * g.input[0]);
    });
  },
  rules: {
    vjp: ({ inputs, attributes }, [dx]) => [dx && applyOne(pickOp, [dx, nth(inputs, 1)], attributes)],
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && applyOne(placeOp, [tangent, nth(inputs, 1)], attributes)],
  },
};

/**
 * The largest cell of each window. Padding counts as -Infinity. NaN in a window gives NaN. Of equal cells the first
 * receives the gradient.
 *
 * @param x f32 [batch, height, width, channels]
 * @param options `poolSize`: default 2; `strides`: default `poolSize`; `padding`: default `'valid'`
 * @returns [batch, rows, columns, channels]
 * @throws ShapeError, DTypeError; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { init, maxPool2d, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([1, 5, 2, 0, 3, 4, 7, 6], [1, 2, 4, 1]);
 * console.log(maxPool2d(x, { poolSize: 2 }).data()); // 5, 7
 * ```
 */
export function maxPool2d(x: Tensor, options: PoolOptions = {}): Tensor {
  const geometry = poolGeometry('maxPool2d', x, options);
  return scoped(
    () => checkDType('maxPool2d', nth(apply(maxPoolOp, [x], geometry), 0), 'f32'),
    (y) => [y],
  );
}
