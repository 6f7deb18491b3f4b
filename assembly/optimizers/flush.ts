import { storeLast } from "../simd/ragged";

const TINY: usize = memory.data<u32>([0x03800000, 0x03800000, 0x03800000, 0x03800000], 16);
const MAGNITUDE: usize = memory.data<u32>([0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff], 16);

/**
 * Sets the elements of x with |x| <= 2^-120 to 0, when the f64 cell `flag` is not 0. The running mean of a gradient that
 * has become 0 (a dead unit, a pixel that is always black) decays into subnormal numbers and stays there, and arithmetic
 * on those is many times slower. Magnitudes are compared as integers, which leaves NaN and infinity alone.
 */
export function flushTiny(x: usize, flag: usize, begin: i32, end: i32): void {
  if (load<f64>(flag) == 0) return;
  for (let i = begin; i < end; i += 4) {
    const at = x + ((<usize>i) << 2);
    const value = v128.load(at);
    const large = i32x4.gt_s(v128.and(value, v128.load(MAGNITUDE)), v128.load(TINY));
    const kept = v128.and(value, large);
    if (end - i < 4) {
      storeLast(at, kept, end - i);
      break;
    }
    v128.store(at, kept);
  }
}
