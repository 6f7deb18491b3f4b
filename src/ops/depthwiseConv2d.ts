import { knownOptions } from '../core/checks.js';
import { onBehalfOf, ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { conv2dGeometry, convolution, type Conv2dOptions } from './conv2d.js';
import { checkDType, checkTensor } from './support/operands.js';

/** A filter [height, width, in, multiplier] as conv2d's [height, width, 1, in * multiplier]; no data moves. */
export function depthwiseFilter(where: string, filter: Tensor): Tensor {
  checkDType(where, checkTensor(where, filter), 'f32');
  const [height = 0, width = 0, channels = 0, multiplier = 0] = filter.shape;
  if (filter.shape.length !== 4 || channels < 1) {
    throw new ShapeError(
      `${where}: expected filter [height, width, channels, multiplier], got ${shapeText(filter.shape)}`,
    );
  }
  return viewAs(filter, [height, width, 1, channels * multiplier]);
}

/**
 * Convolution of each channel with its own filters: output channel `c * multiplier + m` is channel c of x convolved
 * with `filter[:, :, c, m]`.
 *
 * @param x f32 [batch, height, width, channels]
 * @param filter f32 [kernel height, kernel width, channels, multiplier]
 * @param options strides, padding, dilations, as for `conv2d`
 * @returns [batch, rows, columns, channels * multiplier]
 * @throws ShapeError, DTypeError; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { depthwiseConv2d, init, ones } from 'wasmgrad';
 * await init();
 * console.log(depthwiseConv2d(ones([1, 4, 4, 3]), ones([2, 2, 3, 2])).shape); // [1, 3, 3, 6]
 * ```
 */
export function depthwiseConv2d(x: Tensor, filter: Tensor, options: Omit<Conv2dOptions, 'groups'> = {}): Tensor {
  const where = 'depthwiseConv2d';
  knownOptions(where, options, ['strides', 'padding', 'dilations']);
  return onBehalfOf(where, () =>
    scoped(
      () => {
        const view = depthwiseFilter(where, filter);
        return convolution(x, view, conv2dGeometry(where, x, view, { ...options, groups: filter.shape[2] ?? 1 }));
      },
      (y) => [y],
    ),
  );
}
