// The gradient of a depthwise convolution with respect to its filter: a sum over the pixels of each image for every tap and
// channel, then over the images.
import { multiplyAdd4 } from "../simd/lanes";
import { storeLanes } from "../simd/ragged";
import { workspace } from "../workspace";
import { firstTap, spread, untilTap } from "./depthwise";
import { ROW_SUMS, addOneRow, addThreeRows } from "./depthwise-filter-rows";
import { Geometry } from "./geometry";
import { touch } from "./touch";

/** Bytes of an image and its gradient that stay in the second cache: its lines of pixels are then read from there. */
const NEAR: i32 = 512 * 1024;

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

/** The same for the channels [o, o + 16), a line of the cache, with as many output as input channels. */
function addSixteen(g: Geometry, x: usize, dy: usize, df: usize, i: i32, j: i32, o: i32, first: bool): void {
  const line: usize = g.outChannels << 2;
  const top = i * g.dilationHeight - g.padTop;
  const left = j * g.dilationWidth - g.padLeft;
  const begin = firstTap(left, g.strideWidth);
  const until = untilTap(left, g.strideWidth, g.inWidth, g.outWidth);
  const next = <usize>g.strideWidth * line;
  const offset: usize = o << 2;
  let s0 = i32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let r = 0; r < g.outHeight; r++) {
    const row = top + r * g.strideHeight;
    if (<u32>row >= <u32>g.inHeight) continue;
    let from = x + <usize>(row * g.inWidth + left + begin * g.strideWidth) * line + offset;
    let cotangent = dy + <usize>(r * g.outWidth + begin) * line + offset;
    for (let s = begin; s < until; s++) {
      s0 = multiplyAdd4(v128.load(from), v128.load(cotangent), s0);
      s1 = multiplyAdd4(v128.load(from, 16), v128.load(cotangent, 16), s1);
      s2 = multiplyAdd4(v128.load(from, 32), v128.load(cotangent, 32), s2);
      s3 = multiplyAdd4(v128.load(from, 48), v128.load(cotangent, 48), s3);
      from += next;
      cotangent += line;
    }
  }
  const to = df + <usize>(i * g.kernelWidth + j) * line + offset;
  v128.store(to, first ? s0 : f32x4.add(v128.load(to), s0));
  v128.store(to, first ? s1 : f32x4.add(v128.load(to, 16), s1), 16);
  v128.store(to, first ? s2 : f32x4.add(v128.load(to, 32), s2), 32);
  v128.store(to, first ? s3 : f32x4.add(v128.load(to, 48), s3), 48);
}

/** Whether depthwise-filter-rows.ts can do it, and is faster: not for a few pixels at a time. */
function slides(g: Geometry): bool {
  return (
    g.kernelWidth == 3 && g.strideWidth == 1 && g.dilationWidth == 1 && g.outWidth > 7 && g.outChannels == g.inChannels
  );
}

/** Adds row `r` of the output to the sums of all taps, for the channels [o, o + 4). */
function addOutputRow(g: Geometry, x: usize, dy: usize, r: i32, o: i32, sums: usize): void {
  const line: usize = g.outChannels << 2;
  const top = r * g.strideHeight - g.padTop;
  const last = untilTap(top, g.dilationHeight, g.inHeight, g.kernelHeight);
  const row = <usize>(g.dilationHeight * g.inWidth) * line;
  const offset: usize = o << 2;
  const cotangent = dy + <usize>(r * g.outWidth + g.padLeft) * line + offset;
  const until = min(g.inWidth + g.padLeft, g.outWidth + 2);
  for (let i = firstTap(top, g.dilationHeight); i < last;) {
    const from = x + <usize>((top + i * g.dilationHeight) * g.inWidth) * line + offset;
    const at = sums + <usize>i * ROW_SUMS;
    if (i + 3 <= last) {
      addThreeRows(from, row, cotangent, line, at, g.padLeft, until, g.outWidth);
      i += 3;
    } else {
      addOneRow(from, cotangent, line, at, g.padLeft, until, g.outWidth);
      i++;
    }
  }
}

/** The contribution of an image to all taps of the channels [o, last), 16 at most: a line of the cache. */
function addImage(g: Geometry, x: usize, dy: usize, df: usize, o: i32, last: i32, first: bool): void {
  const taps = g.kernelHeight * 3;
  const size = <usize>g.kernelHeight * ROW_SUMS;
  memory.fill(workspace, 0, 4 * size);
  for (let r = 0; r < g.outHeight; r++) {
    let sums = workspace;
    for (let c = o; c < last; c += 4) {
      addOutputRow(g, x, dy, r, c, sums);
      sums += size;
    }
  }
  let sums = workspace;
  for (; o < last; o += 4) {
    for (let tap = 0; tap < taps; tap++) {
      const to = df + ((tap * g.outChannels + o) << 2);
      const sum = v128.load(sums);
      storeLanes(to, first ? sum : f32x4.add(v128.load(to), sum), g.outChannels - o);
      sums += 16;
    }
  }
}

/** The same by the general method. */
function addTaps(g: Geometry, x: usize, dy: usize, df: usize, o: i32, sixteen: bool, image: i32): void {
  const channels = g.outChannels;
  for (let i = 0; i < g.kernelHeight; i++) {
    for (let j = 0; j < g.kernelWidth; j++) {
      if (sixteen) {
        addSixteen(g, x, dy, df, i, j, o, image == 0);
        continue;
      }
      const to = df + (((i * g.kernelWidth + j) * channels + o) << 2);
      let sum = image ? v128.load(to) : i32x4.splat(0);
      if (image < g.batch) sum = f32x4.add(sum, imageGradient(g, x, dy, i, j, o));
      storeLanes(to, sum, channels - o);
    }
  }
}

/** df as in conv2dFilterGradient; images are added in order. Work units: four output channels. */
export function depthwiseFilterGradient(x: usize, dy: usize, df: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const channels = g.outChannels;
  const last = min(end << 2, channels);
  const sliding = g.batch > 0 && slides(g);
  const line = channels << 2;
  const pixels = g.inHeight * g.inWidth;
  const cells = g.outHeight * g.outWidth;
  const near = (pixels + cells) * line <= NEAR;
  for (let image = 0; image < max(g.batch, 1); image++) {
    if (sliding && near) {
      touch(x, pixels * line);
      touch(dy, cells * line);
    }
    for (let o = begin << 2, next = o; o < last; o = next) {
      const sixteen = o + 16 <= last && channels == g.inChannels && image < g.batch;
      next = min(last, o + (sixteen || sliding ? 16 : 4));
      if (sliding) addImage(g, x, dy, df, o, next, image == 0);
      else addTaps(g, x, dy, df, o, sixteen, image);
    }
    x += (pixels * g.inChannels) << 2;
    dy += (cells * channels) << 2;
  }
}
