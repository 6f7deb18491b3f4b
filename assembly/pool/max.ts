// Maximum pooling, NHWC. Windows are clipped to the image, which equals padding by -Infinity; every window has a cell.
// The first of equal cells is the maximum, or the first NaN (IEEE 754-2019 maximum). Its index in the image plane is
// stored, for the gradient.
import { Geometry } from "../conv/geometry";
import { storeLanes } from "../simd/ragged";

/** `value` where it is larger than `best`, or NaN for the first time. */
// @ts-ignore: decorator
@inline
function wins(value: v128, best: v128): v128 {
  return v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
}

/** One window of `rows` x `columns` cells from `cell` on, channels from `first` on. */
function poolWindow(
  first: i32,
  image: usize,
  cell: i32,
  rows: i32,
  columns: i32,
  width: i32,
  channels: i32,
  y: usize,
  index: usize,
): void {
  const line: usize = channels << 2;
  for (let c = first; c < channels; c += 4) {
    let at = image + <usize>cell * line + (c << 2);
    let best = v128.load(at);
    let winner = i32x4.splat(cell);
    for (let i = 0; i < rows; i++) {
      let here = i32x4.splat(cell + i * width);
      for (let j = 0; j < columns; j++) {
        const value = v128.load(at + <usize>j * line);
        const better = wins(value, best);
        best = v128.bitselect(value, best, better);
        winner = v128.bitselect(here, winner, better);
        here = i32x4.add(here, i32x4.splat(1));
      }
      at += <usize>width * line;
    }
    storeLanes(y + (c << 2), best, channels - c);
    storeLanes(index + (c << 2), winner, channels - c);
  }
}

/**
 * The usual window, 2 x 2 cells, up to a vector of channels that is not whole or may have a NaN. Returns its first channel.
 */
function poolFour(image: usize, cell: i32, width: i32, channels: i32, y: usize, index: usize): i32 {
  const line: usize = channels << 2;
  const below = <usize>width * line;
  const upper = i32x4.splat(cell);
  const lower = i32x4.splat(cell + width);
  let at = image + <usize>cell * line;
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const a = v128.load(at);
    const b = v128.load(at + line);
    const d = v128.load(at + below);
    const e = v128.load(at + below + line);
    const sum = f32x4.add(f32x4.add(a, b), f32x4.add(d, e));
    if (v128.any_true(f32x4.ne(sum, sum))) break;
    const top = f32x4.pmax(a, b);
    const bottom = f32x4.pmax(d, e);
    v128.store(y, f32x4.pmax(top, bottom));
    // a mask is -1 where the second of two is larger
    const left = i32x4.sub(upper, f32x4.lt(a, b));
    const right = i32x4.sub(lower, f32x4.lt(d, e));
    v128.store(index, v128.bitselect(right, left, f32x4.lt(top, bottom)));
    at += 16;
    y += 16;
    index += 16;
  }
  return c;
}

/**
 * y and the index (row * inWidth + column) of the maximum of each window and channel. Work units: rows of the output.
 */
export function maxPool2d(x: usize, y: usize, index: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  const width = g.inWidth;
  const line: usize = channels << 2;
  for (let unit = begin; unit < end; unit++) {
    const startY = (unit % g.outHeight) * g.strideHeight - g.padTop;
    const top = max(startY, 0);
    const rows = min(startY + g.kernelHeight, g.inHeight) - top;
    const image = x + <usize>((unit / g.outHeight) * g.inHeight * width) * line;
    let out = <usize>(unit * g.outWidth) * line;
    for (let s = 0; s < g.outWidth; s++) {
      const startX = s * g.strideWidth - g.padLeft;
      const left = max(startX, 0);
      const columns = min(startX + g.kernelWidth, width) - left;
      const cell = top * width + left;
      let c = 0;
      if (rows == 2 && columns == 2) c = poolFour(image, cell, width, channels, y + out, index + out);
      if (c < channels) poolWindow(c, image, cell, rows, columns, width, channels, y + out, index + out);
      out += line;
    }
  }
}

/** dx of `count` adjacent cells of a row that only one window covers. */
function placeAlone(dy: usize, index: usize, dx: usize, cell: i32, count: i32, channels: i32): void {
  const line: usize = channels << 2;
  for (let c = 0; c < channels; c += 4) {
    const value = v128.load(dy);
    const winner = v128.load(index);
    let here = i32x4.splat(cell);
    let to = dx;
    for (let j = 0; j < count; j++) {
      storeLanes(to, v128.and(value, i32x4.eq(winner, here)), channels - c);
      here = i32x4.add(here, i32x4.splat(1));
      to += line;
    }
    dy += 16;
    index += 16;
    dx += 16;
  }
}

/** A row of the input where windows neither overlap nor leave gaps between columns; `windows`: those over it, 0 for none. */
function placeRow(g: Geometry, dy: usize, index: usize, dx: usize, row: i32, windows: bool): void {
  const channels = g.inChannels;
  const line: usize = channels << 2;
  let column = 0;
  if (windows) {
    for (let s = 0; s < g.outWidth; s++) {
      const last = min(g.inWidth, (s + 1) * g.strideWidth - g.padLeft);
      placeAlone(dy, index, dx + <usize>column * line, row * g.inWidth + column, last - column, channels);
      column = last;
      dy += line;
      index += line;
    }
  }
  memory.fill(dx + <usize>column * line, 0, <usize>(g.inWidth - column) * line);
}

