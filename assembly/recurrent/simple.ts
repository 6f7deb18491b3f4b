// The simple (Elman) recurrent network: h_t = f(p_t + h_{t-1} R), p_t = x_t W + b. Backwards through time
// (Werbos 1990), with g_t the cotangent of h_t as an output:
//   dp_t = (g_t + dp_{t+1} R^T) * f'(.),  f' from h_t as in the activations' own kernels.
import { ONE } from "../simd/lanes";
import { storeLanes } from "../simd/ragged";
import { FUSED_LEAKY_RELU, FUSED_RELU, FUSED_SIGMOID, FUSED_TANH, SEQUENCE_BLOCK } from "../layout";
import { product } from "./blocks";
import { lengthOf, maskSteps } from "./sequence";

/**
 * h [batch, steps, units] holds p and is overwritten with the states; 0 past a length. kernel: R [units, units],
 * `packed` into panels or not, initial: h_0 [batch, units].
 */
export function simpleRnnForward(
  h: usize,
  kernel: usize,
  packed: i32,
  initial: usize,
  lengths: usize,
  batch: i32,
  steps: i32,
  units: i32,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  const step = (<usize>units) << 2;
  const stride = steps * units;
  for (let block = begin; block < end; block++) {
    const first = block * SEQUENCE_BLOCK;
    const rows = min(SEQUENCE_BLOCK, batch - first);
    let before = initial + <usize>first * step;
    let lda = units;
    let at = h + ((<usize>(first * stride)) << 2);
    for (let t = 0; t < steps; t++) {
      product(before, lda, kernel, units, 0, packed, at, stride, rows, units, units, 1, 0, activation, slope);
      before = at;
      lda = stride;
      at += step;
    }
    if (lengths) maskSteps(h, lengths, h, steps, units, first, first + rows);
  }
}

/** dz = (g + carry) f'(.) for one step of one sequence, from y = f(.). */
function gradientRow(g: usize, carry: usize, y: usize, dz: usize, units: i32, activation: i32, slope: v128): void {
  const one = v128.load(ONE);
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const v = v128.load(y + at);
    let d = f32x4.add(v128.load(g + at), v128.load(carry + at));
    switch (activation) {
      case FUSED_TANH:
        d = f32x4.mul(d, f32x4.mul(f32x4.sub(one, v), f32x4.add(one, v)));
        break;
      case FUSED_SIGMOID:
        d = f32x4.mul(d, f32x4.mul(v, f32x4.sub(one, v)));
        break;
      case FUSED_RELU:
        d = v128.and(d, f32x4.gt(v, i32x4.splat(0)));
        break;
      case FUSED_LEAKY_RELU:
        d = v128.bitselect(d, f32x4.mul(d, slope), f32x4.gt(v, i32x4.splat(0)));
        break;
    }
    storeLanes(dz + at, d, units - j);
  }
}

/**
 * dp [batch, steps, units] and dInitial [batch, units], which also holds the cotangent between steps.
 * dh: cotangents of the states; transposedKernel: R^T [units, units], `packed` into panels or not.
 */
export function simpleRnnBackward(
  dh: usize,
  h: usize,
  transposedKernel: usize,
  packed: i32,
  lengths: usize,
  dp: usize,
  dInitial: usize,
  batch: i32,
  steps: i32,
  units: i32,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>units) << 2;
  const stride = steps * units;
  const slopes = f32x4.splat(slope);
  for (let block = begin; block < end; block++) {
    const first = block * SEQUENCE_BLOCK;
    const rows = min(SEQUENCE_BLOCK, batch - first);
    const carry = dInitial + <usize>first * row;
    memory.fill(carry, 0, <usize>rows * row);
    for (let t = steps - 1; t >= 0; t--) {
      const start = (<usize>(first * stride + t * units)) << 2;
      let at = start;
      for (let i = 0; i < rows; i++) {
        if (t < lengthOf(lengths, first + i, steps)) {
          gradientRow(dh + at, carry + <usize>i * row, h + at, dp + at, units, activation, slopes);
        } else memory.fill(dp + at, 0, row);
        at += (<usize>stride) << 2;
      }
      product(dp + start, stride, transposedKernel, units, 0, packed, carry, units, rows, units, units, 0, 0, 0, 0);
    }
  }
}
