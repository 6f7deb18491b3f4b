import { knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { asConv2d, conv1dAffine, type Conv1dOptions } from '../ops/conv1d.js';
import { checkExtent, checkPadding, windowOf } from '../ops/support/window.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import type { Layer } from './layer.js';
import { checkGroups } from './support/convolving.js';
import { kernelLayer, kernelOptions, type KernelOptions } from './support/kernelLayer.js';

export interface Conv1dLayerOptions extends KernelOptions, Conv1dOptions {
  /** Number of output channels, >= 1. */
  readonly filters: number;
  /** Steps that the kernel covers, >= 1. */
  readonly kernelSize: number;
}

const known = ['filters', 'kernelSize', 'strides', 'padding', 'dilations', 'groups', ...kernelOptions];

/**
 * Convolution of sequences: x [B, steps, in], kernel [kernelSize, in / groups, filters], bias [filters].
 * Options as Keras: strides 1, padding `'valid'` (or `'same'`, `'causal'`), dilations 1, groups 1.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { conv1d } from 'wasmgrad/layers';
 * console.log(conv1d({ filters: 8, kernelSize: 3, padding: 'causal' }).outputShape([20, 2])); // [20, 8]
 * ```
 */
export function conv1d(options: Conv1dLayerOptions): Layer {
  const where = 'conv1d';
  knownOptions(where, options, known);
  const filters = wholeNumber(where, 'filters', options.filters, { min: 1 });
  const taps = wholeNumber(where, 'kernelSize', options.kernelSize, { min: 1 });
  const { strides = 1, padding = 'valid', dilations = 1 } = options;
  const groups = wholeNumber(where, 'groups', options.groups ?? 1, { min: 1 });
  const sequence: Conv1dOptions = { strides, padding, dilations, groups };
  const image = asConv2d(where, taps, sequence);
  const window = {
    strides: checkExtent(where, 'strides', image.strides),
    dilations: checkExtent(where, 'dilations', image.dilations),
    padding: checkPadding(where, image.padding),
  };
  return kernelLayer({
    kind: where,
    options,
    linear: () => conv1d({ ...options, activation: 'linear' }),
    outputShape(inputShape) {
      const [steps = 0, channels = 0] = inputShape;
      if (inputShape.length !== 2) refuse(ShapeError, where, 'input [batch, steps, channels]', inputShape);
      checkGroups(where, groups, channels, filters);
      return [windowOf(where, [1, steps], [1, taps], window).output[1], filters];
    },
    kernelShape(inputShape) {
      prepare(kernels.conv2d);
      return [taps, (inputShape[1] ?? 0) / groups, filters];
    },
    apply: (x, weights, bias, activation, slope) => conv1dAffine(x, weights, bias, sequence, activation, slope),
  });
}
