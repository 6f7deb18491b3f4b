// Convolutions by Winograd's method (assembly/conv/winograd-tiles.ts), which takes 4 multiplications instead of 9.
import * as kernels from '../../runtime/generated/kernels.js';
import { CHANNEL_GRAIN, COLUMN_GRAIN, WINOGRAD4_SPARE } from '../../runtime/generated/layout.js';
import { call, callNamed } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Epilogue } from './gemm.js';
import { withScratch } from './scratch.js';
import { withGeometry, type Geometry } from './window.js';

const LEAST_CHANNELS = 16;
/** The transformed tiles of more channels do not stay in the cache. */
const MOST_CHANNELS = 256;
/** Fewer tiles than this of an image are not worth a transformed filter. */
const LEAST_TILES = 9;
/** Multiplications for each pixel of the result, of which odd sizes waste some; the direct method has 9. */
const MOST_PRODUCTS = 6;

/** Large tiles are worth their larger transformed filter where they take at most this part of the multiplications. */
const LARGE_SHARE = 2 / 3;

/** The side of a tile of the result, unused rows of a transformed filter, and the kernels. */
const SMALL = {
  side: 2,
  spare: 0,
  filter: kernels.winogradFilter,
  conv2d: kernels.winogradConv2d,
  filterGradient: kernels.winogradFilterGradient,
};
const LARGE = {
  side: 4,
  spare: WINOGRAD4_SPARE,
  filter: kernels.winograd4Filter,
  conv2d: kernels.winograd4Conv2d,
  filterGradient: kernels.winograd4FilterGradient,
};
type Method = typeof SMALL;

/** Positions of a transformed tile, which are as many multiplications. */
const positions = ({ side }: Method): number => (side + 2) ** 2;

function tiles({ output: [height, width] }: Geometry, { side }: Method): number {
  return Math.ceil(height / side) * Math.ceil(width / side);
}

const products = (g: Geometry, method: Method): number => positions(method) * tiles(g, method);

/**
 * How a convolution is computed, if it is by Winograd's method: 3 x 3 taps without strides, dilations and groups, at least
 * 16 channels on both sides, an output of about 5 x 5 pixels or more. Tiles of 4 x 4 from 11 x 11 pixels on, except for
 * sizes of which they would waste much. Sizes alone decide, but not the batch, so that results depend neither on the machine nor on the other images of a
 * batch.
 */
export function winogradOf(g: Geometry): Method | undefined {
  if (g.batch === 0 || g.groups !== 1 || g.kernel.some((n) => n !== 3)) return undefined;
  if ([...g.strides, ...g.dilations].some((n) => n !== 1)) return undefined;
  if (Math.min(g.inChannels, g.outChannels) < LEAST_CHANNELS || g.inChannels > MOST_CHANNELS) return undefined;
  const [height, width] = g.output;
  const small = products(g, SMALL);
  if (tiles(g, SMALL) < LEAST_TILES || small > MOST_PRODUCTS * height * width) return undefined;
  return tiles(g, LARGE) >= LEAST_TILES && products(g, LARGE) <= LARGE_SHARE * small ? LARGE : SMALL;
}

/** The convolution of the output's gradient with the filter turned round that gives the input's gradient. */
export function turnedRound(g: Geometry): Geometry {
  const { input, output, inChannels, outChannels, before, after } = g;
  const rest = ([top, left]: readonly [number, number]): [number, number] => [2 - top, 2 - left];
  const swapped = { input: output, output: input, inChannels: outChannels, outChannels: inChannels };
  return { ...g, ...swapped, before: rest(before), after: rest(after) };
}

/** y = activation(conv(x, filter) + bias) by `method`; `turned`: with the filter turned round, whose channels are swapped. */
export function callWinograd(
  method: Method,
  x: Tensor,
  filter: Tensor,
  y: Tensor,
  g: Geometry,
  turned: boolean,
  epilogue: Epilogue,
): void {
  const panels = Math.ceil(g.outChannels / COLUMN_GRAIN);
  withScratch([panels, positions(method), g.inChannels + method.spare, COLUMN_GRAIN], (transformed) => {
    const u = transformed.pointer();
    call(method.filter, filter.pointer(), u, g.inChannels, g.outChannels, Number(turned), 0, panels);
    withGeometry(g, (geometry) => {
      const end = g.batch * Math.ceil(g.output[0] / method.side);
      callNamed(method.conv2d, { x: x.pointer(), u, y: y.pointer(), geometry, ...epilogue, end });
    });
  });
}

/** The gradient of a convolution with respect to its filter for the cotangent dy. */
export function callWinogradFilterGradient(method: Method, x: Tensor, dy: Tensor, df: Tensor, g: Geometry): void {
  const [px, pdy, pdf] = [x.pointer(), dy.pointer(), df.pointer()];
  withGeometry(g, (block) => {
    call(method.filterGradient, px, pdy, pdf, block, 0, Math.ceil(g.inChannels / CHANNEL_GRAIN));
  });
}
