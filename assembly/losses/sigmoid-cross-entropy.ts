import { storeLanes } from "../simd/ragged";
import { exp4, log1p4 } from "../simd/math";

/**
 * Cross-entropy of sigmoid(z), elementwise, with its gradient; either pointer may be 0. With e = exp(-|z|):
 *   loss = scale (max(z, 0) - z t + log1p(e)),  dz = scale (sigmoid(z) - t),  sigmoid(z) = (z < 0 ? e : 1) / (1 + e).
 */
export function sigmoidCrossEntropy(
  z: usize,
  target: usize,
  loss: usize,
  dz: usize,
  scale: f32,
  begin: i32,
  end: i32,
): void {
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const v = v128.load(z + at);
    const t = v128.load(target + at);
    const e = exp4(f32x4.neg(f32x4.abs(v)));
    if (loss != 0) {
      const linear = f32x4.sub(f32x4.pmax(v, zero), f32x4.mul(v, t));
      storeLanes(loss + at, f32x4.mul(factor, f32x4.add(linear, log1p4(e))), left);
    }
    if (dz != 0) {
      const sigmoid = f32x4.div(v128.bitselect(e, one, f32x4.lt(v, zero)), f32x4.add(one, e));
      storeLanes(dz + at, f32x4.mul(factor, f32x4.sub(sigmoid, t)), left);
    }
  }
}
