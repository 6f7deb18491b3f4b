// The regulariser l1 sum |theta| + l2 sum theta^2 and its gradient.
import { addPair, keepLanes, promoteHigh, storeLast } from "../simd/ragged";

/** gradient += l1 sign(theta) + 2 l2 theta, sign(0) = 0. */
export function addPenaltyGradient(theta: usize, gradient: usize, l1: f32, l2: f32, begin: i32, end: i32): void {
  const zero = f32x4.splat(0);
  const slope = f32x4.splat(l1);
  const twice = f32x4.splat(2 * l2);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const t = v128.load(theta + at);
    const sign = f32x4.sub(v128.and(f32x4.gt(t, zero), slope), v128.and(f32x4.lt(t, zero), slope));
    const penalty = f32x4.add(sign, f32x4.mul(twice, t));
    const sum = f32x4.add(v128.load(gradient + at), penalty);
    if (end - i < 4) {
      storeLast(gradient + at, sum, end - i);
      break;
    }
    v128.store(gradient + at, sum);
  }
}

/** The f32 cell loss += l1 sum |theta| + l2 sum theta^2 over n elements; the sums in f64. */
export function penalty(theta: usize, loss: usize, l1: f32, l2: f32, n: i32): void {
  let absolute = f64x2.splat(0);
  let square = absolute;
  for (let i = 0; i < n; i += 4) {
    const t = keepLanes(v128.load(theta + ((<usize>i) << 2)), n - i);
    const low = f64x2.promote_low_f32x4(t);
    const high = promoteHigh(t);
    absolute = f64x2.add(absolute, f64x2.add(f64x2.abs(low), f64x2.abs(high)));
    square = f64x2.add(square, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  const sum = <f64>l1 * addPair(absolute) + <f64>l2 * addPair(square);
  store<f32>(loss, <f32>(<f64>load<f32>(loss) + sum));
}
