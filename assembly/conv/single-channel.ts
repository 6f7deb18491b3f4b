// Convolution of images of one channel without horizontal stride: adjacent pixels of a tap are adjacent in memory, so a
// tile reads them directly. With so few steps (9 for 3x3), packing patches would take as long as the sums.
import { multiplyAdd4 } from "../simd/lanes";
import { finish } from "../gemm/finish";
import { FUSED_RELU } from "../layout";
import { workspace } from "../workspace";
import { Geometry } from "./geometry";

const PIXELS: i32 = 5;
const CHANNELS: i32 = 8;
const MOST_TAPS: i32 = 64;
/** Up to this many remaining pixels of a row are computed one by one, which is cheaper than a tile. */
const SINGLES: i32 = 2;
/** Workspace: byte offset of each tap, then one image with its border of zeros. */
const IMAGE: usize = 4 * 64;
const MOST_FLOATS: i32 = 1 << 17;

const ZEROS: usize = memory.data<f32>([0, 0, 0, 0, 0, 0, 0, 0], 16);

/** Length of a row with all columns that are read for some pixel and tap. */
// @ts-ignore: decorator
@inline
function reach(pixels: i32, stride: i32, taps: i32, dilation: i32): i32 {
  return (pixels - 1) * stride + (taps - 1) * dilation + 1;
}

/** Whether some tap falls outside the image. */
function bordered(g: Geometry): bool {
  const rows = reach(g.outHeight, g.strideHeight, g.kernelHeight, g.dilationHeight);
  const columns = reach(g.outWidth, 1, g.kernelWidth, g.dilationWidth);
  return (g.padTop | g.padLeft) != 0 || rows > g.inHeight || columns > g.inWidth;
}

/** Whether a convolution can be computed this way. */
export function isSingleChannel(g: Geometry): bool {
  if (g.inChannels != 1 || g.strideWidth != 1 || g.outChannels % CHANNELS != 0) return false;
  if (g.kernelHeight * g.kernelWidth > MOST_TAPS) return false;
  const rows = reach(g.outHeight, g.strideHeight, g.kernelHeight, g.dilationHeight);
  return !bordered(g) || rows * reach(g.outWidth, 1, g.kernelWidth, g.dilationWidth) <= MOST_FLOATS;
}

// @ts-ignore: decorator
@inline
function put(out: usize, base: v128, sum: v128, floor: v128): void {
  v128.store(out, f32x4.pmax(f32x4.add(base, sum), floor)); // pmax keeps a NaN in its first operand
}

/** out[5 pixels, 8 channels] = max(base + taps times filter, floor). A separate function, like the GEMM tile. */
export function tapTile(
  a: usize,
  table: usize,
  taps: i32,
  b: usize,
  bStride: usize,
  base: usize,
  floor: f32,
  out: usize,
  outStride: usize,
): void {
  let p = a + load<u32>(table);
  let left = v128.load(b);
  let right = v128.load(b, 16);
  let x = v128.load32_splat(p);
  let s0 = f32x4.mul(x, left),
    t0 = f32x4.mul(x, right);
  x = v128.load32_splat(p, 4);
  let s1 = f32x4.mul(x, left),
    t1 = f32x4.mul(x, right);
  x = v128.load32_splat(p, 8);
  let s2 = f32x4.mul(x, left),
    t2 = f32x4.mul(x, right);
  x = v128.load32_splat(p, 12);
  let s3 = f32x4.mul(x, left),
    t3 = f32x4.mul(x, right);
  x = v128.load32_splat(p, 16);
  let s4 = f32x4.mul(x, left),
    t4 = f32x4.mul(x, right);
  const end = table + ((<usize>taps) << 2);
  while ((table += 4) < end) {
    b += bStride;
    p = a + load<u32>(table);
    left = v128.load(b);
    right = v128.load(b, 16);
    x = v128.load32_splat(p);
    s0 = multiplyAdd4(x, left, s0);
    t0 = multiplyAdd4(x, right, t0);
    x = v128.load32_splat(p, 4);
    s1 = multiplyAdd4(x, left, s1);
    t1 = multiplyAdd4(x, right, t1);
    x = v128.load32_splat(p, 8);
    s2 = multiplyAdd4(x, left, s2);
    t2 = multiplyAdd4(x, right, t2);
    x = v128.load32_splat(p, 12);
    s3 = multiplyAdd4(x, left, s3);
    t3 = multiplyAdd4(x, right, t3);
    x = v128.load32_splat(p, 16);
    s4 = multiplyAdd4(x, left, s4);
    t4 = multiplyAdd4(x, right, t4);
  }
  const least = f32x4.splat(floor);
  left = v128.load(base);
  right = v128.load(base, 16);
  out += 4 * outStride;
  put(out + 16, right, t4, least);
  put(out, left, s4, least);
  put((out -= outStride) + 16, right, t3, least);
  put(out, left, s3, least);
  put((out -= outStride) + 16, right, t2, least);
  put(out, left, s2, least);
  put((out -= outStride) + 16, right, t1, least);
  put(out, left, s1, least);
  put((out -= outStride) + 16, right, t0, least);
  put(out, left, s0, least);
}

