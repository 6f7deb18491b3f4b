// The kernel calls of a convolution: a matrix product for 1 x 1 filters (of its own where there are many pixels),
// Winograd's method for 3 x 3 and for larger ones with strides 2, a depthwise kernel, or the general one.
import { sizeOf } from '../../core/shapes.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { PIXEL_GRAIN, ROW_GRAIN } from '../../runtime/generated/layout.js';
import { call, callNamed } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { callGemm, gemmUnits, NOTHING, type Epilogue, type ProductSizes } from './gemm.js';
import { filterShape, withGeometry, type Geometry } from './window.js';
import { callWinograd, callWinogradFilterGradient, turnedRound, winogradOf } from './winograd.js';
import {
  callStrided,
  callStridedFilterGradient,
  callStridedInputGradient,
  isStridedBackward,
  isStridedForward,
  isWinogradStrided,
} from './winogradStrided.js';

/**
 * Whether each output pixel depends only on the input pixel at the same position, so that the image is a matrix of
 * pixels.
 */
function isProduct({ kernel, strides, before, after, groups }: Geometry): boolean {
  return groups === 1 && [...kernel, ...strides].every((n) => n === 1) && [...before, ...after].every((n) => n === 0);
}

const isDepthwise = ({ groups, inChannels }: Geometry): boolean => groups === inChannels && groups > 1;
const pixels = ({ batch }: Geometry, [height, width]: readonly [number, number]): number => batch * height * width;

/**
 * Whether a product of many pixels is bound by what it reads. The pointwise kernels, which give the bits of gemm, take up to
 * 256 channels; gemm does not use tiles for fewer than 5.
 */
const isBoundByReading = (pixels: number, channels: number, others: number): boolean =>
  pixels >= 512 && Math.max(channels, others) <= 256 && Math.min(channels, others) > 4;

/** c = activation(a op(b) + bias), where the rows of a are pixels. */
function callProduct(
  a: number,
  b: number,
  c: number,
  sizes: ProductSizes,
  transposed: boolean,
  epilogue: Epilogue,
): void {
  const { m, n, k } = sizes;
  if (!isBoundByReading(m, n, k)) {
    callGemm(a, b, c, sizes, { transposeA: false, transposeB: transposed }, epilogue);
    return;
  }
  const end = Math.ceil(m / ROW_GRAIN);
  callNamed(kernels.pointwiseConv2d, { a, b, c, m, n, k, transposed: Number(transposed), ...epilogue, end });
}

/** y = activation(conv(x, filter) + bias). */
export function callConv2d(x: Tensor, filter: Tensor, y: Tensor, g: Geometry, epilogue: Epilogue): void {
  if (y.size === 0) return;
  const m = pixels(g, g.output);
  if (isProduct(g)) {
    const sizes = { m, n: g.outChannels, k: g.inChannels };
    callProduct(x.pointer(), filter.pointer(), y.pointer(), sizes, false, epilogue);
    return;
  }
  const winograd = winogradOf(g);
  if (winograd) {
    callWinograd(winograd, x, filter, y, g, false, epilogue);
    return;
  }
  if (isStridedForward(g)) {
    callStrided(x, filter, y, g, epilogue);
    return;
  }
  const depthwise = isDepthwise(g);
  withGeometry(g, (geometry) => {
    callNamed(depthwise ? kernels.depthwiseConv2d : kernels.conv2d, {
      x: x.pointer(),
      filter: filter.pointer(),
      y: y.pointer(),
      geometry,
      ...epilogue,
      end: depthwise ? g.batch * g.output[0] : Math.ceil(m / PIXEL_GRAIN),
    });
  });
}

/** The gradient of a convolution with respect to x for the cotangent dy. */
export function callInputGradient(dy: Tensor, filter: Tensor, dx: Tensor, g: Geometry): void {
  if (dx.size === 0) return;
  const [pdy, pf, pdx] = [dy.pointer(), filter.pointer(), dx.pointer()];
  const m = pixels(g, g.input);
  if (isProduct(g)) {
    callProduct(pdy, pf, pdx, { m, n: g.inChannels, k: g.outChannels }, true, NOTHING);
    return;
  }
  const turned = turnedRound(g);
  const winograd = winogradOf(turned);
  if (winograd) {
    callWinograd(winograd, dy, filter, dx, turned, true, NOTHING);
    return;
  }
  if (isStridedBackward(g)) {
    callStridedInputGradient(dy, filter, dx, g);
    return;
  }
  withGeometry(g, (block) => {
    if (isDepthwise(g)) call(kernels.depthwiseInputGradient, pdy, pf, pdx, block, 0, g.batch * g.input[0]);
    else call(kernels.conv2dInputGradient, pdy, pf, pdx, block, 0, Math.ceil(m / PIXEL_GRAIN));
  });
}

/** The gradient of a convolution with respect to its filter for the cotangent dy. */
export function callFilterGradient(x: Tensor, dy: Tensor, df: Tensor, g: Geometry): void {
  const [px, pdy, pdf] = [x.pointer(), dy.pointer(), df.pointer()];
  if (isProduct(g)) {
    const [m, n, k] = [g.inChannels, g.outChannels, pixels(g, g.output)];
    if (isBoundByReading(k, m, n)) call(kernels.pointwiseFilterGradient, px, pdy, pdf, m, n, k, 0, gemmUnits(m, n));
    else callGemm(px, pdy, pdf, { m, n, k }, { transposeA: true, transposeB: false });
    return;
  }
  const winograd = winogradOf(g);
  if (winograd) {
    callWinogradFilterGradient(winograd, x, dy, df, g);
    return;
  }
  if (isWinogradStrided(g)) {
    callStridedFilterGradient(x, dy, df, g);
    return;
  }
  withGeometry(g, (block) => {
    const rows = sizeOf(filterShape(g).slice(0, 3));
    if (isDepthwise(g)) call(kernels.depthwiseFilterGradient, px, pdy, pdf, block, 0, Math.ceil(g.outChannels / 4));
    else call(kernels.conv2dFilterGradient, px, pdy, pdf, block, 0, gemmUnits(rows, g.outChannels / g.groups));
  });
}
