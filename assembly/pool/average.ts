// Average pooling, NHWC: the mean over the cells of each window without padding.
import { Geometry } from "../conv/geometry";
import { storeLanes } from "../simd/ragged";

/** y: the mean over each window's cells. Work units: rows of the output. */
export function avgPool2d(x: usize, y: usize, geometry: usize, begin: i32, end: i32): void {
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
      const count = f32x4.splat(<f32>((bottom - top) * (right - left)));
      const out = y + (unit * g.outWidth + s) * line;
      for (let c = 0; c < channels; c += 4) {
        let sum = i32x4.splat(0);
        for (let i = top; i < bottom; i++) {
          let at = image + (i * g.inWidth + left) * line + (c << 2);
          for (let j = left; j < right; j++) {
            sum = f32x4.add(sum, v128.load(at));
            at += line;
          }
        }
        storeLanes(out + (c << 2), f32x4.div(sum, count), channels - c);
      }
    }
  }
}

/** Number of cells of [0, size) in the window that begins at `start`. */
// @ts-ignore: decorator
@inline
function covered(start: i32, kernel: i32, size: i32): i32 {
  return min(start + kernel, size) - max(start, 0);
}

/** dx: each cell's share of the gradients of the windows over it. Work units: rows of the input. */
export function avgPoolGradient(dy: usize, dx: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  const line = channels << 2;
  for (let unit = begin; unit < end; unit++) {
    const y = (unit % g.inHeight) + g.padTop;
    const top = max(0, (y - g.kernelHeight + g.strideHeight) / g.strideHeight);
    const bottom = min(g.outHeight, y / g.strideHeight + 1);
    const windows = (unit / g.inHeight) * g.outHeight * g.outWidth;
    for (let column = 0; column < g.inWidth; column++) {
      const z = column + g.padLeft;
      const left = max(0, (z - g.kernelWidth + g.strideWidth) / g.strideWidth);
      const right = min(g.outWidth, z / g.strideWidth + 1);
      const to = dx + (unit * g.inWidth + column) * line;
      for (let c = 0; c < channels; c += 4) {
        let sum = i32x4.splat(0);
        for (let r = top; r < bottom; r++) {
          const high = covered(r * g.strideHeight - g.padTop, g.kernelHeight, g.inHeight);
          let at = dy + (windows + r * g.outWidth + left) * line + (c << 2);
          for (let s = left; s < right; s++) {
            const count = high * covered(s * g.strideWidth - g.padLeft, g.kernelWidth, g.inWidth);
            sum = f32x4.add(sum, f32x4.div(v128.load(at), f32x4.splat(<f32>count)));
            at += line;
          }
        }
        storeLanes(to + (c << 2), sum, channels - c);
      }
    }
  }
}
