import { ONE, SIGN_BIT } from "../../simd/lanes";
import { A, BLOCK, BOTTOM, DENOMINATOR, END, NUMERATOR, SCALE, TAILS, TOP, tailBlock } from "../../simd/normal";
import { workspace } from "../../workspace";

/** 2^-64 / sqrt(2 pi) */
const DENSITY: usize = memory.data<f32>([2.1626704e-20]);

/**
 * x (1 + erf(x / sqrt(2))) / 2 = max(x, 0) - |x| Q(|x|): no cancellation in either tail. The maximum is with -0, for the sign
 * of a result that vanishes. `slope`, unless it is 0, gets the derivative: with s = Q(|x|) - |x| phi(x), it is s for x < 0
 * and 1 - s else.
 */
export function geluMap(x: usize, y: usize, slope: usize, begin: i32, end: i32): void {
  const across = slope - y;
  const start = (<usize>begin) << 2;
  x += start;
  y += start;
  const zero = v128.load(SIGN_BIT);
  const density = v128.load32_splat(DENSITY);
  const one = v128.load(ONE);
  for (let left = end - begin; left > 0; left -= TAILS) {
    const n = min(left, TAILS);
    const bytes = (<usize>n) << 2;
    tailBlock(x, n);
    // Whole vectors go to the workspace if the last one is not whole.
    const last = n & 3;
    let to = last ? workspace + END : y;
    const toSlope: usize = last ? BLOCK : across;
    const stop = workspace + bytes;
    for (let s = workspace; s < stop; s += 16) {
      const v = v128.load(x);
      const a = v128.load(s, A);
      const top = v128.load(s, TOP);
      const scale = v128.load(s, SCALE);
      const numerator = v128.load(s, NUMERATOR);
      const denominator = v128.load(s, DENOMINATOR);
      const bottom = f32x4.mul(v128.load(s, BOTTOM), denominator);
      if (slope) {
        const rest = f32x4.sub(numerator, f32x4.mul(f32x4.mul(a, density), denominator));
        const tail = f32x4.mul(f32x4.div(f32x4.mul(top, rest), bottom), scale);
        v128.store(to + toSlope, v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(v, i32x4.splat(0))));
      }
      const tail = f32x4.mul(f32x4.div(f32x4.mul(top, numerator), bottom), f32x4.mul(a, scale));
      v128.store(to, f32x4.sub(f32x4.pmax(v, zero), tail));
      x += 16;
      to += 16;
    }
    if (last) {
      memory.copy(y, workspace + END, bytes);
      if (slope) memory.copy(y + across, workspace + (END + BLOCK), bytes);
    }
    y += bytes;
  }
}
