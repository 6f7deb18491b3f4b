// Convolution with one group for each channel, vectorised over output channels. Output channel o reads input channel
// o / multiplier; filters are [kernelHeight, kernelWidth, 1, outChannels].
import { finish } from "../gemm/finish";
import { multiplyAdd4 } from "../simd/lanes";
import { storeLanes } from "../simd/ragged";
import { Geometry } from "./geometry";

/** The inputs of output channels [o, o + 4). Lanes from `count` on may hold anything. */
// @ts-ignore: decorator
@inline
function spread(x: usize, o: i32, multiplier: i32, last: i32): v128 {
  if (multiplier == 1) return v128.load(x + (o << 2));
  let v = v128.load32_splat(x + ((o / multiplier) << 2));
  v = v128.load32_lane(x + ((min(o + 1, last) / multiplier) << 2), v, 1);
  v = v128.load32_lane(x + ((min(o + 2, last) / multiplier) << 2), v, 2);
  return v128.load32_lane(x + ((min(o + 3, last) / multiplier) << 2), v, 3);
}

/** The taps of an axis that fall inside, [first, until), for the patch that starts at `start`. */
// @ts-ignore: decorator
@inline
function firstTap(start: i32, dilation: i32): i32 {
  return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

// @ts-ignore: decorator
@inline
function untilTap(start: i32, dilation: i32, size: i32, taps: i32): i32 {
  return start < size ? min(taps, (size - 1 - start) / dilation + 1) : 0;
}

/** y as in conv2d for groups == inChannels. Work units: rows of the output, over all images. */
export function depthwiseConv2d(
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  geometry: usize,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.outChannels;
  const multiplier = channels / g.inChannels;
  const line: usize = channels << 2;
  for (let unit = begin; unit < end; unit++) {
    const startY = (unit % g.outHeight) * g.strideHeight - g.padTop;
    const image = x + (unit / g.outHeight) * g.inHeight * g.inWidth * (g.inChannels << 2);
    const top = firstTap(startY, g.dilationHeight);
    const bottom = untilTap(startY, g.dilationHeight, g.inHeight, g.kernelHeight);
    const row = y + <usize>(unit * g.outWidth) * line;
    for (let s = 0; s < g.outWidth; s++) {
      const startX = s * g.strideWidth - g.padLeft;
      const left = firstTap(startX, g.dilationWidth);
      const right = untilTap(startX, g.dilationWidth, g.inWidth, g.kernelWidth);
      const out = row + <usize>s * line;
      for (let o = 0; o < channels; o += 4) {
        let sum = i32x4.splat(0);
        for (let i = top; i < bottom; i++) {
          const cells = (startY + i * g.dilationHeight) * g.inWidth + startX;
          for (let j = left; j < right; j++) {
            const from = image + (((cells + j * g.dilationWidth) * g.inChannels) << 2);
            const weight = v128.load(filter + (((i * g.kernelWidth + j) * channels + o) << 2));
            sum = multiplyAdd4(spread(from, o, multiplier, channels - 1), weight, sum);
          }
        }
        storeLanes(out + (o << 2), sum, channels - o);
      }
    }
    if (bias || activation) finish(row, line, g.outWidth, channels, bias, 4, activation, slope);
  }
}

/** Four elements `step` apart. Lanes from `count` on may hold anything. */
// @ts-ignore: decorator
@inline
function strided(p: usize, step: usize, count: i32): v128 {
  if (step == 4) return v128.load(p);
  let v = v128.load32_splat(p);
  if (count > 1) v = v128.load32_lane(p + step, v, 1);
  if (count > 2) v = v128.load32_lane(p + 2 * step, v, 2);
  return count > 3 ? v128.load32_lane(p + 3 * step, v, 3) : v;
}

/** dx as in conv2dInputGradient. Work units: rows of the input, over all images. */
export function depthwiseInputGradient(
  dy: usize,
  filter: usize,
  dx: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.inChannels;
  const multiplier = g.outChannels / channels;
  const step: usize = multiplier << 2;
  const line: usize = g.outChannels << 2;
  for (let unit = begin; unit < end; unit++) {
    const y = (unit % g.inHeight) + g.padTop;
    const image = dy + <usize>((unit / g.inHeight) * g.outHeight * g.outWidth) * line;
    for (let column = 0; column < g.inWidth; column++) {
      const out = dx + (((unit * g.inWidth + column) * channels) << 2);
      for (let c = 0; c < channels; c += 4) {
        const count = channels - c;
        let sum = i32x4.splat(0);
        for (let i = 0; i < g.kernelHeight; i++) {
          const r = y - i * g.dilationHeight;
          if (r < 0 || r % g.strideHeight != 0 || r >= g.outHeight * g.strideHeight) continue;
          for (let j = 0; j < g.kernelWidth; j++) {
            const s = column + g.padLeft - j * g.dilationWidth;
            if (s < 0 || s % g.strideWidth != 0 || s >= g.outWidth * g.strideWidth) continue;
            let from = image + <usize>((r / g.strideHeight) * g.outWidth + s / g.strideWidth) * line + <usize>c * step;
            let weight = filter + <usize>(i * g.kernelWidth + j) * line + <usize>c * step;
            for (let m = 0; m < multiplier; m++) {
              sum = multiplyAdd4(strided(from, step, count), strided(weight, step, count), sum);
              from += 4;
              weight += 4;
            }
          }
        }
        storeLanes(out + (c << 2), sum, count);
      }
    }
  }
}

/** The contribution of one image to one tap and the output channels [o, o + 4). */
function imageGradient(g: Geometry, x: usize, dy: usize, i: i32, j: i32, o: i32): v128 {
  const channels = g.outChannels;
  const multiplier = channels / g.inChannels;
  const top = i * g.dilationHeight - g.padTop;
  const left = j * g.dilationWidth - g.padLeft;
  const first = firstTap(left, g.strideWidth);
  const until = untilTap(left, g.strideWidth, g.inWidth, g.outWidth);
  let sum = i32x4.splat(0);
  for (let r = 0; r < g.outHeight; r++) {
    const row = top + r * g.strideHeight;
    if (<u32>row >= <u32>g.inHeight) continue;
    for (let s = first; s < until; s++) {
      const from = x + (((row * g.inWidth + left + s * g.strideWidth) * g.inChannels) << 2);
      const cotangent = v128.load(dy + (((r * g.outWidth + s) * channels + o) << 2));
      sum = multiplyAdd4(spread(from, o, multiplier, channels - 1), cotangent, sum);
    }
  }
  return sum;
}

/** df as in conv2dFilterGradient; images are added in order. Work units: four output channels. */
export function depthwiseFilterGradient(x: usize, dy: usize, df: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.outChannels;
  for (let image = 0; image < max(g.batch, 1); image++) {
    for (let o = begin << 2; o < min(end << 2, channels); o += 4) {
      for (let i = 0; i < g.kernelHeight; i++) {
        for (let j = 0; j < g.kernelWidth; j++) {
          const to = df + (((i * g.kernelWidth + j) * channels + o) << 2);
          let sum = image ? v128.load(to) : i32x4.splat(0);
          if (image < g.batch) sum = f32x4.add(sum, imageGradient(g, x, dy, i, j, o));
          storeLanes(to, sum, channels - o);
        }
      }
    }
    x += (g.inHeight * g.inWidth * g.inChannels) << 2;
    dy += (g.outHeight * g.outWidth * channels) << 2;
  }
}
