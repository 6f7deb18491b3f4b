// The convolution by Winograd's method (winograd-tiles.ts), 3 x 3 without strides, dilations and groups. It is also the
// gradient with respect to the input: a convolution of the output's gradient with the filter turned round.
import { workspace } from "../workspace";
import { finish } from "../gemm/finish";
import { COLUMNS } from "../gemm/tile";
import { FUSED_RELU } from "../layout";
import { storeLanes } from "../simd/ragged";
import { Geometry } from "./geometry";
import { CHANNELS, LINE, NOTHING, ROW, multiplyBlocks } from "./winograd-multiply";
import { AFTER_PATCH, PLANE, TILES, VALUES_BYTES, tilesAlong, transformInput } from "./winograd-tiles";

// Workspace: a patch | the products of eight output channels | transformed patches, a block of channels after another.
export const PRODUCTS: i32 = AFTER_PATCH;
export const PRODUCT_PLANE: i32 = TILES * LINE;
export const VALUES: i32 = PRODUCTS + 16 * PRODUCT_PLANE;
const HALF: usize = memory.data<f32>([0.5, 0.5, 0.5, 0.5], 16);

/** A tap for four output channels, `step` bytes apart; those after the last repeat it. */
// @ts-ignore: decorator
@inline
export function tap(p: usize, step: usize, left: i32): v128 {
  if (step == 4) return v128.load(p);
  let v = v128.load32_splat(p);
  if (left > 1) v = v128.load32_lane(p + step, v, 1);
  if (left > 2) v = v128.load32_lane(p + 2 * step, v, 2);
  return left > 3 ? v128.load32_lane(p + 3 * step, v, 3) : v;
}

/** A column of G g G^T: `to` is its first position. */
// @ts-ignore: decorator
@inline
function storeColumn(to: usize, plane: usize, g0: v128, g1: v128, g2: v128): void {
  const half = v128.load(HALF);
  const outer = f32x4.add(g0, g2);
  v128.store(to, g0);
  v128.store(to + 4 * plane, f32x4.mul(half, f32x4.add(outer, g1)));
  v128.store(to + 8 * plane, f32x4.mul(half, f32x4.sub(outer, g1)));
  v128.store(to + 12 * plane, g2);
}

/** G g G^T for one input and four output channels. `next`: bytes from tap to tap, negative for a filter turned round. */
// @ts-ignore: decorator
@inline
export function transformTaps(p: usize, next: usize, step: usize, left: i32, to: usize, plane: usize): void {
  const half = v128.load(HALF);
  const a0 = tap(p, step, left);
  const a1 = tap(p + next, step, left);
  const a2 = tap(p + 2 * next, step, left);
  const b0 = tap(p + 3 * next, step, left);
  const b1 = tap(p + 4 * next, step, left);
  const b2 = tap(p + 5 * next, step, left);
  const e0 = tap(p + 6 * next, step, left);
  const e1 = tap(p + 7 * next, step, left);
  const e2 = tap(p + 8 * next, step, left);
  storeColumn(to, plane, a0, b0, e0);
  const a = f32x4.add(a0, a2);
  const b = f32x4.add(b0, b2);
  const e = f32x4.add(e0, e2);
  storeColumn(
    to + plane,
    plane,
    f32x4.mul(half, f32x4.add(a, a1)),
    f32x4.mul(half, f32x4.add(b, b1)),
    f32x4.mul(half, f32x4.add(e, e1)),
  );
  storeColumn(
    to + 2 * plane,
    plane,
    f32x4.mul(half, f32x4.sub(a, a1)),
    f32x4.mul(half, f32x4.sub(b, b1)),
    f32x4.mul(half, f32x4.sub(e, e1)),
  );
  storeColumn(to + 3 * plane, plane, a2, b2, e2);
}

/**
 * U = G g G^T as panels of eight output channels: [panel, position, input channel, 8]. `rows` input and `cols` output
 * channels. `turned`: of the filter [3, 3, cols, rows] turned round. Work units: panels.
 */
export function winogradFilter(filter: usize, u: usize, rows: i32, cols: i32, turned: i32, begin: i32, end: i32): void {
  const size = rows * cols * 4;
  const plane: usize = rows * LINE;
  const next: usize = turned ? -size : size;
  const channel: usize = turned ? 4 : cols << 2;
  const step: usize = turned ? (<usize>rows) << 2 : 4;
  const start = turned ? filter + 8 * size : filter;
  for (let panel = begin; panel < end; panel++) {
    const to = u + <usize>panel * 16 * plane;
    for (let half = 0; half < 2; half++) {
      const first = panel * COLUMNS + half * 4;
      if (first >= cols) continue; // nobody uses these sums
      for (let c = 0; c < rows; c++) {
        const from = start + <usize>c * channel + <usize>first * step;
        transformTaps(from, next, step, cols - first, to + c * LINE + half * 16, plane);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function putPixel(at: usize, sum: v128, base: v128, floor: v128, columns: i32): void {
  storeLanes(at, f32x4.pmax(f32x4.add(sum, base), floor), columns); // pmax keeps a NaN in its first operand
}

/** max(A^T m A + bias, floor) of one tile for four channels; `height` and `width` of its pixels are in the image. */
// @ts-ignore: decorator
@inline
function storeTile(
  m: usize,
  to: usize,
  row: usize,
  pixel: usize,
  height: i32,
  width: i32,
  base: v128,
  floor: v128,
  columns: i32,
): void {
  const P = PRODUCT_PLANE;
  let a = v128.load(m + 4 * P);
  let b = v128.load(m + 8 * P);
  const upper0 = f32x4.add(f32x4.add(v128.load(m), a), b);
  const lower0 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 12 * P));
  a = v128.load(m + 5 * P);
  b = v128.load(m + 9 * P);
  const upper1 = f32x4.add(f32x4.add(v128.load(m + P), a), b);
  const lower1 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 13 * P));
  a = v128.load(m + 6 * P);
  b = v128.load(m + 10 * P);
  const upper2 = f32x4.add(f32x4.add(v128.load(m + 2 * P), a), b);
  const lower2 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 14 * P));
  a = v128.load(m + 7 * P);
  b = v128.load(m + 11 * P);
  const upper3 = f32x4.add(f32x4.add(v128.load(m + 3 * P), a), b);
  const lower3 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 15 * P));
  putPixel(to, f32x4.add(f32x4.add(upper0, upper1), upper2), base, floor, columns);
  if (width > 1) putPixel(to + pixel, f32x4.sub(f32x4.sub(upper1, upper2), upper3), base, floor, columns);
  if (height == 1) return;
  putPixel(to + row, f32x4.add(f32x4.add(lower0, lower1), lower2), base, floor, columns);
  if (width > 1) putPixel(to + row + pixel, f32x4.sub(f32x4.sub(lower1, lower2), lower3), base, floor, columns);
}

