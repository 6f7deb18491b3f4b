import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Conv2dOptions } from './conv2d.js';
import { affineConvolution } from './conv2dAffine.js';
import type { AffineActivation } from './support/fusedActivation.js';
import { checkDType, checkTensor } from './support/operands.js';
import type { ImagePadding } from './support/window.js';

export interface Conv1dOptions {
  /** Steps from one window to the next. Default 1. */
  readonly strides?: number | undefined;
  /** Default `'valid'`; `'causal'`: zeros before the first step only, so that no output depends on a later input. */
  readonly padding?: 'valid' | 'same' | 'causal' | readonly [before: number, after: number] | undefined;
  /** Steps from one filter tap to the next. Default 1. */
  readonly dilations?: number | undefined;
  /** Number of groups of channels, each convolved on its own. Default 1. */
  readonly groups?: number | undefined;
}

/** The same convolution of images of one row. */
export function asConv2d(where: string, taps: number, options: Conv1dOptions): Conv2dOptions {
  const known = knownOptions(where, options, ['strides', 'padding', 'dilations', 'groups']);
  const { padding = 'valid', groups = 1 } = known;
  const strides = wholeNumber(where, 'strides', known.strides ?? 1, { min: 1 });
  const dilations = wholeNumber(where, 'dilations', known.dilations ?? 1, { min: 1 });
  const wide = (columns: readonly [number, number]): ImagePadding => [[0, 0], columns];
  const given: unknown = padding;
  let pads: ImagePadding;
  if (padding === 'causal') pads = wide([Math.max(0, (taps - 1) * dilations), 0]);
  else if (padding === 'valid' || padding === 'same') pads = padding;
  else if (Array.isArray(given) && given.length === 2) pads = wide(padding);
  else
    throw new RangeError(
      `${where}: expected padding to be 'valid', 'same', 'causal' or [before, after], got ${show(given)}`,
    );
  return { strides: [1, strides], dilations: [1, dilations], padding: pads, groups };
}

const oneRow = ([batch = 0, ...rest]: Shape): Shape => [batch, 1, ...rest];

/** `activation(conv1d(x, filter) + bias)`: checked operands, one kernel call. */
export function conv1dAffine(
  x: Tensor,
  filter: Tensor,
  bias: Tensor | undefined,
  options: Conv1dOptions,
  activation: AffineActivation,
  slope: number,
): Tensor {
  checkDType('conv1d', checkTensor('conv1d', x), 'f32');
  checkDType('conv1d', checkTensor('conv1d', filter), 'f32');
  if (x.shape.length !== 3)
    throw new ShapeError(`conv1d: expected input [batch, steps, channels], got ${shapeText(x.shape)}`);
  if (filter.shape.length !== 3)
    throw new ShapeError(`conv1d: expected filter [taps, in / groups, out], got ${shapeText(filter.shape)}`);
  const image = asConv2d('conv1d', filter.shape[0] ?? 0, options);
  return scoped(
    () => {
      const row = viewAs(filter, [1, ...filter.shape]);
      const y = affineConvolution('conv1d', viewAs(x, oneRow(x.shape)), row, bias, { ...image, activation, slope });
      return viewAs(y, [y.shape[0] ?? 0, ...y.shape.slice(2)]);
    },
    (y) => [y],
  );
}

/**
 * Convolution of sequences with filters: `y[b, t, n] = sum_(i, c) x[b, t s + i d - before, c] filter[i, c, n]`.
 *
 * @param x f32 [batch, steps, in]
 * @param filter f32 [taps, in / groups, out]
 * @param options strides, padding, dilations, groups
 * @returns [batch, steps, out]
 * @throws ShapeError, DTypeError; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { conv1d, init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([1, 2, 3, 4], [1, 4, 1]);
 * console.log(conv1d(x, tensor([1, 1], [2, 1, 1])).data()); // 3, 5, 7
 * ```
 */
export function conv1d(x: Tensor, filter: Tensor, options: Conv1dOptions = {}): Tensor {
  return conv1dAffine(x, filter, undefined, options, 'linear', 0);
}
