// Convolutions by Winograd's method (assembly/conv/winograd-tiles.ts), which takes 4 multiplications instead of 9.
import * as kernels from '../../runtime/generated/kernels.js';
import { CHANNEL_GRAIN, COLUMN_GRAIN } from '../../runtime/generated/layout.js';
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

/** The sides of a tile of the result, and the kernels for them. */
const SMALL = {
  side: 2,
  filter: kernels.winogradFilter,
  conv2d: kernels.winogradConv2d,
  filterGradient: kernels.winogradFilterGradient,
};
const LARGE = {
  side: 4,
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

function isWorthwhile(g: Geometry, method: Method): boolean {
  const [height, width] = g.output;
  const count = tiles(g, method);
  return count >= LEAST_TILES && positions(method) * count <= MOST_PRODUCTS * height * width;
}

/**
 * The side of the tiles by which a convolution is computed, if it is by Winograd's method: 3 x 3 taps without strides,
 * dilations and groups, at least 16 channels on both sides; 2 for an output of about 5 x 5 pixels, 4 from about 9 x 9 on.
 * Sizes alone decide, but not the batch, so that results depend neither on the machine nor on the other images of a
 * batch.
 */
export function winogradOf(g: Geometry): Method | undefined {
  if (g.batch === 0 || g.groups !== 1 || g.kernel.some((n) => n !== 3)) return undefined;
  if ([...g.strides, ...g.dilations].some((n) => n !== 1)) return undefined;
  if (Math.min(g.inChannels, g.outChannels) < LEAST_CHANNELS || g.inChannels > MOST_CHANNELS) return undefined;
  return [LARGE, SMALL].find((method) => isWorthwhile(g, method));
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
  withScratch([panels, positions(method), g.inChannels, COLUMN_GRAIN], (transformed) => {
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
