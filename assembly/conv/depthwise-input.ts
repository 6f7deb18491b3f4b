// The gradient of a depthwise convolution with respect to its input. Cells that are a stride apart share their taps, for
// which adjacent cells read adjacent pixels of dy.
import { multiplyAdd4 } from "../simd/lanes";
import { storeLanes } from "../simd/ragged";
import { workspace } from "../workspace";
import { Taps, sumRow } from "./depthwise-sums";
import { Geometry } from "./geometry";

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

/** Every `stride`-th cell has the taps first, first + step, ... of an axis, `count` of them. */
@unmanaged
class Phase {
  first: i32;
  step: i32;
  count: i32;
}

/** The taps at whole multiples of the stride before `cell`, those at [0, size) only if `size` is not 0. */
function setPhase(phase: Phase, cell: i32, taps: i32, stride: i32, dilation: i32, size: i32): void {
  let last = 0;
  phase.first = 0;
  phase.step = 1;
  phase.count = 0;
  for (let i = 0; i < taps; i++) {
    const at = cell - i * dilation;
    if (at % stride != 0 || (size && (at < 0 || at >= size * stride))) continue;
    if (phase.count == 0) phase.first = i;
    else phase.step = i - last;
    last = i;
    phase.count++;
  }
}

/** A row of dx: sums over the rows of dy that its taps reach. */
function sumCotangents(g: Geometry, image: usize, filter: usize, out: usize, y: i32): void {
  const taps = changetype<Taps>(workspace);
  const phase = changetype<Phase>(workspace + 64);
  const line = g.outChannels << 2;
  const width = g.outWidth * line;
  setPhase(phase, y, g.kernelHeight, g.strideHeight, g.dilationHeight, g.outHeight);
  const first = phase.first;
  taps.rows = phase.count;
  taps.weightRow = phase.step * g.kernelWidth * line;
  taps.row = -((phase.step * g.dilationHeight) / g.strideHeight) * width;
  const from = image + <usize>(((y - first * g.dilationHeight) / g.strideHeight) * width);
  taps.next = line;
  taps.out = g.strideWidth * line;
  for (let x = 0; x < min(g.strideWidth, g.inWidth); x++) {
    setPhase(phase, x + g.padLeft, g.kernelWidth, g.strideWidth, g.dilationWidth, 0);
    const tap = (phase.step * g.dilationWidth) / g.strideWidth;
    taps.columns = phase.count;
    taps.weight = filter + <usize>((first * g.kernelWidth + phase.first) * line);
    taps.weightColumn = phase.step * line;
    taps.column = -tap * line;
    const start = (x + g.padLeft - phase.first * g.dilationWidth) / g.strideWidth;
    const count = (g.inWidth - x + g.strideWidth - 1) / g.strideWidth;
    sumRow(taps, from, out + <usize>(x * line), g.outChannels, line, count, start, 1, -tap, g.outWidth);
  }
}

/** The same for several output channels of an input channel. */
function gatherCotangents(g: Geometry, image: usize, filter: usize, out: usize, y: i32): void {
  const channels = g.inChannels;
  const multiplier = g.outChannels / channels;
  const step: usize = multiplier << 2;
  const line: usize = g.outChannels << 2;
  for (let column = 0; column < g.inWidth; column++) {
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
    out += channels << 2;
  }
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
  const plane: usize = (g.outHeight * g.outWidth * g.outChannels) << 2;
  const row: usize = (g.inWidth * g.inChannels) << 2;
  for (let unit = begin; unit < end; unit++) {
    const image = dy + <usize>(unit / g.inHeight) * plane;
    const y = (unit % g.inHeight) + g.padTop;
    if (g.outChannels == g.inChannels) sumCotangents(g, image, filter, dx + <usize>unit * row, y);
    else gatherCotangents(g, image, filter, dx + <usize>unit * row, y);
  }
}
