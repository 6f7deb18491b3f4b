// Gated recurrent unit, gates in the order z, r, h, reset after the product (Keras' resetAfter, cuDNN, PyTorch):
//   q = h_{t-1} R + b_r;  z, r = sigmoid(p + q);  n = tanh(p_h + r q_h);  h_t = z h_{t-1} + (1 - z) n
// p and q differ in their gradients: dq_h = r dp_h.
import { ONE } from "../simd/lanes";
import { sigmoid4, tanh4 } from "../simd/exp";
import { storeLanes } from "../simd/ragged";
import { GRU_SAVED, SEQUENCE_BLOCK } from "../layout";
import { product } from "./blocks";
import { lengthOf, maskSteps } from "./sequence";

/** One step of one sequence: the sums in `s` become z, r, n, q_h. */
function stateRow(s: usize, before: usize, h: usize, units: i32): void {
  const slot = (<usize>units) << 2;
  const one = v128.load(ONE);
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const left = units - j;
    const p = s + at;
    const z = sigmoid4(v128.load(p));
    const r = sigmoid4(v128.load(p + slot));
    const n = tanh4(f32x4.add(v128.load(p + 2 * slot), f32x4.mul(r, v128.load(p + 3 * slot))));
    storeLanes(p, z, left);
    storeLanes(p + slot, r, left);
    storeLanes(p + 2 * slot, n, left);
    storeLanes(h + at, f32x4.add(f32x4.mul(z, v128.load(before + at)), f32x4.mul(f32x4.sub(one, z), n)), left);
  }
}

/**
 * States h [batch, steps, units], 0 past a length. saved [batch, steps, 4 units] holds p in its first three slots and
 * what gruBackward reads afterwards. kernel: R [units, 3 units], `packed` into panels or not; bias: b_r [3 units], 0 for none.
 */
export function gruForward(
  saved: usize,
  h: usize,
  kernel: usize,
  packed: i32,
  bias: usize,
  initial: usize,
  lengths: usize,
  batch: i32,
  steps: i32,
  units: i32,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>units) << 2;
  const stride = <usize>steps * row;
  const wide = GRU_SAVED * steps * units;
  const candidate: usize = bias ? bias + 2 * row : 0;
  for (let block = begin; block < end; block++) {
    const first = block * SEQUENCE_BLOCK;
    const rows = min(SEQUENCE_BLOCK, batch - first);
    let before = initial + <usize>first * row;
    let step: usize = row;
    for (let t = 0; t < steps; t++) {
      const at = <usize>first * stride + <usize>t * row;
      const s = saved + <usize>GRU_SAVED * at;
      const lda = <i32>(step >> 2);
      product(before, lda, kernel, 3 * units, 0, packed, s, wide, rows, 2 * units, units, 1, bias, 0, 0);
      product(
        before,
        lda,
        kernel,
        3 * units,
        2 * units,
        packed,
        s + 3 * row,
        wide,
        rows,
        units,
        units,
        0,
        candidate,
        0,
        0,
      );
      for (let i: usize = 0; i < <usize>rows; i++) {
        stateRow(s + i * <usize>GRU_SAVED * stride, before + i * step, h + at + i * stride, units);
      }
      before = h + at;
      step = stride;
    }
    if (lengths) maskSteps(h, lengths, h, steps, units, first, first + rows);
  }
}

/**
 * One backward step of one sequence. dh holds the cotangent of h_t; it becomes the part of h_{t-1}'s cotangent that
 * does not pass through R.
 */
function gradientRow(s: usize, before: usize, g: usize, dh: usize, dp: usize, dq: usize, units: i32): void {
  const slot = (<usize>units) << 2;
  const one = v128.load(ONE);
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const left = units - j;
    const p = s + at;
    const z = v128.load(p);
    const r = v128.load(p + slot);
    const n = v128.load(p + 2 * slot);
    const d = f32x4.add(v128.load(dh + at), v128.load(g + at));
    const keep = f32x4.sub(one, z);
    const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(before + at), n)), f32x4.mul(z, keep));
    const dn = f32x4.mul(f32x4.mul(d, keep), f32x4.mul(f32x4.sub(one, n), f32x4.add(one, n)));
    const dr = f32x4.mul(f32x4.mul(dn, v128.load(p + 3 * slot)), f32x4.mul(r, f32x4.sub(one, r)));
    storeLanes(dp + at, dz, left);
    storeLanes(dp + at + slot, dr, left);
    storeLanes(dp + at + 2 * slot, dn, left);
    storeLanes(dq + at, dz, left);
    storeLanes(dq + at + slot, dr, left);
    storeLanes(dq + at + 2 * slot, f32x4.mul(dn, r), left);
    storeLanes(dh + at, f32x4.mul(d, z), left);
  }
}

/**
 * dp and dq [batch, steps, 3 units] and dInitial [batch, units], which also holds the cotangent between steps.
 * dh: cotangents of the states; transposedKernel: R^T [3 units, units], `packed`
 * into panels or not.
 */
export function gruBackward(
  dh: usize,
  saved: usize,
  h: usize,
  initial: usize,
  transposedKernel: usize,
  packed: i32,
  lengths: usize,
  dp: usize,
  dq: usize,
  dInitial: usize,
  batch: i32,
  steps: i32,
  units: i32,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>units) << 2;
  for (let block = begin; block < end; block++) {
    const first = block * SEQUENCE_BLOCK;
    const rows = min(SEQUENCE_BLOCK, batch - first);
    const carry = dInitial + <usize>first * row;
    memory.fill(carry, 0, <usize>rows * row);
    for (let t = steps - 1; t >= 0; t--) {
      for (let b = first; b < first + rows; b++) {
        const at = <usize>(b * steps + t) * row;
        if (t < lengthOf(lengths, b, steps)) {
          const own = <usize>b * row;
          const before = t > 0 ? h + at - row : initial + own;
          gradientRow(saved + <usize>GRU_SAVED * at, before, dh + at, dInitial + own, dp + 3 * at, dq + 3 * at, units);
        } else {
          memory.fill(dp + 3 * at, 0, 3 * row);
          memory.fill(dq + 3 * at, 0, 3 * row);
        }
      }
      const start = dq + 3 * <usize>(first * steps + t) * row;
      product(
        start,
        3 * steps * units,
        transposedKernel,
        units,
        0,
        packed,
        carry,
        units,
        rows,
        units,
        3 * units,
        1,
        0,
        0,
        0,
      );
    }
  }
}
