// Matrix products in f64: packed panels and a register tile, like the f32 product (../gemm/blocked.ts, after Goto and
// van de Geijn 2008). Every element is a sum in a fixed order.
import { workspace } from "../workspace";

const ROWS: i32 = 5; // of a tile: 10 sums, 2 of B, 1 of A and a product fit into V8's 15 vector registers
const COLUMNS: i32 = 4;
const STEPS: i32 = 128;
const BLOCK_ROWS: i32 = 120;
const BLOCK_COLUMNS: i32 = 512;
const GROUP: i32 = 8;
const A_BYTES: i32 = BLOCK_ROWS * STEPS * 8;
const B_BYTES: i32 = BLOCK_COLUMNS * STEPS * 8;

// @ts-ignore: decorator
@inline
function put(out: usize, left: v128, right: v128): void {
  v128.store(out, f64x2.add(v128.load(out), left));
  v128.store(out, f64x2.add(v128.load(out, 16), right), 16);
}

/**
 * out[5,4] += A[5,k] B[k,4] for k >= 1, both packed. The form of this source keeps V8 from spilling: see
 * ../gemm/tile.ts.
 */
function tile(a: usize, b: usize, k: i32, out: usize, stride: usize): void {
  let left = v128.load(b);
  let right = v128.load(b, 16);
  let x = v128.load64_splat(a);
  let s0 = f64x2.mul(x, left),
    t0 = f64x2.mul(x, right);
  x = v128.load64_splat(a, 8);
  let s1 = f64x2.mul(x, left),
    t1 = f64x2.mul(x, right);
  x = v128.load64_splat(a, 16);
  let s2 = f64x2.mul(x, left),
    t2 = f64x2.mul(x, right);
  x = v128.load64_splat(a, 24);
  let s3 = f64x2.mul(x, left),
    t3 = f64x2.mul(x, right);
  x = v128.load64_splat(a, 32);
  let s4 = f64x2.mul(x, left),
    t4 = f64x2.mul(x, right);
  const end = a + <usize>(k * ROWS * 8);
  while ((a += ROWS * 8) < end) {
    b += COLUMNS * 8;
    left = v128.load(b);
    right = v128.load(b, 16);
    x = v128.load64_splat(a);
    s0 = f64x2.add(s0, f64x2.mul(x, left));
    t0 = f64x2.add(t0, f64x2.mul(x, right));
    x = v128.load64_splat(a, 8);
    s1 = f64x2.add(s1, f64x2.mul(x, left));
    t1 = f64x2.add(t1, f64x2.mul(x, right));
    x = v128.load64_splat(a, 16);
    s2 = f64x2.add(s2, f64x2.mul(x, left));
    t2 = f64x2.add(t2, f64x2.mul(x, right));
    x = v128.load64_splat(a, 24);
    s3 = f64x2.add(s3, f64x2.mul(x, left));
    t3 = f64x2.add(t3, f64x2.mul(x, right));
    x = v128.load64_splat(a, 32);
    s4 = f64x2.add(s4, f64x2.mul(x, left));
    t4 = f64x2.add(t4, f64x2.mul(x, right));
  }
  out += 4 * stride;
  put(out, s4, t4);
  put((out -= stride), s3, t3);
  put((out -= stride), s2, t2);
  put((out -= stride), s1, t1);
  put(out - stride, s0, t0);
}

/** A tile across an edge of C is computed in the workspace, after the panels. */
function raggedTile(a: usize, b: usize, k: i32, out: usize, stride: usize, rows: i32, columns: i32): void {
  const spare = workspace + A_BYTES + B_BYTES;
  memory.fill(spare, 0, ROWS * COLUMNS * 8);
  tile(a, b, k, spare, COLUMNS * 8);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = out + <usize>i * stride + ((<usize>j) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(spare + ((<usize>(i * COLUMNS + j)) << 3)));
    }
  }
}

