// Winograd's minimal filtering F(2 x 2, 3 x 3) (Lavin and Gray, "Fast algorithms for convolutional neural networks",
// 2016): 2 x 2 pixels of a 3 x 3 convolution from a patch of 4 x 4 with 16 multiplications for each pair of channels
// instead of 36.
//   y = A^T (U * V) A,  U = G g G^T,  V = B^T d B
// * is the product of elements for one channel; over all channels it is a matrix product for each of the 16 positions.
// All of B and A is 0, 1 or -1, so that only the additions round.
import { workspace } from "../workspace";
import { ROWS } from "../gemm/tile";
import { Geometry } from "./geometry";
import { CHANNELS, ROW } from "./winograd-multiply";

/** Tiles whose transformed values are in memory at a time: whole register tiles. */
export const TILES: i32 = ROWS == 6 ? 42 : 40;
/** From one position's values to the next position's, and all 16. */
export const PLANE: i32 = TILES * ROW;
export const VALUES_BYTES: i32 = 16 * PLANE;

// The workspace begins with the patch of a tile that reaches over the edge, zeros outside.
const PATCH_PIXEL: i32 = CHANNELS * 4;
const PATCH_ROW: i32 = 4 * PATCH_PIXEL;
export const AFTER_PATCH: i32 = 4 * PATCH_ROW + 64;

/** Rows and columns of tiles over an output. */
// @ts-ignore: decorator
@inline
export function tilesAlong(size: i32): i32 {
  return (size + 1) >> 1;
}

/** Copies `size` x `size` pixels from (y, x) on, `bytes` of each, to the workspace, zeros outside the image. */
function copyPatch(
  image: usize,
  height: i32,
  width: i32,
  line: usize,
  pixel: usize,
  y: i32,
  x: i32,
  size: i32,
  bytes: usize,
): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const to = workspace + i * PATCH_ROW + j * PATCH_PIXEL;
      const inside = <u32>(y + i) < <u32>height && <u32>(x + j) < <u32>width;
      const from = image + <usize>(y + i) * line + <usize>(x + j) * pixel;
      if (inside) for (let c: usize = 0; c < bytes; c += 16) v128.store(to + c, v128.load(from + c));
      else for (let c: usize = 0; c < bytes; c += 16) v128.store(to + c, i32x4.splat(0));
    }
  }
}

/** Column `position` of V = B^T d B, whose columns before the rows' transformation are t0 to t3. */
// @ts-ignore: decorator
@inline
function storeColumn(to: usize, t0: v128, t1: v128, t2: v128, t3: v128): void {
  v128.store(to, f32x4.sub(t0, t2));
  v128.store(to + 4 * PLANE, f32x4.add(t1, t2));
  v128.store(to + 8 * PLANE, f32x4.sub(t2, t1));
  v128.store(to + 12 * PLANE, f32x4.sub(t1, t3));
}

/** B^T d B of a patch, four channels at a time. Distances in bytes. It loads twice rather than keep 16 values. */
function transformPatch(d0: usize, row: usize, pixel: usize, to: usize, bytes: usize): void {
  const d1 = d0 + row;
  const d2 = d1 + row;
  const d3 = d2 + row;
  const p2: usize = pixel << 1;
  const p3: usize = p2 + pixel;
  for (let c: usize = 0; c < bytes; c += 16) {
    const a = d0 + c;
    const b = d1 + c;
    const e = d2 + c;
    const f = d3 + c;
    const at = to + c;
    storeColumn(
      at,
      f32x4.sub(v128.load(a), v128.load(a + p2)),
      f32x4.sub(v128.load(b), v128.load(b + p2)),
      f32x4.sub(v128.load(e), v128.load(e + p2)),
      f32x4.sub(v128.load(f), v128.load(f + p2)),
    );
    const a1 = v128.load(a + pixel);
    const b1 = v128.load(b + pixel);
    const e1 = v128.load(e + pixel);
    const f1 = v128.load(f + pixel);
    const a2 = v128.load(a + p2);
    const b2 = v128.load(b + p2);
    const e2 = v128.load(e + p2);
    const f2 = v128.load(f + p2);
    storeColumn(at + PLANE, f32x4.add(a1, a2), f32x4.add(b1, b2), f32x4.add(e1, e2), f32x4.add(f1, f2));
    storeColumn(at + 2 * PLANE, f32x4.sub(a2, a1), f32x4.sub(b2, b1), f32x4.sub(e2, e1), f32x4.sub(f2, f1));
    storeColumn(
      at + 3 * PLANE,
      f32x4.sub(a1, v128.load(a + p3)),
      f32x4.sub(b1, v128.load(b + p3)),
      f32x4.sub(e1, v128.load(e + p3)),
      f32x4.sub(f1, v128.load(f + p3)),
    );
  }
}