/**
 * `columns` <= 8 channels of `count` tiles from `tile` on, from their products: max(. + base, floor). Images of height x
 * width pixels, `image`, `line` and `pixel` bytes apart, with rows x across tiles, of which some may lie outside.
 */
export function storeImages(
  y: usize,
  image: usize,
  line: usize,
  pixel: usize,
  height: i32,
  width: i32,
  rows: i32,
  across: i32,
  tile: i32,
  count: i32,
  columns: i32,
  base: usize,
  floor: f32,
): void {
  const floors = f32x4.splat(floor);
  let m = workspace + PRODUCTS;
  for (; count > 0; count--, tile++, m += LINE) {
    const row = ((tile / across) % rows) * 2;
    const column = (tile % across) * 2;
    const high = height - row;
    const wide = width - column;
    if (high <= 0 || wide <= 0) continue;
    const to = y + <usize>(tile / (across * rows)) * image + <usize>row * line + <usize>column * pixel;
    storeTile(m, to, line, pixel, high, wide, v128.load(base), floors, columns);
    if (columns > 4) storeTile(m + 16, to + 16, line, pixel, high, wide, v128.load(base + 16), floors, columns - 4);
  }
}

/** The output channels [first, first + 8) of `count` tiles from `tile` on, from their products. */
export function storeOutput(g: Geometry, y: usize, tile: i32, count: i32, first: i32, bias: usize, floor: f32): void {
  const pixel: usize = g.outChannels << 2;
  const line: usize = <usize>g.outWidth * pixel;
  storeImages(
    y + (first << 2),
    <usize>g.outHeight * line,
    line,
    pixel,
    g.outHeight,
    g.outWidth,
    tilesAlong(g.outHeight),
    tilesAlong(g.outWidth),
    tile,
    count,
    min(COLUMNS, g.outChannels - first),
    bias ? bias + (first << 2) : NOTHING,
    floor,
  );
}

/** Applies an activation other than relu to the output's pixels of `count` tiles of `size` by `size`. */
export function activate(g: Geometry, y: usize, size: i32, tile: i32, count: i32, activation: i32, slope: f32): void {
  const across = (g.outWidth + size - 1) / size;
  const rows = (g.outHeight + size - 1) / size;
  const pixel: usize = g.outChannels << 2;
  const line: usize = <usize>g.outWidth * pixel;
  for (; count > 0; count--, tile++) {
    const row = ((tile / across) % rows) * size;
    const column = (tile % across) * size;
    const image = y + <usize>(tile / (across * rows)) * <usize>g.outHeight * line;
    const floats = min(size, g.outWidth - column) * g.outChannels;
    const to = image + <usize>row * line + <usize>column * pixel;
    finish(to, line, min(size, g.outHeight - row), floats, 0, 4, activation, slope);
  }
}

/** y as conv2d, from U of winogradFilter. Work units: rows of tiles, over all images. */
export function winogradConv2d(
  x: usize,
  u: usize,
  bias: usize,
  y: usize,
  geometry: usize,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Geometry>(geometry);
  const across = tilesAlong(g.outWidth);
  const channels = g.inChannels;
  const values = workspace + VALUES;
  const products = workspace + PRODUCTS;
  const plane: usize = channels * LINE;
  const floor: f32 = activation == FUSED_RELU ? 0 : -Infinity;
  for (let tile = begin * across; tile < end * across; tile += TILES) {
    const count = min(TILES, end * across - tile);
    for (let c = 0, to = values; c < channels; c += CHANNELS, to += VALUES_BYTES) {
      transformInput(g, x, tile, count, c, min(CHANNELS, channels - c), to);
    }
    for (let n = 0, panel = u; n < g.outChannels; n += COLUMNS) {
      for (let position = 0; position < 16; position++, panel += plane) {
        const out = products + position * PRODUCT_PLANE;
        multiplyBlocks(values + position * PLANE, VALUES_BYTES, panel, channels, out, count);
      }
      storeOutput(g, y, tile, count, n, bias, floor);
    }
    if (activation > FUSED_RELU) activate(g, y, 2, tile, count, activation, slope);
  }
}
