// Maximum pooling, NHWC. Windows are clipped to the image, which is padding by -inf; every window has a cell.
// The first of equal cells wins, and the first NaN (IEEE 754-2019 maximum). The winner's number in its image
// plane is kept: the gradient goes there, whatever the values.
import { Geometry } from "../conv/geometry";
import { storeLanes } from "../simd/ragged";

/** y and the winning cell (row * inWidth + column) of each window and channel. Work units: rows of the output. */
export function maxPool2d(x: usize, y: usize, index: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  const line = channels << 2;
  for (let unit = begin; unit < end; unit++) {
    const startY = (unit % g.outHeight) * g.strideHeight - g.padTop;
    const top = max(startY, 0);
    const bottom = min(startY + g.kernelHeight, g.inHeight);
    const image = x + (unit / g.outHeight) * g.inHeight * g.inWidth * line;
    for (let s = 0; s < g.outWidth; s++) {
      const startX = s * g.strideWidth - g.padLeft;
      const left = max(startX, 0);
      const right = min(startX + g.kernelWidth, g.inWidth);
      const out = (unit * g.outWidth + s) * line;
      for (let c = 0; c < channels; c += 4) {
        let cell = top * g.inWidth + left;
        let best = v128.load(image + cell * line + (c << 2));
        let winner = i32x4.splat(cell);
        for (let i = top; i < bottom; i++) {
          cell = i * g.inWidth + left;
          let at = image + cell * line + (c << 2);
          for (let j = left; j < right; j++) {
            const value = v128.load(at);
            // larger, or NaN for the first time
            const wins = v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
            best = v128.bitselect(value, best, wins);
            winner = v128.bitselect(i32x4.splat(cell), winner, wins);
            at += line;
            cell++;
          }
        }
        storeLanes(y + out + (c << 2), best, channels - c);
        storeLanes(index + out + (c << 2), winner, channels - c);
      }
    }
  }
}

/** dx: the sum of dy over the windows that each cell has won. Work units: rows of the input. */
export function maxPoolGradient(dy: usize, index: usize, dx: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  const line = channels << 2;
  for (let unit = begin; unit < end; unit++) {
    const row = unit % g.inHeight;
    const y = row + g.padTop;
    // the windows over this row: r * stride <= y < r * stride + kernel
    const top = max(0, (y - g.kernelHeight + g.strideHeight) / g.strideHeight);
    const bottom = min(g.outHeight, y / g.strideHeight + 1);
    const windows = (unit / g.inHeight) * g.outHeight * g.outWidth;
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

/** y = t at the winning cells: the derivative along t. Work units: rows of the output. */
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