/** Copies one step of a panel, 4 or 5 values. */
// @ts-ignore: decorator
@inline
function copyStep(to: usize, from: usize, height: i32): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  if (height == 5) store<f64>(to, load<f64>(from, 32), 32);
}

/**
 * Panels of `height` columns of a matrix whose rows are the k steps; the last panel is padded with zeros. Several
 * panels are filled at once, because rows are far apart.
 */
function packSteps(to: usize, from: usize, stride: usize, columns: i32, k: i32, height: i32): void {
  const step = (<usize>height) << 3;
  const panel = step * <usize>k;
  while (columns >= height) {
    const group = min(GROUP, columns / height);
    let row = from;
    for (let p = 0; p < k; p++, row += stride) {
      let out = to + <usize>p * step;
      const end = row + step * group;
      for (let at = row; at < end; at += step, out += panel) copyStep(out, at, height);
    }
    to += panel * group;
    from += step * group;
    columns -= group * height;
  }
  if (columns == 0) return;
  memory.fill(to, 0, panel);
  for (let p = 0; p < k; p++, from += stride, to += step)
    for (let i: usize = 0; i < (<usize>columns) << 3; i += 8) store<f64>(to + i, load<f64>(from + i));
}

/** Panels of ROWS rows of a matrix whose columns are the k steps. */
function packRows(to: usize, from: usize, stride: usize, rows: i32, k: i32): void {
  for (let i = 0; i < rows; i += ROWS) {
    for (let r = 0; r < ROWS; r++) {
      let out = to + ((<usize>r) << 3);
      const row = from + <usize>(i + r) * stride;
      for (let p = 0; p < k; p++) {
        store<f64>(out, i + r < rows ? load<f64>(row + ((<usize>p) << 3)) : 0);
        out += ROWS * 8;
      }
    }
    to += (<usize>(k * ROWS)) << 3;
  }
}

/** One block of packed A times all packed columns; with `upper`, tiles below the diagonal of C are left out. */
function block(k: i32, c: usize, stride: usize, rows: i32, columns: i32, upper: bool, diagonal: i32): void {
  const a = workspace;
  const b = workspace + A_BYTES;
  for (let j = 0; j < columns; j += COLUMNS) {
    const panel = b + ((<usize>(j * k)) << 3);
    const width = min(COLUMNS, columns - j);
    for (let i = 0; i < rows; i += ROWS) {
      if (upper && diagonal + j + COLUMNS <= i) break;
      const out = c + <usize>i * stride + ((<usize>j) << 3);
      const height = min(ROWS, rows - i);
      const strip = a + ((<usize>(i * k)) << 3);
      if (height == ROWS && width == COLUMNS) tile(strip, panel, k, out, stride);
      else raggedTile(strip, panel, k, out, stride, height, width);
    }
  }
}

/**
 * C[m,n] += op(A)[m,k] B[k,n], strides in bytes. op(A) is A^T for an A [k,m] when `transposed`. `upper`: only elements
 * on or above the diagonal of C are needed; others may be written or not.
 */
export function multiplyAdd(
  a: usize,
  aStride: usize,
  transposed: bool,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  m: i32,
  n: i32,
  k: i32,
  upper: bool,
): void {
  for (let j = 0; j < n; j += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - j);
    const across = (<usize>j) << 3;
    for (let p = 0; p < k; p += STEPS) {
      const steps = min(STEPS, k - p);
      packSteps(workspace + A_BYTES, b + <usize>p * bStride + across, bStride, columns, steps, COLUMNS);
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        if (upper && j + columns <= i) break;
        const rows = min(BLOCK_ROWS, m - i);
        if (transposed) packSteps(workspace, a + <usize>p * aStride + ((<usize>i) << 3), aStride, rows, steps, ROWS);
        else packRows(workspace, a + <usize>i * aStride + ((<usize>p) << 3), aStride, rows, steps);
        block(steps, c + <usize>i * cStride + across, cStride, rows, columns, upper, j - i);
      }
    }
  }
}
