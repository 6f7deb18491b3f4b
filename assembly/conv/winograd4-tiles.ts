// Winograd's minimal filtering F(4 x 4, 3 x 3) for images of nine tiles or more: 4 x 4 pixels of a 3 x 3 convolution from
// a patch of 6 x 6 with 36 multiplications for each pair of channels instead of 144. As in winograd-tiles.ts,
//   y = A^T (U * V) A,  U = G g G^T,  V = B^T d B
// with the matrices of winograd4-lines.ts, and a matrix product for each of the 36 positions.
import { workspace } from "../workspace";
import { ROWS } from "../gemm/tile";
import { Geometry } from "./geometry";
import { CHANNELS, ROW } from "./winograd-multiply";
import { gradientLine, inputLine } from "./winograd4-lines";

/** Positions of a transformed tile. */
export const POSITIONS: i32 = 36;
/** Tiles whose transformed values are in memory at a time: whole register tiles. */
export const TILES: i32 = ROWS == 6 ? 24 : 20;
/** From one position's values to the next position's, and all of them. */
export const PLANE: i32 = TILES * ROW;
export const VALUES_BYTES: i32 = POSITIONS * PLANE;

// The workspace begins with the patch of a tile that reaches over the edge, zeros outside, and a patch of which only the
// columns are transformed.
const PIXEL: usize = CHANNELS * 4;
const PATCH_ROW: usize = 6 * PIXEL;
const PATCH_BYTES: usize = 6 * PATCH_ROW;
export const AFTER_PATCHES: i32 = 2 * <i32>PATCH_BYTES;

/** Rows and columns of tiles over an output. */
// @ts-ignore: decorator
@inline
export function tilesAlong(size: i32): i32 {
  return (size + 3) >> 2;
}

/** Copies `size` x `size` pixels from (y, x) on, `bytes` of each, to the workspace, zeros outside the image. */
function copyPatch(image: usize, height: i32, width: i32, pixel: usize, y: i32, x: i32, size: i32, bytes: usize): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const to = workspace + <usize>i * PATCH_ROW + <usize>j * PIXEL;
      const inside = <u32>(y + i) < <u32>height && <u32>(x + j) < <u32>width;
      const from = image + <usize>((y + i) * width + x + j) * pixel;
      if (inside) for (let c: usize = 0; c < bytes; c += 16) v128.store(to + c, v128.load(from + c));
      else for (let c: usize = 0; c < bytes; c += 16) v128.store(to + c, i32x4.splat(0));
    }
  }
}

/** B^T d B of a patch. Distances in bytes. */
function transformPatch(d: usize, row: usize, pixel: usize, to: usize, bytes: usize): void {
  const columns = workspace + PATCH_BYTES;
  for (let j: usize = 0; j < 6; j++, d += pixel) {
    const half = columns + j * PIXEL;
    for (let c: usize = 0; c < bytes; c += 16) inputLine(d + c, row, half + c, PATCH_ROW);
  }
  for (let i: usize = 0; i < 6; i++, to += 6 * PLANE) {
    const half = columns + i * PATCH_ROW;
    for (let c: usize = 0; c < bytes; c += 16) inputLine(half + c, PIXEL, to + c, PLANE);
  }
}

/** A y A^T of 4 x 4 pixels. */
function transformPixels(y: usize, row: usize, pixel: usize, to: usize, bytes: usize): void {
  const columns = workspace + PATCH_BYTES;
  for (let j: usize = 0; j < 4; j++, y += pixel) {
    const half = columns + j * PIXEL;
    for (let c: usize = 0; c < bytes; c += 16) gradientLine(y + c, row, half + c, PATCH_ROW);
  }
  for (let i: usize = 0; i < 6; i++, to += 6 * PLANE) {
    const half = columns + i * PATCH_ROW;
    for (let c: usize = 0; c < bytes; c += 16) gradientLine(half + c, PIXEL, to + c, PLANE);
  }
}

/** The transformed patches of `count` tiles from `tile` on, `channels` <= 64 of them from `first` on. */
export function transformInput(
  g: Geometry,
  x: usize,
  tile: i32,
  count: i32,
  first: i32,
  channels: i32,
  to: usize,
): void {
  const columns = tilesAlong(g.outWidth);
  const rows = tilesAlong(g.outHeight);
  const pixel: usize = g.inChannels << 2;
  const line: usize = <usize>g.inWidth * pixel;
  const bytes: usize = channels << 2;
  for (; count > 0; count--, tile++, to += ROW) {
    const top = ((tile / columns) % rows) * 4 - g.padTop;
    const left = (tile % columns) * 4 - g.padLeft;
    const image = x + <usize>(tile / (columns * rows)) * <usize>g.inHeight * line + (first << 2);
    if (top >= 0 && top + 6 <= g.inHeight && left >= 0 && left + 6 <= g.inWidth) {
      transformPatch(image + <usize>top * line + <usize>left * pixel, line, pixel, to, bytes);
    } else {
      copyPatch(image, g.inHeight, g.inWidth, pixel, top, left, 6, bytes);
      transformPatch(workspace, PATCH_ROW, PIXEL, to, bytes);
    }
  }
}

/** A y A^T for the output's gradient: `count` tiles from `tile` on, `channels` <= 64 from `first` on. */
export function transformOutput(
  g: Geometry,
  dy: usize,
  tile: i32,
  count: i32,
  first: i32,
  channels: i32,
  to: usize,
): void {
  const columns = tilesAlong(g.outWidth);
  const rows = tilesAlong(g.outHeight);
  const pixel: usize = g.outChannels << 2;
  const line: usize = <usize>g.outWidth * pixel;
  const bytes: usize = channels << 2;
  for (; count > 0; count--, tile++, to += ROW) {
    const top = ((tile / columns) % rows) * 4;
    const left = (tile % columns) * 4;
    const image = dy + <usize>(tile / (columns * rows)) * <usize>g.outHeight * line + (first << 2);
    if (top + 4 <= g.outHeight && left + 4 <= g.outWidth) {
      transformPixels(image + <usize>top * line + <usize>left * pixel, line, pixel, to, bytes);
    } else {
      copyPatch(image, g.outHeight, g.outWidth, pixel, top, left, 4, bytes);
      transformPixels(workspace, PATCH_ROW, PIXEL, to, bytes);
    }
  }
}
