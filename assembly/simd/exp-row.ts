// exp over a whole row. A processor keeps some 150 instructions in flight, three vectors of exp4, of which each waits for
// the one before. So a block of the row takes the two halves of exp4 in a loop each, with what passes between them in the
// workspace: the chains are shorter, and the constants stay in registers. A block whose arguments are all moderate needs
// neither bounds nor a second power of two. The bits are those of exp4.
import { workspace } from "../workspace";
import { LN2_HIGH, LN2_LOW, LOG2_E, P, ROUND, exp4 } from "./exp";
import { ONE } from "./lanes";
import { storeLast } from "./ragged";

/** Up to here, results are normal floats, and 2^n is one, too. */
const MODERATE: usize = memory.data<f32>([87]);
/** The bits of |x|. */
const MAGNITUDE: usize = memory.data<u32>([0x7fffffff]);
/** Bytes of a block, at most. */
const BLOCK: usize = 512;

/** Where callers may have exponentials of PIECE floats in the workspace, behind what expRow has there. */
export const EXPONENTIALS: usize = 4096;
export const PIECE: i32 = 128;

/** x - m in the form n ln2 + high - low. False if |x - m| is not moderate everywhere. */
function reduceBlock(x: usize, bytes: usize, m: v128): bool {
  const log2e = v128.load(LOG2_E);
  const round = v128.load(ROUND);
  const ln2High = v128.load(LN2_HIGH);
  const ln2Low = v128.load(LN2_LOW);
  const one = v128.load(ONE);
  const magnitude = v128.load32_splat(MAGNITUDE);
  let largest = i32x4.splat(0);
  const begin = workspace;
  const end = begin + bytes;
  for (let s = begin; s < end; s += 16) {
    const v = f32x4.sub(v128.load(x), m);
    // Larger floats have larger bits, NaN the largest.
    largest = i32x4.max_s(largest, v128.and(v, magnitude));
    const rounded = f32x4.add(f32x4.mul(v, log2e), round);
    const n = f32x4.sub(rounded, round);
    v128.store(s, f32x4.sub(v, f32x4.mul(n, ln2High)));
    v128.store(s, f32x4.mul(n, ln2Low), BLOCK);
    v128.store(s, i32x4.add(i32x4.shl(rounded, 23), one), 2 * BLOCK);
    x += 16;
  }
  return !v128.any_true(i32x4.gt_s(largest, v128.load32_splat(MODERATE)));
}

/** y = 2^n exp(high - low). */
function finishBlock(y: usize, bytes: usize): void {
  const p0 = v128.load(P);
  const p1 = v128.load(P, 16);
  const p2 = v128.load(P, 32);
  const p3 = v128.load(P, 48);
  const p4 = v128.load(P, 64);
  const one = v128.load(ONE);
  const begin = workspace;
  const end = begin + bytes;
  for (let s = begin; s < end; s += 16) {
    const high = v128.load(s);
    const low = v128.load(s, BLOCK);
    const r = f32x4.sub(high, low);
    const square = f32x4.mul(r, r);
    const upper = f32x4.add(f32x4.mul(p0, square), f32x4.add(f32x4.mul(p1, r), p2));
    const p = f32x4.add(f32x4.mul(upper, square), f32x4.add(f32x4.mul(p3, r), p4));
    const e = f32x4.add(f32x4.add(high, f32x4.sub(f32x4.mul(square, p), low)), one);
    v128.store(y, f32x4.mul(e, v128.load(s, 2 * BLOCK)));
    y += 16;
  }
}

/** y[i] = exp(x[i] - shift) for n floats. x and y may coincide. */
export function expRow(x: usize, y: usize, n: i32, shift: f32): void {
  const m = f32x4.splat(shift);
  while (n > 0) {
    const bytes = min(BLOCK, ((<usize>n) >> 2) << 4);
    if (bytes > 0 && reduceBlock(x, bytes, m)) {
      finishBlock(y, bytes);
      x += bytes;
      y += bytes;
      n -= (<i32>bytes) >> 2;
      continue;
    }
    for (const end = x + BLOCK; x < end; n -= 4) {
      const v = exp4(f32x4.sub(v128.load(x), m));
      if (n < 4) {
        if (n > 0) storeLast(y, v, n);
        return;
      }
      v128.store(y, v);
      x += 16;
      y += 16;
    }
  }
}
