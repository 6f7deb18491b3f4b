import { knownOptions, wholeNumber } from '../core/checks.js';
import { conv2dAffine } from '../ops/conv2dAffine.js';
import type { Conv2dOptions } from '../ops/conv2d.js';
import { depthwiseFilter } from '../ops/depthwiseConv2d.js';
import { checkExtent, checkPadding, windowOf, type Extent } from '../ops/support/window.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import type { Layer } from './layer.js';
import { imageSizes } from './support/convolving.js';
import { kernelLayer, kernelOptions, type KernelOptions } from './support/kernelLayer.js';

export interface DepthwiseConv2dLayerOptions extends KernelOptions, Omit<Conv2dOptions, 'groups'> {
  /** One number or [height, width]. */
  readonly kernelSize: Extent;
  /** Output channels of each input channel. Default 1. */
  readonly depthMultiplier?: number | undefined;
}

const known = ['kernelSize', 'depthMultiplier', 'strides', 'padding', 'dilations', ...kernelOptions];

/**
 * Convolution of each channel on its own: x [B, height, width, in], kernel [kernelSize, in, depthMultiplier],
 * bias [in * depthMultiplier]; output channel `c * depthMultiplier + m` comes from input channel c.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { depthwiseConv2d } from 'wasmgrad/layers';
 * console.log(depthwiseConv2d({ kernelSize: 3, padding: 'same' }).outputShape([8, 8, 4])); // [8, 8, 4]
 * ```
 */
export function depthwiseConv2d(options: DepthwiseConv2dLayerOptions): Layer {
  const where = 'depthwiseConv2d';
  knownOptions(where, options, known);
  const kernel = checkExtent(where, 'kernelSize', options.kernelSize);
  const multiplier = wholeNumber(where, 'depthMultiplier', options.depthMultiplier ?? 1, { min: 1 });
  const { strides: stride = 1, dilations: dilation = 1, padding: pads = 'valid' } = options;
  const strides = checkExtent(where, 'strides', stride);
  const dilations = checkExtent(where, 'dilations', dilation);
  const padding = checkPadding(where, pads);
  return kernelLayer({
    kind: where,
    options,
    linear: () => depthwiseConv2d({ ...options, activation: 'linear' }),
    outputShape(inputShape) {
      const [height, width, channels] = imageSizes(where, inputShape);
      const window = windowOf(where, [height, width], kernel, { strides, dilations, padding });
      return [...window.output, channels * multiplier];
    },
    kernelShape(inputShape) {
      prepare(kernels.conv2d);
      return [...kernel, inputShape[2] ?? 0, multiplier];
    },
    apply(x, weights, bias, activation, slope) {
      const groups = weights.shape[2] ?? 1;
      const filter = depthwiseFilter(where, weights);
      return conv2dAffine(x, filter, bias, { strides, dilations, padding: pads, groups, activation, slope });
    },
  });
}
