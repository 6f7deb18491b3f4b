// exp over a whole row. Two vectors at a time share the loads of the constants, and a block whose arguments are all moderate
// needs neither bounds nor a second power of two: that takes two thirds of the time of exp4, and the bits are the same.
import { LN2_HIGH, LN2_LOW, LOG2_E, P, ROUND, exp4 } from "./exp";
import { ONE } from "./lanes";
import { storeLast } from "./ragged";

/** Up to here, results are normal floats, and 2^n is one, too. */
const MODERATE: usize = memory.data<f32>([87, 87, 87, 87], 16);
/** Bytes of a block. */
const BLOCK: usize = 256;

/** Whether all values of a block differ from m by less; false if m is NaN. */
// @ts-ignore: decorator
@inline
function moderate(x: usize, m: v128): bool {
  let low = v128.load(x);
  let high = low;
  let low2 = v128.load(x, 16);
  let high2 = low2;
  // A NaN that comes later is left out, and its exponential is NaN in any case.
  for (let i: usize = 32; i < BLOCK; i += 32) {
    const u = v128.load(x + i);
    const v = v128.load(x + i, 16);
    low = f32x4.pmin(low, u);
    high = f32x4.pmax(high, u);
    low2 = f32x4.pmin(low2, v);
    high2 = f32x4.pmax(high2, v);
  }
  const limit = v128.load(MODERATE);
  const one = v128.and(f32x4.le(f32x4.sub(high, m), limit), f32x4.le(f32x4.sub(m, low), limit));
  const other = v128.and(f32x4.le(f32x4.sub(high2, m), limit), f32x4.le(f32x4.sub(m, low2), limit));
  return i32x4.all_true(v128.and(one, other));
}

/** y = exp(x - m) for two vectors of moderate arguments: exp4, step by step for both. */
// @ts-ignore: decorator
@inline
function expPair(x: usize, y: usize, m: v128): void {
  const a = f32x4.sub(v128.load(x), m);
  const b = f32x4.sub(v128.load(x, 16), m);
  let c = v128.load(LOG2_E);
  const round = v128.load(ROUND);
  const roundedA = f32x4.add(f32x4.mul(a, c), round);
  const roundedB = f32x4.add(f32x4.mul(b, c), round);
  const nA = f32x4.sub(roundedA, round);
  const nB = f32x4.sub(roundedB, round);
  c = v128.load(LN2_HIGH);
  const highA = f32x4.sub(a, f32x4.mul(nA, c));
  const highB = f32x4.sub(b, f32x4.mul(nB, c));
  c = v128.load(LN2_LOW);
  const lowA = f32x4.mul(nA, c);
  const lowB = f32x4.mul(nB, c);
  const rA = f32x4.sub(highA, lowA);
  const rB = f32x4.sub(highB, lowB);
  const squareA = f32x4.mul(rA, rA);
  const squareB = f32x4.mul(rB, rB);
  c = v128.load(P, 48);
  let lowerA = f32x4.mul(c, rA);
  let lowerB = f32x4.mul(c, rB);
  c = v128.load(P, 64);
  lowerA = f32x4.add(lowerA, c);
  lowerB = f32x4.add(lowerB, c);
  c = v128.load(P, 16);
  let upperA = f32x4.mul(c, rA);
  let upperB = f32x4.mul(c, rB);
  c = v128.load(P, 32);
  upperA = f32x4.add(upperA, c);
  upperB = f32x4.add(upperB, c);
  c = v128.load(P);
  upperA = f32x4.add(f32x4.mul(c, squareA), upperA);
  upperB = f32x4.add(f32x4.mul(c, squareB), upperB);
  const pA = f32x4.add(f32x4.mul(upperA, squareA), lowerA);
  const pB = f32x4.add(f32x4.mul(upperB, squareB), lowerB);
  c = v128.load(ONE);
  const yA = f32x4.add(f32x4.add(highA, f32x4.sub(f32x4.mul(squareA, pA), lowA)), c);
  const yB = f32x4.add(f32x4.add(highB, f32x4.sub(f32x4.mul(squareB, pB), lowB)), c);
  v128.store(y, f32x4.mul(yA, i32x4.add(i32x4.shl(roundedA, 23), c)));
  v128.store(y, f32x4.mul(yB, i32x4.add(i32x4.shl(roundedB, 23), c)), 16);
}

/** y[i] = exp(x[i] - shift) for n floats. x and y may coincide. */
export function expRow(x: usize, y: usize, n: i32, shift: f32): void {
  const m = f32x4.splat(shift);
  for (; n > 0; n -= <i32>(BLOCK >> 2)) {
    const end = x + BLOCK;
    if (n >= <i32>(BLOCK >> 2) && moderate(x, m)) {
      for (; x < end; x += 32) {
        expPair(x, y, m);
        y += 32;
      }
      continue;
    }
    for (let left = n; x < end; left -= 4) {
      const v = exp4(f32x4.sub(v128.load(x), m));
      if (left < 4) {
        if (left > 0) storeLast(y, v, left);
        return;
      }
      v128.store(y, v);
      x += 16;
      y += 16;
    }
  }
}
