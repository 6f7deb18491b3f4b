// Convolution with one group for each channel, vectorised over output channels. Output channel o reads input channel
// o / multiplier; filters are [kernelHeight, kernelWidth, 1, outChannels]. The gradients are in depthwise-input.ts and
// depthwise-filter.ts.
import { finish } from "../gemm/finish";
import { multiplyAdd4 } from "../simd/lanes";
import { storeLanes } from "../simd/ragged";
import { workspace } from "../workspace";
import { Taps, sumRow } from "./depthwise-sums";
import { Geometry } from "./geometry";

/** The inputs of output channels [o, o + 4). Lanes from `count` on may hold anything. */
// @ts-ignore: decorator
@inline
export function spread(x: usize, o: i32, multiplier: i32, last: i32): v128 {
  if (multiplier == 1) return v128.load(x + (o << 2));
  let v = v128.load32_splat(x + ((o / multiplier) << 2));
  v = v128.load32_lane(x + ((min(o + 1, last) / multiplier) << 2), v, 1);
  v = v128.load32_lane(x + ((min(o + 2, last) / multiplier) << 2), v, 2);
  return v128.load32_lane(x + ((min(o + 3, last) / multiplier) << 2), v, 3);
}

/** The taps of an axis that fall inside, [first, until), for the patch that starts at `start`. */
// @ts-ignore: decorator
@inline
export function firstTap(start: i32, dilation: i32): i32 {
  return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

// @ts-ignore: decorator
@inline
export function untilTap(start: i32, dilation: i32, size: i32, taps: i32): i32 {
  return start < size ? min(taps, (size - 1 - start) / dilation + 1) : 0;
}

/** A row of the output: the rows of taps [top, bottom) of the patches that start in row `startY`. */
function sumPatches(g: Geometry, image: usize, filter: usize, out: usize, startY: i32, top: i32, bottom: i32): void {
  const taps = changetype<Taps>(workspace);
  const line = g.outChannels << 2;
  const width = g.inWidth * line;
  taps.weightRow = g.kernelWidth * line;
  taps.weightColumn = line;
  taps.weight = filter + <usize>top * taps.weightRow;
  taps.rows = bottom - top;
  taps.columns = g.kernelWidth;
  taps.row = g.dilationHeight * width;
  taps.column = g.dilationWidth * line;
  taps.next = g.strideWidth * line;
  taps.out = line;
  const from = image + <usize>((startY + top * g.dilationHeight) * width);
  sumRow(taps, from, out, g.outChannels, line, g.outWidth, -g.padLeft, g.strideWidth, g.dilationWidth, g.inWidth);
}

/** The same for several output channels of an input channel. */
function spreadPatches(g: Geometry, image: usize, filter: usize, row: usize, startY: i32, top: i32, bottom: i32): void {
  const channels = g.outChannels;
  const multiplier = channels / g.inChannels;
  const line: usize = channels << 2;
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
    if (multiplier == 1) sumPatches(g, image, filter, row, startY, top, bottom);
    else spreadPatches(g, image, filter, row, startY, top, bottom);
    if (bias || activation) finish(row, line, g.outWidth, channels, bias, 4, activation, slope);
  }
}
