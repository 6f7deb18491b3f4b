// The kernel calls of a convolution: a matrix product for 1 x 1 filters, Winograd's method for 3 x 3 and for larger ones
// with strides 2, a depthwise kernel, or the general one.
import { sizeOf } from '../../core/shapes.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { PIXEL_GRAIN } from '../../runtime/generated/layout.js';
import { call, callNamed } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { callGemm, gemmUnits, NOTHING, type Epilogue } from './gemm.js';
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

/** y = activation(conv(x, filter) + bias). */
export function callConv2d(x: Tensor, filter: Tensor, y: Tensor, g: Geometry, epilogue: Epilogue): void {
  if (y.size === 0) return;
  const m = pixels(g, g.output);
  if (isProduct(g)) {
    const flags = { transposeA: false, transposeB: false };
    callGemm(x.pointer(), filter.pointer(), y.pointer(), { m, n: g.outChannels, k: g.inChannels }, flags, epilogue);
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
    const flags = { transposeA: false, transposeB: true };
    callGemm(pdy, pf, pdx, { m, n: g.inChannels, k: g.outChannels }, flags);
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
    const flags = { transposeA: true, transposeB: false };
    callGemm(px, pdy, pdf, { m: g.inChannels, n: g.outChannels, k: pixels(g, g.output) }, flags);
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
