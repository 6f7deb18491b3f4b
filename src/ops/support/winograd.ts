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
export const MOST_CHANNELS = 256;
/** Fewer tiles than this of an image are not worth a transformed filter. */
const LEAST_TILES = 9;
/** Multiplications for each pixel of the result, of which odd sizes waste some; the direct method has 9. */
const MOST_PRODUCTS = 6;

export const tilesAlong = (size: number): number => Math.ceil(size / 2);
const tiles = ({ output: [height, width] }: Geometry): number => tilesAlong(height) * tilesAlong(width);

/** Whether tiles of 2 x 2 pixels cover the output without much waste, and are worth a transformed filter. */
export function hasEnoughTiles(g: Geometry): boolean {
  const [height, width] = g.output;
  return tiles(g) >= LEAST_TILES && 16 * tiles(g) <= MOST_PRODUCTS * height * width;
}

/**
 * Whether a convolution is computed by Winograd's method: 3 x 3 taps without strides, dilations and groups, at least 16
 * channels on both sides, an output of about 5 x 5 pixels or more. Sizes alone decide, but not the batch, so that
 * results depend neither on the machine nor on the other images of a batch.
 */
export function isWinograd(g: Geometry): boolean {
  if (g.batch === 0 || g.groups !== 1 || g.kernel.some((n) => n !== 3)) return false;
  if ([...g.strides, ...g.dilations].some((n) => n !== 1)) return false;
  if (Math.min(g.inChannels, g.outChannels) < LEAST_CHANNELS || g.inChannels > MOST_CHANNELS) return false;
  return hasEnoughTiles(g);
}

/** The convolution of the output's gradient with the filter turned round that gives the input's gradient. */
export function turnedRound(g: Geometry): Geometry {
  const { input, output, inChannels, outChannels, before, after } = g;
  const rest = ([top, left]: readonly [number, number]): [number, number] => [2 - top, 2 - left];
  const swapped = { input: output, output: input, inChannels: outChannels, outChannels: inChannels };
  return { ...g, ...swapped, before: rest(before), after: rest(after) };
}

/** y = activation(conv(x, filter) + bias); `turned`: with the filter turned round, whose channels are swapped. */
export function callWinograd(
  x: Tensor,
  filter: Tensor,
  y: Tensor,
  g: Geometry,
  turned: boolean,
  epilogue: Epilogue,
): void {
  const panels = Math.ceil(g.outChannels / COLUMN_GRAIN);
  withScratch([panels, 16, g.inChannels, COLUMN_GRAIN], (transformed) => {
    const u = transformed.pointer();
    call(kernels.winogradFilter, filter.pointer(), u, g.inChannels, g.outChannels, Number(turned), 0, panels);
    withGeometry(g, (geometry) => {
      const end = g.batch * tilesAlong(g.output[0]);
      callNamed(kernels.winogradConv2d, { x: x.pointer(), u, y: y.pointer(), geometry, ...epilogue, end });
    });
  });
}

/** The gradient of a convolution with respect to its filter for the cotangent dy. */
export function callWinogradFilterGradient(x: Tensor, dy: Tensor, df: Tensor, g: Geometry): void {
  const [px, pdy, pdf] = [x.pointer(), dy.pointer(), df.pointer()];
  withGeometry(g, (block) => {
    call(kernels.winogradFilterGradient, px, pdy, pdf, block, 0, Math.ceil(g.inChannels / CHANNEL_GRAIN));
  });
}
