// The convolution by Winograd's method F(4 x 4, 3 x 3) (winograd4-tiles.ts), and the gradient with respect to its input,
// which is a convolution of the output's gradient with the filter turned round.
import { workspace } from "../workspace";
import { COLUMNS } from "../gemm/tile";
import { FUSED_RELU, WINOGRAD4_SPARE } from "../layout";
import { storeLanes } from "../simd/ragged";
import { Geometry } from "./geometry";
import { CHANNELS, LINE, NOTHING, multiplyBlocks } from "./winograd-multiply";
import { A, A2, A3, B, B2, B3, First, Last, filterLine, outputLine } from "./winograd4-lines";
import { AFTER_COLUMNS, Convolved, PIXEL, PLANE, POSITIONS, PRODUCT_PLANE, TILES } from "./winograd4-places";
import { tilesAlong, transformInput } from "./winograd4-tiles";
import { activate, tap } from "./winograd";

// Workspace: zeros and columns | the products of eight output channels | transformed patches, a block of channels after
// another.
const PIXELS: usize = PIXEL; // of a tile that reaches over the edge, where columns were
const PRODUCTS: i32 = AFTER_COLUMNS;
const VALUES: i32 = PRODUCTS + POSITIONS * <i32>PRODUCT_PLANE;
const VALUES_BYTES: i32 = POSITIONS * <i32>PLANE;

/** G g G^T for one input and four output channels. `next`: bytes from tap to tap, negative for a filter turned round. */
function transformTaps(p: usize, next: usize, step: usize, left: i32, to: usize, plane: usize): void {
  // the columns' transformation, [6, 3]
  for (let j: usize = 0, at = workspace; j < 3; j++, p += next, at += 16) {
    filterLine(tap(p, step, left), tap(p + 3 * next, step, left), tap(p + 6 * next, step, left), at, 48);
  }
  for (let i: usize = 0, at = workspace; i < 6; i++, at += 48, to += 6 * plane) {
    filterLine(v128.load(at), v128.load(at, 16), v128.load(at, 32), to, plane);
  }
}

/** From one position's filters to the next: not a power of two, which would put all 36 into the same lines of the cache. */
// @ts-ignore: decorator
@inline
function filterPlane(rows: i32): usize {
  return (rows + WINOGRAD4_SPARE) * LINE;
}

/**
 * U = G g G^T as panels of eight output channels: [panel, position, input channel and WINOGRAD4_SPARE unused, 8]. `rows`
 * input and `cols` output channels. `turned`: of the filter [3, 3, cols, rows] turned round. Work units: panels.
 */
export function winograd4Filter(
  filter: usize,
  u: usize,
  rows: i32,
  cols: i32,
  turned: i32,
  begin: i32,
  end: i32,
): void {
  const size = rows * cols * 4;
  const plane = filterPlane(rows);
  const next: usize = turned ? -size : size;
  const channel: usize = turned ? 4 : cols << 2;
  const step: usize = turned ? (<usize>rows) << 2 : 4;
  const start = turned ? filter + 8 * size : filter;
  for (let panel = begin; panel < end; panel++) {
    const to = u + <usize>panel * POSITIONS * plane;
    const first = panel * COLUMNS;
    const left = cols - first;
    for (let c = 0; c < rows; c++) {
      const from = start + <usize>c * channel + <usize>first * step;
      transformTaps(from, next, step, left, to + c * LINE, plane);
      // nobody uses the sums after the last channel
      if (left > 4) transformTaps(from + 4 * step, next, step, left - 4, to + c * LINE + 16, plane);
    }
  }
}

/** A^T m, the first pass, of all tiles: in place. */
function transformColumns(count: i32): void {
  const P: usize = 6 * PRODUCT_PLANE;
  const a = v128.load(A);
  const a2 = v128.load(A2);
  const a3 = v128.load(A3);
  const b = v128.load(B);
  const b2 = v128.load(B2);
  const b3 = v128.load(B3);
  let m = workspace + PRODUCTS;
  for (let j = 0; j < 6; j++, m += PRODUCT_PLANE) {
    const end = m + <usize>count * LINE;
    for (let p = m; p < end; p += 16) outputLine<First>(p, a, a2, a3, b, b2, b3, a, a, p, P);
  }
}

