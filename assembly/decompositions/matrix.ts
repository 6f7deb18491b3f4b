// Matrices in f64 for work: rows of `stride` bytes, padded to whole vectors.
import { UNIT_BYTES, WORKSPACE_BYTES } from "../layout";
import { workspace } from "../workspace";

/** Bytes from row to row of `n` values. */
// @ts-ignore: decorator
@inline
export function strideOf(n: i32): usize {
  return (<usize>((n + 1) & ~1)) << 3;
}

/** Memory for work on one matrix: what the caller has allocated, or a part of this thread's workspace. */
// @ts-ignore: decorator
@inline
export function scratchOf(given: usize): usize {
  return given == 0 ? workspace + <usize>(WORKSPACE_BYTES - UNIT_BYTES) : given;
}

/** Element (i, j) of rows of f64. */
// @ts-ignore: decorator
@inline
export function cell(rows: usize, stride: usize, i: i32, j: i32): usize {
  return rows + <usize>i * stride + ((<usize>j) << 3);
}

/** Copies `count` values, `step` bytes apart, into f64. Returns 0, or NaN if one of them is not finite. */
export function widen(to: usize, from: usize, step: usize, count: i32): f64 {
  let wrong: f64 = 0;
  for (let i = 0; i < count; i++) {
    const value = <f64>load<f32>(from);
    wrong += value - value;
    store<f64>(to, value);
    to += 8;
    from += step;
  }
  return wrong;
}

/** Loads a matrix [m, n], or the transpose of one [n, m]. Returns whether all its numbers are finite. */
export function loadMatrix(rows: usize, stride: usize, x: usize, m: i32, n: i32, transposed: bool): bool {
  const down = (<usize>(transposed ? 1 : n)) << 2;
  const across: usize = (transposed ? <usize>m : 1) << 2;
  let wrong: f64 = 0;
  for (let i = 0; i < m; i++) wrong += widen(rows + <usize>i * stride, x + <usize>i * down, across, n);
  return wrong == 0;
}

/** Writes a matrix [m, n], or its transpose [n, m], as f32. */
export function storeMatrix(y: usize, rows: usize, stride: usize, m: i32, n: i32, transposed: bool): void {
  const down = (<usize>(transposed ? 1 : n)) << 2;
  const across: usize = (transposed ? <usize>m : 1) << 2;
  for (let i = 0; i < m; i++) {
    let out = y + <usize>i * down;
    for (let j = 0; j < n; j++) {
      store<f32>(out, <f32>load<f64>(cell(rows, stride, i, j)));
      out += across;
    }
  }
}

export function fillNaN(y: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(y + ((<usize>i) << 2), f32.NaN);
}

export function setIdentity(rows: usize, stride: usize, m: i32, n: i32): void {
  memory.fill(rows, 0, <usize>m * stride);
  for (let i = 0; i < min(m, n); i++) store<f64>(cell(rows, stride, i, i), 1);
}

export function swapRows(a: usize, b: usize, bytes: usize): void {
  if (a == b) return;
  for (const end = a + bytes; a < end; a += 16, b += 16) {
    const kept = v128.load(a);
    v128.store(a, v128.load(b));
    v128.store(b, kept);
  }
}

export function negate(row: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f64>(row + ((<usize>i) << 3), -load<f64>(row + ((<usize>i) << 3)));
}

/** Whether the first of its values that is at least half as large as the largest is negative. */
export function wantsFlip(row: usize, n: i32): bool {
  let most: f64 = 0;
  for (let i = 0; i < n; i++) most = max(most, abs(load<f64>(row + ((<usize>i) << 3))));
  for (let i = 0; i < n; i++) {
    const value = load<f64>(row + ((<usize>i) << 3));
    if (abs(value) >= 0.5 * most) return value < 0;
  }
  return false;
}
