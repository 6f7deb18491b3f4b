import { ONE, SIGN_BIT } from "../../simd/lanes";
import { A, BOTTOM, DENOMINATOR, END, NUMERATOR, SCALE, TAILS, TOP, tailBlock } from "../../simd/normal";
import { workspace } from "../../workspace";

/** 2^-64 / sqrt(2 pi) */
const DENSITY: usize = memory.data<f32>([2.1626704e-20]);

/** Where whole vectors of the results of a block may be stored: in the workspace if the last is not whole. */
// @ts-ignore: decorator
@inline
function wholeVectors(y: usize, n: i32): usize {
  return n & 3 ? workspace + END : y;
}

/** Brings the results of a block to y. Returns where those of the next block are. */
// @ts-ignore: decorator
@inline
function endOfBlock(y: usize, n: i32): usize {
  const bytes = (<usize>n) << 2;
  if (n & 3) memory.copy(y, workspace + END, bytes);
  return y + bytes;
}

/**
 * x (1 + erf(x / sqrt(2))) / 2 = max(x, 0) - |x| Q(|x|): no cancellation in either tail. The maximum is with -0, for the sign
 * of a result that vanishes. `slope` gets the derivative, unless it is 0.
 */
export function geluMap(x: usize, y: usize, slope: usize, begin: i32, end: i32): void {
  const start = (<usize>begin) << 2;
  x += start;
  y += start;
  let derivative: usize = slope ? slope + start : 0;
  const zero = v128.load(SIGN_BIT);
  for (let left = end - begin; left > 0; left -= TAILS) {
    const n = min(left, TAILS);
    tailBlock(x, n);
    if (derivative) {
      slopes(x, wholeVectors(derivative, n), n);
      derivative = endOfBlock(derivative, n);
    }
    let to = wholeVectors(y, n);
    const stop = workspace + ((<usize>n) << 2);
    for (let s = workspace; s < stop; s += 16) {
      const top = f32x4.mul(v128.load(s, TOP), v128.load(s, NUMERATOR));
      const bottom = f32x4.mul(v128.load(s, BOTTOM), v128.load(s, DENOMINATOR));
      const factor = f32x4.mul(v128.load(s, A), v128.load(s, SCALE));
      v128.store(to, f32x4.sub(f32x4.pmax(v128.load(x), zero), f32x4.mul(f32x4.div(top, bottom), factor)));
      x += 16;
      to += 16;
    }
    y = endOfBlock(y, n);
  }
}

/** Phi(x) + x phi(x) for a block: with s = Q(|x|) - |x| phi(x), it is s for x < 0 and 1 - s else. */
// @ts-ignore: decorator
@inline
function slopes(x: usize, to: usize, n: i32): void {
  const density = v128.load32_splat(DENSITY);
  const one = v128.load(ONE);
  const stop = workspace + ((<usize>n) << 2);
  for (let s = workspace; s < stop; s += 16) {
    const bottom = v128.load(s, DENOMINATOR);
    const numerator = f32x4.sub(v128.load(s, NUMERATOR), f32x4.mul(f32x4.mul(v128.load(s, A), density), bottom));
    const ratio = f32x4.div(f32x4.mul(v128.load(s, TOP), numerator), f32x4.mul(v128.load(s, BOTTOM), bottom));
    const tail = f32x4.mul(ratio, v128.load(s, SCALE));
    v128.store(to, v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(v128.load(x), i32x4.splat(0))));
    x += 16;
    to += 16;
  }
}
