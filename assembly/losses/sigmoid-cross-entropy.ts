import { exp4 } from "../simd/exp";
import { log1p4 } from "../simd/log";
import { storeLanes } from "../simd/ragged";
import { workspace } from "../workspace";

/**
 * Elements of a block, to which first exp and then log1p are applied. In a single loop the latency of the two would add
 * up.
 */
const BLOCK: i32 = 1024;

/**
 * Cross-entropy of sigmoid(z), elementwise, with its gradient; either pointer may be 0. With e = exp(-|z|):
 *   loss = scale (max(z, 0) - z t + log1p(e)),  dz = scale (sigmoid(z) - t),  sigmoid(z) = (z < 0 ? e : 1) / (1 + e),
 * both times the element's weight if there are weights (weights = 0: none). dz may be z itself.
 */
export function sigmoidCrossEntropy(
  z: usize,
  target: usize,
  weights: usize,
  loss: usize,
  dz: usize,
  scale: f32,
  begin: i32,
  end: i32,
): void {
  const e = workspace;
  for (; begin < end; begin += BLOCK) {
    const at = (<usize>begin) << 2;
    const n = min(end - begin, BLOCK);
    for (let i = 0; i < n; i += 4) {
      const o = (<usize>i) << 2;
      v128.store(e + o, exp4(f32x4.neg(f32x4.abs(v128.load(z + at + o)))));
    }
    const w = weights != 0 ? weights + at : <usize>0;
    if (loss != 0) lossBlock(z + at, target + at, w, e, loss + at, scale, n);
    if (dz != 0) gradientBlock(z + at, target + at, w, e, dz + at, scale, n);
  }
}

// @ts-ignore: decorator
@inline
function weighted(factor: v128, w: usize, o: usize): v128 {
  return w != 0 ? f32x4.mul(factor, v128.load(w + o)) : factor;
}

function lossBlock(z: usize, t: usize, w: usize, e: usize, loss: usize, scale: f32, n: i32): void {
  const factor = f32x4.splat(scale);
  for (let i = 0; i < n; i += 4) {
    const o = (<usize>i) << 2;
    const v = v128.load(z + o);
    const linear = f32x4.sub(f32x4.pmax(v, i32x4.splat(0)), f32x4.mul(v, v128.load(t + o)));
    storeLanes(loss + o, f32x4.mul(weighted(factor, w, o), f32x4.add(linear, log1p4(v128.load(e + o)))), n - i);
  }
}

function gradientBlock(z: usize, t: usize, w: usize, e: usize, dz: usize, scale: f32, n: i32): void {
  const factor = f32x4.splat(scale);
  const one = f32x4.splat(1);
  for (let i = 0; i < n; i += 4) {
    const o = (<usize>i) << 2;
    const power = v128.load(e + o);
    const numerator = v128.bitselect(power, one, f32x4.lt(v128.load(z + o), i32x4.splat(0)));
    const sigmoid = f32x4.div(numerator, f32x4.add(one, power));
    storeLanes(dz + o, f32x4.mul(weighted(factor, w, o), f32x4.sub(sigmoid, v128.load(t + o))), n - i);
  }
}
