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

/** One window of `rows` x `columns` cells from `cell` on, all channels. */
function poolWindow(
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
  for (let c = 0; c < channels; c += 4) {
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

/** The usual window, 2 x 2 cells. */
function poolFour(image: usize, cell: i32, width: i32, channels: i32, y: usize, index: usize): void {
  const line: usize = channels << 2;
  const below = <usize>width * line;
  const first = i32x4.splat(cell);
  const second = i32x4.splat(cell + 1);
  const third = i32x4.splat(cell + width);
  const fourth = i32x4.splat(cell + width + 1);
  let at = image + <usize>cell * line;
  for (let c = 0; c < channels; c += 4) {
    let best = v128.load(at);
    let value = v128.load(at + line);
    let better = wins(value, best);
    best = v128.bitselect(value, best, better);
    let winner = v128.bitselect(second, first, better);
    value = v128.load(at + below);
    better = wins(value, best);
    best = v128.bitselect(value, best, better);
    winner = v128.bitselect(third, winner, better);
    value = v128.load(at + below + line);
    better = wins(value, best);
    best = v128.bitselect(value, best, better);
    winner = v128.bitselect(fourth, winner, better);
    storeLanes(y, best, channels - c);
    storeLanes(index, winner, channels - c);
    at += 16;
    y += 16;
    index += 16;
  }
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
      if (rows == 2 && columns == 2) poolFour(image, cell, width, channels, y + out, index + out);
      else poolWindow(image, cell, rows, columns, width, channels, y + out, index + out);
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

/** dx: the sum of dy over the windows whose maximum the cell is. Work units: rows of the input. */
export function maxPoolGradient(dy: usize, index: usize, dx: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  const line = channels << 2;
  const apart = g.strideHeight == g.kernelHeight && g.strideWidth == g.kernelWidth;
  for (let unit = begin; unit < end; unit++) {
    const row = unit % g.inHeight;
    const y = row + g.padTop;
    // the windows over this row: r * stride <= y < r * stride + kernel
    const top = max(0, (y - g.kernelHeight + g.strideHeight) / g.strideHeight);
    const bottom = min(g.outHeight, y / g.strideHeight + 1);
    const windows = (unit / g.inHeight) * g.outHeight * g.outWidth;
    if (apart) {
      const first = (windows + top * g.outWidth) * line;
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