/** The second pass of a tile for four channels: max(A^T m A + bias, floor). */
function storeTile(m: usize, to: usize, line: usize, pixel: usize, base: v128, floor: f32): void {
  const a = v128.load(A);
  const a2 = v128.load(A2);
  const a3 = v128.load(A3);
  const b = v128.load(B);
  const b2 = v128.load(B2);
  const b3 = v128.load(B3);
  const floors = f32x4.splat(floor);
  for (let i = 0; i < 4; i++, m += 6 * PRODUCT_PLANE, to += line) {
    outputLine<Last>(m, a, a2, a3, b, b2, b3, base, floors, to, pixel);
  }
}

/** The same where only `height` x `width` pixels and `columns` channels are in the image. */
function storeRagged(
  m: usize,
  to: usize,
  line: usize,
  pixel: usize,
  height: i32,
  width: i32,
  base: v128,
  floor: f32,
  columns: i32,
): void {
  const tile = workspace + PIXELS;
  storeTile(m, tile, 64, 16, base, floor);
  for (let i = 0; i < min(height, 4); i++, to += line) {
    for (let j = 0; j < min(width, 4); j++) {
      storeLanes(to + <usize>j * pixel, v128.load(tile + ((i * 4 + j) << 4)), columns);
    }
  }
}

/** The output channels [first, first + columns <= 8) of `count` tiles from `tile` on, from their products. */
function storeTiles(
  g: Geometry,
  y: usize,
  tile: i32,
  count: i32,
  first: i32,
  columns: i32,
  bias: usize,
  floor: f32,
): void {
  const across = tilesAlong(g.outWidth);
  const rows = tilesAlong(g.outHeight);
  const pixel: usize = g.outChannels << 2;
  const line: usize = <usize>g.outWidth * pixel;
  const base = bias ? bias + (first << 2) : NOTHING;
  let column = (tile % across) * 4;
  let row = ((tile / across) % rows) * 4;
  let image = y + <usize>(tile / (across * rows)) * <usize>g.outHeight * line + (first << 2);
  transformColumns(count);
  for (let m = workspace + PRODUCTS; count > 0; count--, m += LINE) {
    const height = g.outHeight - row;
    const width = g.outWidth - column;
    const to = image + <usize>row * line + <usize>column * pixel;
    for (let q = 0; q < columns; q += 4) {
      const sums = v128.load(base + (q << 2));
      const from = m + (q << 2);
      const pixels = to + (q << 2);
      if (height >= 4 && width >= 4 && columns - q >= 4) storeTile(from, pixels, line, pixel, sums, floor);
      else storeRagged(from, pixels, line, pixel, height, width, sums, floor, columns - q);
    }
    column += 4;
    if (column < g.outWidth) continue;
    column = 0;
    row += 4;
    if (row < g.outHeight) continue;
    row = 0;
    image += <usize>g.outHeight * line;
  }
}

/** y as conv2d, from U of winograd4Filter. Work units: rows of tiles, over all images. */
export function winograd4Conv2d(
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
  const plane = filterPlane(channels);
  const floor: f32 = activation == FUSED_RELU ? 0 : -Infinity;
  for (let tile = begin * across; tile < end * across; tile += TILES) {
    const count = min(TILES, end * across - tile);
    for (let c = 0, to = values; c < channels; c += CHANNELS, to += VALUES_BYTES) {
      transformInput<Convolved>(g, x, tile, count, c, min(CHANNELS, channels - c), to);
    }
    for (let n = 0, panel = u; n < g.outChannels; n += COLUMNS) {
      for (let position = 0; position < POSITIONS; position++, panel += plane) {
        const out = products + <usize>position * PRODUCT_PLANE;
        multiplyBlocks(values + <usize>position * PLANE, VALUES_BYTES, panel, channels, out, count);
      }
      storeTiles(g, y, tile, count, n, min(COLUMNS, g.outChannels - n), bias, floor);
    }
    if (activation > FUSED_RELU) activate(g, y, 4, tile, count, activation, slope);
  }
}