/** The same for one pixel. */
export function tapPixel(
  a: usize,
  table: usize,
  taps: i32,
  b: usize,
  bStride: usize,
  base: usize,
  floor: f32,
  out: usize,
): void {
  let x = v128.load32_splat(a + load<u32>(table));
  let s = f32x4.mul(x, v128.load(b));
  let t = f32x4.mul(x, v128.load(b, 16));
  const end = table + ((<usize>taps) << 2);
  while ((table += 4) < end) {
    b += bStride;
    x = v128.load32_splat(a + load<u32>(table));
    s = multiplyAdd4(x, v128.load(b), s);
    t = multiplyAdd4(x, v128.load(b, 16), t);
  }
  const least = f32x4.splat(floor);
  put(out + 16, v128.load(base, 16), t, least);
  put(out, v128.load(base), s, least);
}

/** Copies the image and adds zeros around it, as far as taps reach. */
function copyWithBorder(image: usize, g: Geometry, to: usize, rows: i32, columns: i32): void {
  memory.fill(to, 0, (<usize>(rows * columns)) << 2);
  const width = min(g.inWidth, columns - g.padLeft);
  const height = min(g.inHeight, rows - g.padTop);
  if (width <= 0) return;
  for (let r = 0; r < height; r++) {
    const at = to + ((<usize>((r + g.padTop) * columns + g.padLeft)) << 2);
    memory.copy(at, image + ((<usize>(r * g.inWidth)) << 2), (<usize>width) << 2);
  }
}

/**
 * `count` adjacent pixels of one row of the result: tiles, then an overlapping tile for a long rest or single pixels
 * for a short one.
 */
function convolveRow(
  a: usize,
  taps: i32,
  filter: usize,
  bias: usize,
  floor: f32,
  out: usize,
  channels: i32,
  count: i32,
): void {
  const stride = (<usize>channels) << 2;
  for (let s = 0; s < count;) {
    const tile = count >= PIXELS && count - s > SINGLES;
    if (tile) s = min(s, count - PIXELS);
    const from = a + ((<usize>s) << 2);
    const to = out + <usize>s * stride;
    for (let n = 0; n < channels; n += CHANNELS) {
      const first = (<usize>n) << 2;
      const base = bias ? bias + first : ZEROS;
      if (tile) tapTile(from, workspace, taps, filter + first, stride, base, floor, to + first, stride);
      else tapPixel(from, workspace, taps, filter + first, stride, base, floor, to + first);
    }
    s += tile ? PIXELS : 1;
  }
}

/** The pixels [first, last) of the batch's results. Arguments as conv2d. */
export function convolveSingleChannel(
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  g: Geometry,
  activation: i32,
  slope: f32,
  first: i32,
  last: i32,
): void {
  const border = bordered(g);
  const rows = reach(g.outHeight, g.strideHeight, g.kernelHeight, g.dilationHeight);
  const columns = border ? reach(g.outWidth, 1, g.kernelWidth, g.dilationWidth) : g.inWidth;
  for (let i = 0, tap = workspace; i < g.kernelHeight; i++) {
    for (let j = 0; j < g.kernelWidth; j++, tap += 4) {
      store<u32>(tap, (i * g.dilationHeight * columns + j * g.dilationWidth) << 2);
    }
  }
  const taps = g.kernelHeight * g.kernelWidth;
  const floor: f32 = activation == FUSED_RELU ? 0 : -Infinity;
  const perImage = g.outHeight * g.outWidth;
  let image = -1;
  let source: usize = 0;
  for (let pixel = first; pixel < last;) {
    const b = pixel / perImage;
    const r = (pixel % perImage) / g.outWidth;
    const s = pixel % g.outWidth;
    const count = min(g.outWidth - s, last - pixel);
    if (b != image) {
      image = b;
      source = x + ((<usize>(b * g.inHeight * g.inWidth)) << 2);
      if (border) {
        copyWithBorder(source, g, workspace + IMAGE, rows, columns);
        source = workspace + IMAGE;
      }
    }
    const a = source + ((<usize>(r * g.strideHeight * columns + s)) << 2);
    const out = y + ((<usize>pixel * <usize>g.outChannels) << 2);
    convolveRow(a, taps, filter, bias, floor, out, g.outChannels, count);
    if (activation > FUSED_RELU)
      finish(out, (<usize>g.outChannels) << 2, count, g.outChannels, 0, 4, activation, slope);
    pixel += count;
  }
}
