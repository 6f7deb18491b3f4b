import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { linear } from './support/constructors.js';
import { poolGeometry, type PoolOptions } from './support/pooling.js';
import { imageShape, withGeometry, type Geometry } from './support/window.js';

const avgPoolOp: Op<Geometry> = linear<Geometry>({
  name: 'avgPool2d',
  infer: (_, g) => [{ shape: imageShape(g, 'output'), dtype: 'f32' }],
  forward: (inputs, outputs, g) => {
    const [x, y] = [only(inputs).pointer(), only(outputs).pointer()];
    withGeometry(g, (block) => {
      call(kernels.avgPool2d, x, y, block, 0, g.batch * g.output[0]);
    });
  },
  transpose: (dy, _, g) => applyOne(shareOp, [dy], g),
});

/** Its transpose: spreads the value of each window equally over its cells. */
const shareOp: Op<Geometry> = linear<Geometry>({
  name: 'avgPoolGradient',
  infer: (_, g) => [{ shape: imageShape(g, 'input'), dtype: 'f32' }],
  forward: (inputs, outputs, g) => {
    const [dy, dx] = [only(inputs).pointer(), only(outputs).pointer()];
    withGeometry(g, (block) => {
      call(kernels.avgPoolGradient, dy, dx, block, 0, g.batch * g.input[0]);
    });
  },
  transpose: (dx, _, g) => applyOne(avgPoolOp, [dx], g),
});

/**
 * The mean over each window's cells. Padding does not count, neither in the mean nor in the gradient.
 *
 * @param x f32 [batch, height, width, channels]
 * @param options `poolSize`: default 2; `strides`: default `poolSize`; `padding`: default `'valid'`
 * @returns [batch, rows, columns, channels]
 * @throws ShapeError, DTypeError; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { avgPool2d, init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([1, 5, 2, 0, 3, 3, 4, 6], [1, 2, 4, 1]);
 * console.log(avgPool2d(x, { poolSize: 2 }).data()); // 3, 3
 * ```
 */
export function avgPool2d(x: Tensor, options: PoolOptions = {}): Tensor {
  return applyOne(avgPoolOp, [x], poolGeometry('avgPool2d', x, options));
}
