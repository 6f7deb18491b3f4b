import { knownOptions } from '../core/checks.js';
import { onBehalfOf, ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkImage, inputGradient, type Conv2dOptions } from './conv2d.js';
import { checkDType, checkTensor } from './support/operands.js';
import { checkExtent, checkPadding, geometryOf, windowOf, type Window, type WindowOptions } from './support/window.js';

/** Options of a transposed convolution: those of the convolution that is transposed. */
export type Conv2dTransposeOptions = Omit<Conv2dOptions, 'groups'>;

/** Checks the options. */
export function transposedOptions(where: string, options: Conv2dTransposeOptions): WindowOptions {
  const known = knownOptions(where, options, ['strides', 'padding', 'dilations']);
  return {
    strides: checkExtent(where, 'strides', known.strides ?? 1),
    dilations: checkExtent(where, 'dilations', known.dilations ?? 1),
    padding: checkPadding(where, known.padding ?? 'valid'),
  };
}

/**
 * The window of the convolution that is transposed. Its input, the result here, has the size of Keras: size * stride
 * for `same`, size * stride + max(kernel - stride, 0) for `valid`, with pads less by what they cut off.
 */
export function transposedWindow(
  where: string,
  size: readonly [number, number],
  kernel: readonly [number, number],
  options: Conv2dTransposeOptions,
): Window {
  const { strides, dilations, padding } = transposedOptions(where, options);
  const along = (axis: 0 | 1): number => {
    const [n, stride, reach] = [size[axis], strides[axis], (kernel[axis] - 1) * dilations[axis] + 1];
    if (padding === 'same') return n * stride;
    if (padding === 'valid') return n * stride + Math.max(reach - stride, 0);
    return (n - 1) * stride + reach - padding[0][axis] - padding[1][axis];
  };
  return windowOf(where, [along(0), along(1)], kernel, { strides, dilations, padding });
}

/**
 * Transposed convolution ("deconvolution"): the gradient of a convolution with respect to its input. Each cell of x
 * adds its multiple of the filter to the result, `strides` cells apart.
 *
 * @param x f32 [batch, height, width, in]
 * @param filter f32 [kernel height, kernel width, out, in], as Keras
 * @param options strides, padding, dilations
 * @returns [batch, height * stride ('same'), ..., out]
 * @throws ShapeError, DTypeError; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { conv2dTranspose, init, ones } from 'wasmgrad';
 * await init();
 * const y = conv2dTranspose(ones([1, 4, 4, 3]), ones([2, 2, 5, 3]), { strides: 2 });
 * console.log(y.shape); // [1, 8, 8, 5]
 * ```
 */
export function conv2dTranspose(x: Tensor, filter: Tensor, options: Conv2dTransposeOptions = {}): Tensor {
  const where = 'conv2dTranspose';
  const [batch, height, width, channels] = checkImage(where, x);
  checkDType(where, checkTensor(where, filter), 'f32');
  const [kernelHeight = 0, kernelWidth = 0, out = 0, from = 0] = filter.shape;
  if (filter.shape.length !== 4 || out < 1 || from < 1 || from !== channels) {
    throw new ShapeError(
      `${where}: expected filter [height, width, out, ${channels}] for input ${shapeText(x.shape)}, got ${shapeText(filter.shape)}`,
    );
  }
  const window = transposedWindow(where, [height, width], [kernelHeight, kernelWidth], options);
  const geometry = geometryOf(where, window, { batch, inChannels: out, outChannels: from, groups: 1 });
  return onBehalfOf(where, () => inputGradient(x, filter, geometry));
}