/**
 * The transformed patches of `count` tiles from `tile` on, `bytes` of every pixel. Images of height x width pixels,
 * `image`, `line` and `pixel` bytes apart; (top, left) is where the patch of an image's first tile begins, and there are
 * `rows` x `columns` tiles.
 */
export function transformImages(
  x: usize,
  image: usize,
  line: usize,
  pixel: usize,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  rows: i32,
  columns: i32,
  tile: i32,
  count: i32,
  to: usize,
  bytes: usize,
): void {
  for (; count > 0; count--, tile++, to += ROW) {
    const row = ((tile / columns) % rows) * 2 + top;
    const column = (tile % columns) * 2 + left;
    const from = x + <usize>(tile / (columns * rows)) * image;
    if (row >= 0 && row + 4 <= height && column >= 0 && column + 4 <= width) {
      transformPatch(from + <usize>row * line + <usize>column * pixel, line, pixel, to, bytes);
    } else {
      copyPatch(from, height, width, line, pixel, row, column, 4, bytes);
      transformPatch(workspace, PATCH_ROW, PATCH_PIXEL, to, bytes);
    }
  }
}

/** The same for the input of a convolution: `channels` <= 64 of them from `first` on. */
export function transformInput(
  g: Geometry,
  x: usize,
  tile: i32,
  count: i32,
  first: i32,
  channels: i32,
  to: usize,
): void {
  const pixel: usize = g.inChannels << 2;
  const line: usize = <usize>g.inWidth * pixel;
  const from = x + (first << 2);
  transformImages(
    from,
    <usize>g.inHeight * line,
    line,
    pixel,
    g.inHeight,
    g.inWidth,
    -g.padTop,
    -g.padLeft,
    tilesAlong(g.outHeight),
    tilesAlong(g.outWidth),
    tile,
    count,
    to,
    channels << 2,
  );
}

/** A row of A y A^T, whose columns before the second transformation are a and b. */
// @ts-ignore: decorator
@inline
function storeRow(to: usize, a: v128, b: v128): void {
  v128.store(to, a);
  v128.store(to + PLANE, f32x4.add(a, b));
  v128.store(to + 2 * PLANE, f32x4.sub(a, b));
  v128.store(to + 3 * PLANE, f32x4.neg(b));
}

/** A y A^T of 2 x 2 pixels, four channels at a time. */
function transformPixels(y0: usize, row: usize, pixel: usize, to: usize, bytes: usize): void {
  const y1 = y0 + row;
  for (let c: usize = 0; c < bytes; c += 16) {
    const a = v128.load(y0 + c);
    const b = v128.load(y0 + c + pixel);
    const e = v128.load(y1 + c);
    const f = v128.load(y1 + c + pixel);
    const at = to + c;
    storeRow(at, a, b);
    storeRow(at + 4 * PLANE, f32x4.add(a, e), f32x4.add(b, f));
    storeRow(at + 8 * PLANE, f32x4.sub(a, e), f32x4.sub(b, f));
    storeRow(at + 12 * PLANE, f32x4.neg(e), f32x4.neg(f));
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
    const top = ((tile / columns) % rows) * 2;
    const left = (tile % columns) * 2;
    const image = dy + <usize>(tile / (columns * rows)) * <usize>g.outHeight * line + (first << 2);
    if (top + 2 <= g.outHeight && left + 2 <= g.outWidth) {
      transformPixels(image + <usize>top * line + <usize>left * pixel, line, pixel, to, bytes);
    } else {
      copyPatch(image, g.outHeight, g.outWidth, line, pixel, top, left, 2, bytes);
      transformPixels(workspace, PATCH_ROW, PATCH_PIXEL, to, bytes);
    }
  }
}
