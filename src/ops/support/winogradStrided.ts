// Convolutions with strides 2 by Winograd's method (assembly/conv/winograd-phases.ts), which takes about half of the
// multiplications.
import * as kernels from '../../runtime/generated/kernels.js';
import { CHANNEL_GRAIN, COLUMN_GRAIN } from '../../runtime/generated/layout.js';
import { call, callNamed } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Epilogue } from './gemm.js';
import { withScratch } from './scratch.js';
import { withGeometry, type Geometry } from './window.js';

const PHASES = 4;
/** Channels of which the transformed filter has more than there are. */
const UNUSED = 2;
const LEAST_CHANNELS = 16;
/** The transformed tiles of more channels do not stay in the cache. */
const MOST_CHANNELS = 256;
const LEAST_TAPS = 4;
const MOST_TAPS = 6;
/** Fewer tiles than this of an image are not worth a transformed filter. */
const LEAST_TILES = 16;
/** Most pixels that tiles may have in the place of one of the output, of which odd sizes waste some. */
const MOST_WASTE = 1.5;

const tilesAlong = (size: number): number => Math.ceil(size / 2);

function areTilesWorthwhile({ output: [height, width] }: Geometry): boolean {
  const tiles = tilesAlong(height) * tilesAlong(width);
  return tiles >= LEAST_TILES && 4 * tiles <= MOST_WASTE * height * width;
}

/**
 * Whether a convolution is computed by this method: strides 2, 4 x 4 to 6 x 6 taps of which every phase of the image gets
 * at most three along an axis, no dilations and groups, at least 16 channels on both sides, 8 in every panel of the
 * input's, an output of about 7 x 7 pixels or more. Sizes alone decide, but not the batch.
 */
export function isWinogradStrided(g: Geometry): boolean {
  if (g.batch === 0 || g.groups !== 1) return false;
  if (g.strides.some((n) => n !== 2) || g.dilations.some((n) => n !== 1)) return false;
  // After an odd number of zeros the taps of the first phase begin with the second.
  const fits = ([0, 1] as const).every(
    (axis) => g.kernel[axis] >= LEAST_TAPS && g.kernel[axis] + (g.before[axis] % 2) <= MOST_TAPS,
  );
  if (!fits || g.inChannels % COLUMN_GRAIN !== 0) return false;
  return Math.min(g.inChannels, g.outChannels) >= LEAST_CHANNELS && areTilesWorthwhile(g);
}

/** Whether the transformed tiles of the input stay in the cache. */
export const isStridedForward = (g: Geometry): boolean =>
  PHASES * g.inChannels <= MOST_CHANNELS && isWinogradStrided(g);

/** The same for the output's gradient. */
export const isStridedBackward = (g: Geometry): boolean => g.outChannels <= MOST_CHANNELS && isWinogradStrided(g);

/** y = activation(conv(x, filter) + bias). */
export function callStrided(x: Tensor, filter: Tensor, y: Tensor, g: Geometry, epilogue: Epilogue): void {
  const panels = Math.ceil(g.outChannels / COLUMN_GRAIN);
  withScratch([panels, 16, PHASES * g.inChannels + UNUSED, COLUMN_GRAIN], (transformed) => {
    const u = transformed.pointer();
    withGeometry(g, (geometry) => {
      call(kernels.winogradStridedFilter, filter.pointer(), u, geometry, 0, 0, PHASES * panels);
      const end = g.batch * tilesAlong(g.output[0]);
      callNamed(kernels.winogradStridedConv2d, { x: x.pointer(), u, y: y.pointer(), geometry, ...epilogue, end });
    });
  });
}

/** The gradient of a convolution with respect to x for the cotangent dy. */
export function callStridedInputGradient(dy: Tensor, filter: Tensor, dx: Tensor, g: Geometry): void {
  const panels = PHASES * (g.inChannels / COLUMN_GRAIN);
  withScratch([panels, 16, g.outChannels + UNUSED, COLUMN_GRAIN], (transformed) => {
    const u = transformed.pointer();
    withGeometry(g, (block) => {
      call(kernels.winogradStridedFilter, filter.pointer(), u, block, 1, 0, panels);
      const end = g.batch * tilesAlong(Math.ceil(g.input[0] / 2));
      call(kernels.winogradStridedInput, dy.pointer(), u, dx.pointer(), block, 0, end);
    });
  });
}

/** The gradient of a convolution with respect to its filter for the cotangent dy. */
export function callStridedFilterGradient(x: Tensor, dy: Tensor, df: Tensor, g: Geometry): void {
  const [px, pdy, pdf] = [x.pointer(), dy.pointer(), df.pointer()];
  withGeometry(g, (block) => {
    const units = Math.ceil((PHASES * g.inChannels) / CHANNEL_GRAIN);
    call(kernels.winogradStridedFilterGradient, px, pdy, pdf, block, 0, units);
  });
}
