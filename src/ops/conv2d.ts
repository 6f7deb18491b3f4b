// A convolution and its two adjoints. Each is bilinear and its transposes are the other two, so that derivatives of
// every order are made of these three.
import { knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText, type Shape } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { nth, only } from './support/arguments.js';
import { bilinear } from './support/constructors.js';
import { callConv2d, callFilterGradient, callInputGradient } from './support/convolution.js';
import { checkDType, checkTensor } from './support/operands.js';
import {
  checkExtent,
  checkPadding,
  filterShape,
  imageShape,
  geometryOf,
  windowOf,
  type Extent,
  type Geometry,
  type ImagePadding,
} from './support/window.js';

export interface Conv2dOptions {
  /** Cells from one window to the next. Default 1. */
  readonly strides?: Extent | undefined;
  /** Default `'valid'`. */
  readonly padding?: ImagePadding | undefined;
  /** Cells from one filter tap to the next. Default 1. */
  readonly dilations?: Extent | undefined;
  /** Number of groups of channels, each convolved on its own. Default 1. */
  readonly groups?: number | undefined;
}

const conv2dOp: Op<Geometry> = bilinear<Geometry>({
  name: 'conv2d',
  infer: (_, g) => [{ shape: imageShape(g, 'output'), dtype: 'f32' }],
  forward: (inputs, outputs, g) => {
    callConv2d(nth(inputs, 0), nth(inputs, 1), only(outputs), g, { bias: 0, activation: 0, slope: 0 });
  },
  left: (dy, _, filter, g) => inputGradient(dy, filter, g),
  right: (dy, x, _, g) => filterGradient(x, dy, g),
});

const inputGradientOp: Op<Geometry> = bilinear<Geometry>({
  name: 'conv2dInputGradient',
  infer: (_, g) => [{ shape: imageShape(g, 'input'), dtype: 'f32' }],
  forward: (inputs, outputs, g) => {
    callInputGradient(nth(inputs, 0), nth(inputs, 1), only(outputs), g);
  },
  left: (dx, _, filter, g) => convolution(dx, filter, g),
  right: (dx, dy, _, g) => filterGradient(dx, dy, g),
});

const filterGradientOp: Op<Geometry> = bilinear<Geometry>({
  name: 'conv2dFilterGradient',
  infer: (_, g) => [{ shape: filterShape(g), dtype: 'f32' }],
  forward: (inputs, outputs, g) => {
    callFilterGradient(nth(inputs, 0), nth(inputs, 1), only(outputs), g);
  },
  left: (df, _, dy, g) => inputGradient(dy, df, g),
  right: (df, x, _, g) => convolution(x, df, g),
});

/** The convolution of a known geometry. */
export function convolution(x: Tensor, filter: Tensor, g: Geometry): Tensor {
  return applyOne(conv2dOp, [x, filter], g);
}

/** Its gradient with respect to x for the cotangent dy, which is the transposed convolution of dy. */
export function inputGradient(dy: Tensor, filter: Tensor, g: Geometry): Tensor {
  return applyOne(inputGradientOp, [dy, filter], g);
}

/** Its gradient with respect to the filter for the cotangent dy. */
export function filterGradient(x: Tensor, dy: Tensor, g: Geometry): Tensor {
  return applyOne(filterGradientOp, [x, dy], g);
}

const named = (where: string, what: string, axes: string, shape: Shape): ShapeError =>
  new ShapeError(`${where}: expected ${what} [${axes}], got ${shapeText(shape)}`);

/** Checks that a tensor is an f32 image batch [batch, height, width, channels]. */
export function checkImage(where: string, x: Tensor): [batch: number, height: number, width: number, channels: number] {
  checkDType(where, checkTensor(where, x), 'f32');
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  if (x.shape.length !== 4) throw named(where, 'input', 'batch, height, width, channels', x.shape);
  return [batch, height, width, channels];
}

/** Checks operands and options of a convolution. */
export function conv2dGeometry(where: string, x: Tensor, filter: Tensor, options: Conv2dOptions): Geometry {
  const known = knownOptions(where, options, ['strides', 'padding', 'dilations', 'groups']);
  const strides = checkExtent(where, 'strides', known.strides ?? 1);
  const dilations = checkExtent(where, 'dilations', known.dilations ?? 1);
  const padding = checkPadding(where, known.padding ?? 'valid');
  const groups = wholeNumber(where, 'groups', known.groups ?? 1, { min: 1 });
  const [batch, inHeight, inWidth, inChannels] = checkImage(where, x);
  checkDType(where, checkTensor(where, filter), 'f32');
  const [height = 0, width = 0, channels = 0, outChannels = 0] = filter.shape;
  if (filter.shape.length !== 4) throw named(where, 'filter', 'height, width, in / groups, out', filter.shape);
  if (channels < 1 || outChannels < 1)
    throw new ShapeError(`${where}: expected sizes >= 1, got filter ${shapeText(filter.shape)}`);
  if (inChannels !== channels * groups) {
    const per = groups === 1 ? '' : ` in ${groups} groups`;
    throw new ShapeError(
      `${where}: expected input [batch, height, width, ${channels * groups}] for filter ${shapeText(filter.shape)}${per}, got ${shapeText(x.shape)}`,
    );
  }
  if (outChannels % groups !== 0) {
    throw new ShapeError(
      `${where}: expected groups to divide ${outChannels} output channels, got ${groups} for filter ${shapeText(filter.shape)}`,
    );
  }
  const window = windowOf(where, [inHeight, inWidth], [height, width], { strides, dilations, padding });
  return geometryOf(where, window, { batch, inChannels, outChannels, groups });
}

/**
 * Convolution of images with filters (cross-correlation, as usual in deep learning):
 * `y[b, r, s, n] = sum_(i, j, c) x[b, r sh + i dh - top, s sw + j dw - left, c] filter[i, j, c, n]`, zeros outside.
 *
 * @param x f32 [batch, height, width, in]
 * @param filter f32 [kernel height, kernel width, in / groups, out]
 * @param options strides, padding, dilations, groups
 * @returns [batch, rows, columns, out]
 * @throws ShapeError, DTypeError; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { conv2d, init, ones } from 'wasmgrad';
 * await init();
 * const y = conv2d(ones([1, 4, 4, 1]), ones([3, 3, 1, 2]));
 * console.log(y.shape, y.data()[0]); // [1, 2, 2, 2] 9
 * console.log(conv2d(ones([1, 4, 4, 1]), ones([3, 3, 1, 2]), { padding: 'same', strides: 2 }).shape); // [1, 2, 2, 2]
 * ```
 */
export function conv2d(x: Tensor, filter: Tensor, options: Conv2dOptions = {}): Tensor {
  return convolution(x, filter, conv2dGeometry('conv2d', x, filter, options));
}