/** dx of the 2 x 2 cells of a window: they are `line` and `below` bytes apart, and their numbers 1 and `width`. */
function placeFour(
  dy: usize,
  index: usize,
  dx: usize,
  cell: i32,
  width: i32,
  line: usize,
  below: usize,
  channels: i32,
): void {
  const a = i32x4.splat(cell);
  const b = i32x4.splat(cell + 1);
  const d = i32x4.splat(cell + width);
  const e = i32x4.splat(cell + width + 1);
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const value = v128.load(dy);
    const winner = v128.load(index);
    v128.store(dx, v128.and(value, i32x4.eq(winner, a)));
    v128.store(dx + line, v128.and(value, i32x4.eq(winner, b)));
    v128.store(dx + below, v128.and(value, i32x4.eq(winner, d)));
    v128.store(dx + below + line, v128.and(value, i32x4.eq(winner, e)));
    dy += 16;
    index += 16;
    dx += 16;
  }
  if (c == channels) return;
  const value = v128.load(dy);
  const winner = v128.load(index);
  storeLanes(dx, v128.and(value, i32x4.eq(winner, a)), channels - c);
  storeLanes(dx + line, v128.and(value, i32x4.eq(winner, b)), channels - c);
  storeLanes(dx + below, v128.and(value, i32x4.eq(winner, d)), channels - c);
  storeLanes(dx + below + line, v128.and(value, i32x4.eq(winner, e)), channels - c);
}

/** Two rows of the input that windows of 2 x 2 cells cover together. */
function placeTwoRows(g: Geometry, dy: usize, index: usize, dx: usize, row: i32): void {
  const channels = g.inChannels;
  const width = g.inWidth;
  const line: usize = channels << 2;
  const below = <usize>width * line;
  let cell = row * width;
  for (let s = 0; s < g.outWidth; s++) {
    placeFour(dy, index, dx, cell, width, line, below, channels);
    cell += 2;
    dx += 2 * line;
    dy += line;
    index += line;
  }
  const rest = <usize>(width - 2 * g.outWidth) * line;
  if (rest == 0) return;
  memory.fill(dx, 0, rest);
  memory.fill(dx + below, 0, rest);
}

/** Whether the windows are 2 x 2 cells side by side, from the first cell of the image on and none over its edge. */
// @ts-ignore: decorator
@inline
function areUsual(g: Geometry): bool {
  const four = g.kernelHeight == 2 && g.kernelWidth == 2 && g.strideHeight == 2 && g.strideWidth == 2;
  return four && g.padTop == 0 && g.padLeft == 0 && 2 * g.outWidth <= g.inWidth;
}

/** dx: the sum of dy over the windows whose maximum the cell is. Work units: rows of the input. */
export function maxPoolGradient(dy: usize, index: usize, dx: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  const line = channels << 2;
  const apart = g.strideHeight == g.kernelHeight && g.strideWidth == g.kernelWidth;
  const usual = areUsual(g);
  for (let unit = begin; unit < end; unit++) {
    const row = unit % g.inHeight;
    const y = row + g.padTop;
    // the windows over this row: r * stride <= y < r * stride + kernel
    const top = max(0, (y - g.kernelHeight + g.strideHeight) / g.strideHeight);
    const bottom = min(g.outHeight, y / g.strideHeight + 1);
    const windows = (unit / g.inHeight) * g.outHeight * g.outWidth;
    if (apart) {
      const first = (windows + top * g.outWidth) * line;
      if (usual && (row & 1) == 0 && row + 1 < g.inHeight && top < bottom && unit + 1 < end) {
        placeTwoRows(g, dy + first, index + first, dx + unit * g.inWidth * line, row);
        unit++;
        continue;
      }
      placeRow(g, dy + first, index + first, dx + unit * g.inWidth * line, row, top < bottom);
      continue;
    }
    for (let column = 0; column < g.inWidth; column++) {
      const z = column + g.padLeft;
      const left = max(0, (z - g.kernelWidth + g.strideWidth) / g.strideWidth);
      const right = min(g.outWidth, z / g.strideWidth + 1);
      const cell = i32x4.splat(row * g.inWidth + column);
      const to = dx + (unit * g.inWidth + column) * line;
      for (let c = 0; c < channels; c += 4) {
        let sum = i32x4.splat(0);
        for (let r = top; r < bottom; r++) {
          let at = (windows + r * g.outWidth + left) * line + (c << 2);
          for (let s = left; s < right; s++) {
            sum = f32x4.add(sum, v128.and(v128.load(dy + at), i32x4.eq(v128.load(index + at), cell)));
            at += line;
          }
        }
        storeLanes(to + (c << 2), sum, channels - c);
      }
    }
  }
}

/** y = t at the indices of the maxima, the derivative along t. Work units: rows of the output. */
export function maxPoolPick(t: usize, index: usize, y: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  for (let unit = begin; unit < end; unit++) {
    const image = t + (((unit / g.outHeight) * g.inHeight * g.inWidth * channels) << 2);
    let at = (unit * g.outWidth * channels) << 2;
    for (let s = 0; s < g.outWidth; s++) {
      for (let c = 0; c < channels; c++) {
        store<f32>(y + at, load<f32>(image + ((load<i32>(index + at) * channels + c) << 2)));
        at += 4;
      }
    }
  }
}
