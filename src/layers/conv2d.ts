import { knownOptions, wholeNumber } from '../core/checks.js';
import type { Conv2dOptions } from '../ops/conv2d.js';
import { conv2dAffine } from '../ops/conv2dAffine.js';
import { checkExtent, checkPadding, windowOf, type Extent } from '../ops/support/window.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import type { Layer } from './layer.js';
import { checkGroups, imageSizes } from './support/convolving.js';
import { kernelLayer, kernelOptions, type KernelOptions } from './support/kernelLayer.js';

export interface Conv2dLayerOptions extends KernelOptions, Conv2dOptions {
  /** Number of output channels, >= 1. */
  readonly filters: number;
  /** One number or [height, width]. */
  readonly kernelSize: Extent;
}

const known = ['filters', 'kernelSize', 'strides', 'padding', 'dilations', 'groups', ...kernelOptions];

/**
 * Convolutional layer `y = f(conv2d(x, W) + b)`: x [B, height, width, in], kernel W [kernelSize, in / groups, filters],
 * bias b [filters]. Options as Keras: strides 1, padding `'valid'`, dilations 1, groups 1.
 * Convolution, bias and (for linear, relu, leakyRelu, sigmoid, tanh) activation are one kernel call.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { conv2d } from 'wasmgrad/layers';
 * const layer = conv2d({ filters: 16, kernelSize: 3, activation: 'relu' });
 * console.log(layer.outputShape([28, 28, 1])); // [26, 26, 16]
 * ```
 */
export function conv2d(options: Conv2dLayerOptions): Layer {
  knownOptions('conv2d', options, known);
  const filters = wholeNumber('conv2d', 'filters', options.filters, { min: 1 });
  const kernel = checkExtent('conv2d', 'kernelSize', options.kernelSize);
  const { strides: stride = 1, dilations: dilation = 1, padding: pads = 'valid' } = options;
  const groups = wholeNumber('conv2d', 'groups', options.groups ?? 1, { min: 1 });
  const strides = checkExtent('conv2d', 'strides', stride);
  const dilations = checkExtent('conv2d', 'dilations', dilation);
  const padding = checkPadding('conv2d', pads);
  return kernelLayer({
    kind: 'conv2d',
    options,
    linear: () => conv2d({ ...options, activation: 'linear' }),
    outputShape(inputShape) {
      const [height, width, channels] = imageSizes('conv2d', inputShape);
      checkGroups('conv2d', groups, channels, filters);
      return [...windowOf('conv2d', [height, width], kernel, { strides, dilations, padding }).output, filters];
    },
    kernelShape(inputShape) {
      prepare(kernels.conv2d);
      return [...kernel, (inputShape[2] ?? 0) / groups, filters];
    },
    apply: (x, weights, bias, activation, slope) =>
      conv2dAffine(x, weights, bias, { strides, dilations, padding: pads, groups, activation, slope }),
  });
}
