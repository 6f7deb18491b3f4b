// Softmax and log-softmax over rows [rows, cols], and their adjoints. The range counts rows.
import { scaleMap } from "../elementwise/clip";
import { storeLast } from "../simd/ragged";
import { exp4 } from "../simd/exp";
import { expRow } from "../simd/exp-row";
import { expSum, logOfExpSum } from "../reduce/exp-sum";
import { rowDot, rowMax, rowSum } from "../reduce/rows";

/** y = exp(x - max) / sum exp(x - max). */
export function softmaxRows(x: usize, y: usize, rows: i32, cols: i32, begin: i32, end: i32): void {
  const stride = (<usize>cols) << 2;
  for (let r = begin; r < end; r++) {
    const from = x + <usize>r * stride;
    const to = y + <usize>r * stride;
    expRow(from, to, cols, rowMax(from, cols));
    scaleMap(to, to, <f32>(1 / rowSum(to, cols)), 0, 0, cols);
  }
}

/** y = (x - max) - log sum exp(x - max). */
export function logSoftmaxRows(x: usize, y: usize, rows: i32, cols: i32, begin: i32, end: i32): void {
  const stride = (<usize>cols) << 2;
  for (let r = begin; r < end; r++) {
    const from = x + <usize>r * stride;
    const to = y + <usize>r * stride;
    const largest = rowMax(from, cols);
    const m = f32x4.splat(largest);
    const log = f32x4.splat(logOfExpSum(expSum(from, 0, cols, largest)));
    for (let c = 0; c < cols; c += 4) {
      const at = (<usize>c) << 2;
      const p = f32x4.sub(f32x4.sub(v128.load(from + at), m), log);
      if (cols - c < 4) {
        storeLast(to + at, p, cols - c);
        break;
      }
      v128.store(to + at, p);
    }
  }
}

/** dx = y (dy - sum(dy y)), y = softmax(x). */
export function softmaxGradient(dy: usize, y: usize, dx: usize, rows: i32, cols: i32, begin: i32, end: i32): void {
  const stride = (<usize>cols) << 2;
  for (let r = begin; r < end; r++) {
    const row = <usize>r * stride;
    const dot = f32x4.splat(<f32>rowDot(dy + row, y + row, cols));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const d = f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), dot));
      if (cols - c < 4) {
        storeLast(dx + at, d, cols - c);
        break;
      }
      v128.store(dx + at, d);
    }
  }
}

/** dx = dy - exp(y) sum(dy), y = logSoftmax(x). */
export function logSoftmaxGradient(dy: usize, y: usize, dx: usize, rows: i32, cols: i32, begin: i32, end: i32): void {
  const stride = (<usize>cols) << 2;
  for (let r = begin; r < end; r++) {
    const row = <usize>r * stride;
    const sum = f32x4.splat(<f32>rowSum(dy + row, cols));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const d = f32x4.sub(v128.load(dy + at), f32x4.mul(exp4(v128.load(y + at)), sum));
      if (cols - c < 4) {
        storeLast(dx + at, d, cols - c);
        break;
      }
      v128.store(dx + at, d);
    }
  }
}
