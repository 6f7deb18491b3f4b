// Winograd's minimal filtering F(4 x 4, 3 x 3) for images of nine tiles or more: 4 x 4 pixels of a 3 x 3 convolution from
// a patch of 6 x 6 with 36 multiplications for each pair of channels instead of 144. As in winograd-tiles.ts,
//   y = A^T (U * V) A,  U = G g G^T,  V = B^T d B
// with the matrices of winograd4-lines.ts, and a matrix product for each of the 36 positions.
import { workspace } from "../workspace";
import { Geometry } from "./geometry";
import { ROW } from "./winograd-multiply";
import { A, A2, B, B2, PRODUCT, SUM, gradientLine, inputLine } from "./winograd4-lines";
import { COLUMNS_LINE, PIXEL, PLANE, SUMMED_PLANE, ToColumns } from "./winograd4-places";

/** Rows and columns of tiles over an output. */
// @ts-ignore: decorator
@inline
export function tilesAlong(size: i32): i32 {
  return (size + 3) >> 2;
}

/** Row y of a column of an image, zeros outside. Loops add to the result, lest engines compute it at every step. */
// @ts-ignore: decorator
@inline
function pixelAt(column: usize, y: i32, height: i32, line: usize): usize {
  return <u32>y < <u32>height ? column + <usize>y * line : workspace;
}

/** B^T d B of the patch that begins at row y and column x. `line`, `pixel`: bytes of them. */
function transformPatch<To>(
  image: usize,
  height: i32,
  width: i32,
  line: usize,
  pixel: usize,
  y: i32,
  x: i32,
  to: usize,
  bytes: usize,
): void {
  const P = PIXEL;
  const plane: usize = sizeof<To>() == 4 ? PLANE : SUMMED_PLANE;
  const a = v128.load(A);
  const a2 = v128.load(A2);
  const b = v128.load(B);
  const b2 = v128.load(B2);
  const sum = v128.load(SUM);
  const product = v128.load(PRODUCT);
  let half = workspace + P;
  for (let j = 0; j < 6; j++, x++, half += P) {
    const column = image + <usize>x * pixel;
    const rows = <u32>x < <u32>width ? height : 0;
    let d0 = pixelAt(column, y, rows, line);
    let d1 = pixelAt(column, y + 1, rows, line);
    let d2 = pixelAt(column, y + 2, rows, line);
    let d3 = pixelAt(column, y + 3, rows, line);
    let d4 = pixelAt(column, y + 4, rows, line);
    let d5 = pixelAt(column, y + 5, rows, line);
    for (let c: usize = 0; c < bytes; c += 16) {
      inputLine<ToColumns>(
        v128.load(d0),
        v128.load(d1),
        v128.load(d2),
        v128.load(d3),
        v128.load(d4),
        v128.load(d5),
        a,
        a2,
        b,
        b2,
        sum,
        product,
        half + c,
      );
      d0 += 16;
      d1 += 16;
      d2 += 16;
      d3 += 16;
      d4 += 16;
      d5 += 16;
    }
  }
  half = workspace + P;
  for (let i = 0; i < 6; i++, half += COLUMNS_LINE, to += 6 * plane) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const d = half + c;
      inputLine<To>(
        v128.load(d),
        v128.load(d, P),
        v128.load(d, 2 * P),
        v128.load(d, 3 * P),
        v128.load(d, 4 * P),
        v128.load(d, 5 * P),
        a,
        a2,
        b,
        b2,
        sum,
        product,
        to + c,
      );
    }
  }
}

/** A y A^T of the 4 x 4 pixels that begin at row y and column x. */
function transformPixels<To>(
  image: usize,
  height: i32,
  width: i32,
  line: usize,
  pixel: usize,
  y: i32,
  x: i32,
  to: usize,
  bytes: usize,
): void {
  const P = PIXEL;
  const plane: usize = sizeof<To>() == 4 ? PLANE : SUMMED_PLANE;
  const a = v128.load(A);
  const a2 = v128.load(A2);
  const b = v128.load(B);
  const b2 = v128.load(B2);
  let half = workspace + P;
  for (let j = 0; j < 4; j++, x++, half += P) {
    const column = image + <usize>x * pixel;
    const rows = x < width ? height : 0;
    let y0 = pixelAt(column, y, rows, line);
    let y1 = pixelAt(column, y + 1, rows, line);
    let y2 = pixelAt(column, y + 2, rows, line);
    let y3 = pixelAt(column, y + 3, rows, line);
    for (let c: usize = 0; c < bytes; c += 16) {
      gradientLine<ToColumns>(v128.load(y0), v128.load(y1), v128.load(y2), v128.load(y3), a, a2, b, b2, half + c);
      y0 += 16;
      y1 += 16;
      y2 += 16;
      y3 += 16;
    }
  }
  half = workspace + P;
  for (let i = 0; i < 6; i++, half += COLUMNS_LINE, to += 6 * plane) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const d = half + c;
      gradientLine<To>(v128.load(d), v128.load(d, P), v128.load(d, 2 * P), v128.load(d, 3 * P), a, a2, b, b2, to + c);
    }
  }
}

/** The transformed patches of `count` tiles from `tile` on, `channels` <= 64 of them from `first` on. */
export function transformInput<To>(
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
  memory.fill(workspace, 0, PIXEL);
  for (; count > 0; count--, tile++, to += ROW) {
    const top = ((tile / columns) % rows) * 4 - g.padTop;
    const left = (tile % columns) * 4 - g.padLeft;
    const image = x + <usize>(tile / (columns * rows)) * <usize>g.inHeight * line + (first << 2);
    transformPatch<To>(image, g.inHeight, g.inWidth, line, pixel, top, left, to, bytes);
  }
}

/** A y A^T for the output's gradient: `count` tiles from `tile` on, `channels` <= 64 from `first` on. */
export function transformOutput<To>(
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
  memory.fill(workspace, 0, PIXEL);
  for (; count > 0; count--, tile++, to += ROW) {
    const top = ((tile / columns) % rows) * 4;
    const left = (tile % columns) * 4;
    const image = dy + <usize>(tile / (columns * rows)) * <usize>g.outHeight * line + (first << 2);
    transformPixels<To>(image, g.outHeight, g.outWidth, line, pixel, top, left, to, bytes);
  }
}
