// A convolution with strides 2 is one without strides over the four phases of the image, the pixels of even and odd rows
// and columns. A phase keeps every second tap of a kernel of 4 x 4 to 6 x 6, at most three along an axis: Winograd's
// method (winograd-tiles.ts) then takes it for a 3 x 3 convolution with four times the channels. Where a phase has but
// two taps along an axis, the third is zero, and with it a position of the transformed filter: its products are left
// out. So 5 x 5 taps take 49 multiplications for 2 x 2 pixels instead of 100, and 4 x 4 taps 36 instead of 64.
//   y[r, s] = sum over phases q and t of x_q[r + low + t] f[first + 2 t + q],  x_q[m] = x[2 m + q]
import { Geometry } from "./geometry";
import { CHANNELS } from "./winograd-multiply";
import { VALUES_BYTES, tilesAlong, transformImages } from "./winograd-tiles";

export const PHASES: i32 = 4;

/** From an output's row (column) to the first row (column) of a phase that it reads: `low` above. */
// @ts-ignore: decorator
@inline
export function lowest(pad: i32): i32 {
  return -((pad + 1) >> 1);
}

/** The kernel's row (column) that is tap `t` of a phase along an axis; it may lie outside the kernel. */
// @ts-ignore: decorator
@inline
export function kernelTap(phase: i32, t: i32, pad: i32): i32 {
  return 2 * t + phase - (pad & 1);
}

/** Whether the transformed filter can differ from zero at a position along an axis. */
function reachesAlong(phase: i32, position: i32, pad: i32, taps: i32): bool {
  if (position == 0) return kernelTap(phase, 0, pad) >= 0;
  return position < 3 || kernelTap(phase, 2, pad) < taps;
}

/** Whether the transformed filter of a phase can differ from zero at one of the 16 positions. */
export function reaches(g: Geometry, phase: i32, position: i32): bool {
  return (
    reachesAlong(phase >> 1, position >> 2, g.padTop, g.kernelHeight) &&
    reachesAlong(phase & 1, position & 3, g.padLeft, g.kernelWidth)
  );
}

/**
 * The transformed patches of `count` tiles of the output from `tile` on, of channels [first, last) of all phases' one
 * after the other; multiples of 8. Blocks of 64 channels follow each other.
 */
export function transformPhases(
  g: Geometry,
  x: usize,
  tile: i32,
  count: i32,
  first: i32,
  last: i32,
  values: usize,
): void {
  const pixel: usize = g.inChannels << 2;
  const line: usize = <usize>g.inWidth * pixel;
  for (let v = first; v < last;) {
    const phase = v / g.inChannels;
    const channel = v % g.inChannels;
    const at = v - first;
    const n = min(min(g.inChannels - channel, last - v), CHANNELS - (at % CHANNELS));
    const y = phase >> 1;
    const z = phase & 1;
    transformImages(
      x + <usize>y * line + <usize>z * pixel + (channel << 2),
      <usize>g.inHeight * line,
      2 * line,
      2 * pixel,
      (g.inHeight + 1 - y) >> 1,
      (g.inWidth + 1 - z) >> 1,
      lowest(g.padTop),
      lowest(g.padLeft),
      tilesAlong(g.outHeight),
      tilesAlong(g.outWidth),
      tile,
      count,
      values + (at / CHANNELS) * VALUES_BYTES + ((at % CHANNELS) << 2),
      n << 2,
    );
    v += n;
  }
}
