import { SIGN_BIT } from "../../simd/lanes";
import { A, BLOCK, BOTTOM, DENOMINATOR, END, NUMERATOR, SCALE, TOP, tailBlock } from "../../simd/normal";
import { storeLast } from "../../simd/ragged";
import { workspace } from "../../workspace";

/** 2^-64 / sqrt(2 pi) */
const DENSITY: usize = memory.data<f32>([2.1626704e-20, 2.1626704e-20, 2.1626704e-20, 2.1626704e-20], 16);

/**
 * x Phi(x) = max(x, 0) - |x| Q(|x|): no cancellation in either tail. The maximum is with -0, for the sign of a result that
 * vanishes.
 */
function geluVectors(x: usize, y: usize, bytes: usize): void {
  const zero = v128.load(SIGN_BIT);
  const end = x + bytes;
  while (x < end) {
    const stop = workspace + tailBlock(x, end);
    for (let s = workspace; s < stop; s += 16) {
      const top = f32x4.mul(v128.load(s, TOP), v128.load(s, NUMERATOR));
      const bottom = f32x4.mul(v128.load(s, BOTTOM), v128.load(s, DENOMINATOR));
      const factor = f32x4.mul(v128.load(s, A), v128.load(s, SCALE));
      v128.store(y, f32x4.sub(f32x4.pmax(v128.load(x), zero), f32x4.mul(f32x4.div(top, bottom), factor)));
      x += 16;
      y += 16;
    }
  }
}

/** x (1 + erf(x / sqrt(2))) / 2 */
export function geluMap(x: usize, y: usize, begin: i32, end: i32): void {
  const whole = ((<usize>(end - begin)) >> 2) << 4;
  const last = (end - begin) & 3;
  x += (<usize>begin) << 2;
  y += (<usize>begin) << 2;
  geluVectors(x, y, whole);
  if (last > 0) {
    geluVectors(x + whole, workspace + END, 16);
    storeLast(y + whole, v128.load(workspace, END), last);
  }
}

/** With s = Q(|x|) - |x| phi(x), the slope is s for x < 0 and 1 - s else. */
function slopeVectors(dy: usize, x: usize, dx: usize, bytes: usize): void {
  const density = v128.load(DENSITY);
  const one = f32x4.splat(1);
  const end = x + bytes;
  while (x < end) {
    const stop = workspace + tailBlock(x, end);
    for (let s = workspace; s < stop; s += 16) {
      const bottom = v128.load(s, DENOMINATOR);
      const numerator = f32x4.sub(v128.load(s, NUMERATOR), f32x4.mul(f32x4.mul(v128.load(s, A), density), bottom));
      const ratio = f32x4.div(f32x4.mul(v128.load(s, TOP), numerator), f32x4.mul(v128.load(s, BOTTOM), bottom));
      const tail = f32x4.mul(ratio, v128.load(s, SCALE));
      const slope = v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(v128.load(x), i32x4.splat(0)));
      v128.store(dx, f32x4.mul(v128.load(dy), slope));
      dy += 16;
      x += 16;
      dx += 16;
    }
  }
}

/** dy (Phi(x) + x phi(x)) */
export function geluGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  const start = (<usize>begin) << 2;
  const whole = ((<usize>(end - begin)) >> 2) << 4;
  const last = (end - begin) & 3;
  slopeVectors(dy + start, x + start, dx + start, whole);
  if (last > 0) {
    const at = start + whole;
    slopeVectors(dy + at, x + at, workspace + END, 16);
    storeLast(dx + at, v128.load(workspace, END), last);
  }
}
