// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), gates in the
// order i, f, c, o:
//   i, f, o = sigmoid(.), g = tanh(.) of p_t + h_{t-1} R;  c_t = f c_{t-1} + i g;  h_t = o tanh(c_t)
import { ONE } from "../simd/lanes";
import { sigmoid4, tanh4 } from "../simd/exp";
import { storeLanes } from "../simd/ragged";
import { LSTM_SAVED, SEQUENCE_BLOCK } from "../layout";
import { product } from "./blocks";
import { lengthOf, maskSteps } from "./sequence";

/** One step of one sequence: the gates' sums in `s` become i, f, g, o, tanh(c). */
function stateRow(s: usize, before: usize, h: usize, c: usize, units: i32): void {
  const slot = (<usize>units) << 2;
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const left = units - j;
    const p = s + at;
    const i = sigmoid4(v128.load(p));
    const f = sigmoid4(v128.load(p + slot));
    const g = tanh4(v128.load(p + 2 * slot));
    const o = sigmoid4(v128.load(p + 3 * slot));
    const cell = f32x4.add(f32x4.mul(f, v128.load(before + at)), f32x4.mul(i, g));
    const bounded = tanh4(cell);
    storeLanes(p, i, left);
    storeLanes(p + slot, f, left);
    storeLanes(p + 2 * slot, g, left);
    storeLanes(p + 3 * slot, o, left);
    storeLanes(p + 4 * slot, bounded, left);
    storeLanes(c + at, cell, left);
    storeLanes(h + at, f32x4.mul(o, bounded), left);
  }
}

/**
 * States h and c [batch, steps, units], 0 past a length. saved [batch, steps, 5 units] holds p in its first four slots
 * and what lstmBackward reads afterwards. kernel: R [units, 4 units], `packed` into panels or not.
 */
export function lstmForward(
  saved: usize,
  h: usize,
  c: usize,
  kernel: usize,
  packed: i32,
  initialH: usize,
  initialC: usize,
  lengths: usize,
  batch: i32,
  steps: i32,
  units: i32,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>units) << 2;
  const stride = <usize>steps * row;
  const gates = 4 * units;
  for (let block = begin; block < end; block++) {
    const first = block * SEQUENCE_BLOCK;
    const rows = min(SEQUENCE_BLOCK, batch - first);
    let hBefore = initialH + <usize>first * row;
    let cBefore = initialC + <usize>first * row;
    let step: usize = row; // bytes from one sequence's state before to the next one's
    for (let t = 0; t < steps; t++) {
      const at = <usize>first * stride + <usize>t * row;
      const s = saved + <usize>LSTM_SAVED * at;
      product(
        hBefore,
        <i32>(step >> 2),
        kernel,
        gates,
        0,
        packed,
        s,
        LSTM_SAVED * steps * units,
        rows,
        gates,
        units,
        1,
        0,
        0,
        0,
      );
      for (let i: usize = 0; i < <usize>rows; i++) {
        stateRow(
          s + i * <usize>LSTM_SAVED * stride,
          cBefore + i * step,
          h + at + i * stride,
          c + at + i * stride,
          units,
        );
      }
      hBefore = h + at;
      cBefore = c + at;
      step = stride;
    }
    if (lengths) {
      maskSteps(h, lengths, h, steps, units, first, first + rows);
      maskSteps(c, lengths, c, steps, units, first, first + rows);
    }
  }
}

/**
 * One backward step of one sequence. dc holds the cotangent of c_t, which becomes that of c_{t-1}. gc: cotangent of c_t
 * as an output, or 0 for none.
 */
function gradientRow(s: usize, before: usize, gh: usize, gc: usize, dh: usize, dc: usize, dp: usize, units: i32): void {
  const slot = (<usize>units) << 2;
  const one = v128.load(ONE);
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const left = units - j;
    const p = s + at;
    const i = v128.load(p);
    const f = v128.load(p + slot);
    const g = v128.load(p + 2 * slot);
    const o = v128.load(p + 3 * slot);
    const bounded = v128.load(p + 4 * slot);
    let hidden = v128.load(dh + at);
    if (gh) hidden = f32x4.add(hidden, v128.load(gh + at));
    let cell = v128.load(dc + at);
    if (gc) cell = f32x4.add(cell, v128.load(gc + at));
    const slope = f32x4.mul(f32x4.sub(one, bounded), f32x4.add(one, bounded));
    cell = f32x4.add(cell, f32x4.mul(f32x4.mul(hidden, o), slope));
    const q = dp + at;
    storeLanes(q, f32x4.mul(f32x4.mul(cell, g), f32x4.mul(i, f32x4.sub(one, i))), left);
    storeLanes(q + slot, f32x4.mul(f32x4.mul(cell, v128.load(before + at)), f32x4.mul(f, f32x4.sub(one, f))), left);
    storeLanes(q + 2 * slot, f32x4.mul(f32x4.mul(cell, i), f32x4.mul(f32x4.sub(one, g), f32x4.add(one, g))), left);
    storeLanes(q + 3 * slot, f32x4.mul(f32x4.mul(hidden, bounded), f32x4.mul(o, f32x4.sub(one, o))), left);
    storeLanes(dc + at, f32x4.mul(cell, f), left);
  }
}

/**
 * dp [batch, steps, 4 units], dInitialH and dInitialC [batch, units], which also hold the cotangents between steps.
 * dh, dc: cotangents of the states, 0 for none; transposedKernel: R^T [4 units, units], `packed`
 * into panels or not.
 */
export function lstmBackward(
  dh: usize,
  dc: usize,
  saved: usize,
  c: usize,
  initialC: usize,
  transposedKernel: usize,
  packed: i32,
  lengths: usize,
  dp: usize,
  dInitialH: usize,
  dInitialC: usize,
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
    const carry = dInitialH + <usize>first * row;
    memory.fill(carry, 0, <usize>rows * row);
    memory.fill(dInitialC + <usize>first * row, 0, <usize>rows * row);
    for (let t = steps - 1; t >= 0; t--) {
      for (let b = first; b < first + rows; b++) {
        const at = <usize>(b * steps + t) * row;
        if (t < lengthOf(lengths, b, steps)) {
          const own = <usize>b * row;
          const before = t > 0 ? c + at - row : initialC + own;
          gradientRow(
            saved + <usize>LSTM_SAVED * at,
            before,
            dh ? dh + at : 0,
            dc ? dc + at : 0,
            dInitialH + own,
            dInitialC + own,
            dp + 4 * at,
            units,
          );
        } else memory.fill(dp + 4 * at, 0, 4 * row);
      }
      const start = dp + 4 * <usize>(first * steps + t) * row;
      product(
        start,
        4 * steps * units,
        transposedKernel,
        units,
        0,
        packed,
        carry,
        units,
        rows,
        units,
        4 * units,
        0,
        0,
        0,
        0,
      );
    }
  }
}
