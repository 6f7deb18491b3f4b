import { knownOptions, wholeNumber } from '../core/checks.js';
import { add } from '../ops/add.js';
import {
  conv2dTranspose as transposed,
  transposedOptions,
  transposedWindow,
  type Conv2dTransposeOptions,
} from '../ops/conv2dTranspose.js';
import { checkExtent, type Extent } from '../ops/support/window.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import { resolveActivation } from './activations.js';
import type { Layer } from './layer.js';
import { imageSizes } from './support/convolving.js';
import { kernelLayer, kernelOptions, type KernelOptions } from './support/kernelLayer.js';

export interface Conv2dTransposeLayerOptions extends KernelOptions, Conv2dTransposeOptions {
  /** Number of output channels, >= 1. */
  readonly filters: number;
  /** One number or [height, width]. */
  readonly kernelSize: Extent;
}

const known = ['filters', 'kernelSize', 'strides', 'padding', 'dilations', ...kernelOptions];

/**
 * Transposed convolution, for enlarging images: x [B, height, width, in], kernel [kernelSize, filters, in] (as Keras),
 * bias [filters]. With `padding: 'same'` the result is `strides` times as large.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { conv2dTranspose } from 'wasmgrad/layers';
 * const layer = conv2dTranspose({ filters: 8, kernelSize: 3, strides: 2, padding: 'same' });
 * console.log(layer.outputShape([7, 7, 16])); // [14, 14, 8]
 * ```
 */
export function conv2dTranspose(options: Conv2dTransposeLayerOptions): Layer {
  const where = 'conv2dTranspose';
  knownOptions(where, options, known);
  const filters = wholeNumber(where, 'filters', options.filters, { min: 1 });
  const kernel = checkExtent(where, 'kernelSize', options.kernelSize);
  const { strides = 1, padding = 'valid', dilations = 1 } = options;
  const image: Conv2dTransposeOptions = { strides, padding, dilations };
  transposedOptions(where, image);
  return kernelLayer({
    kind: where,
    options,
    linear: () => conv2dTranspose({ ...options, activation: 'linear' }),
    outputShape(inputShape) {
      const [height, width] = imageSizes(where, inputShape);
      return [...transposedWindow(where, [height, width], kernel, image).input, filters];
    },
    kernelShape(inputShape) {
      prepare(kernels.conv2d);
      return [...kernel, filters, inputShape[2] ?? 0];
    },
    apply(x, weights, bias, name, slope) {
      const z = transposed(x, weights, image);
      const activation = resolveActivation(where, name === 'leakyRelu' ? { name, slope } : name);
      return activation.apply(bias ? add(z, bias) : z);
    },
  });
}
