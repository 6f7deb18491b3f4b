// C[m,n] = act((accumulate ? C : 0) + op(A) op(B) + bias[n]), row-major. There are three methods. The sizes of the
// whole problem determine which one is used, so that the bits do not depend on how threads divide the work:
//   vector   one to four rows, a single column, or an empty sum: memory-bound, nothing packed (vector.ts)
//   outer    a single step: bound by the stores (outer.ts)
//   blocked  panels of A and B through the register tile (blocked.ts)
import { COLUMN_GRAIN, ROW_GRAIN } from "../layout";
import { blocked } from "./blocked";
import { finish } from "./finish";
import { outerProduct } from "./outer";
import { timesColumns, timesNarrowRows, timesRows } from "./vector";

const NARROW: i32 = 12;

/** Work units of an m x n product: strips of 5 rows when m >= n, else of 8 columns. */
export function gemmUnits(m: i32, n: i32): i32 {
  return m >= n ? (m + ROW_GRAIN - 1) / ROW_GRAIN : (n + COLUMN_GRAIN - 1) / COLUMN_GRAIN;
}

export function gemm(
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  c: usize,
  ldc: i32,
  m: i32,
  n: i32,
  k: i32,
  transposeA: i32,
  transposeB: i32,
  accumulate: i32,
  bias: usize,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  let top = 0,
    bottom = m,
    left = 0,
    right = n;
  if (m >= n) {
    top = begin * ROW_GRAIN;
    bottom = min(end * ROW_GRAIN, m);
  } else {
    left = begin * COLUMN_GRAIN;
    right = min(end * COLUMN_GRAIN, n);
  }
  const rows = bottom - top;
  const columns = right - left;
  if (rows <= 0 || columns <= 0) return;
  // Strides in bytes: from one i (j) to the next, and from one p to the next.
  const aRow: usize = transposeA ? 4 : (<usize>lda) << 2;
  const aStep: usize = transposeA ? (<usize>lda) << 2 : 4;
  const bColumn: usize = transposeB ? (<usize>ldb) << 2 : 4;
  const bStep: usize = transposeB ? 4 : (<usize>ldb) << 2;
  const stride: usize = ldc << 2;
  const rowA = a + <usize>top * aRow;
  const columnB = b + <usize>left * bColumn;
  const corner = c + <usize>top * stride + ((<usize>left) << 2);
  const biasHere: usize = bias ? bias + ((<usize>left) << 2) : 0;
  if (k == 0 || (m <= 4 && (transposeB ? aStep == 4 : m < 4 || n <= NARROW))) {
    if (transposeB && k > 0) timesColumns(rowA, aRow, columnB, bColumn, corner, stride, rows, columns, k, accumulate);
    else if (n <= NARROW)
      timesNarrowRows(rowA, aRow, aStep, columnB, bStep, corner, stride, rows, columns, k, accumulate);
    else timesRows(rowA, aRow, aStep, columnB, bStep, corner, stride, rows, columns, k, accumulate);
    if (bias || activation) finish(corner, stride, rows, columns, biasHere, 4, activation, slope);
  } else if (k == 1 && bColumn == 4) {
    outerProduct(rowA, aRow, columnB, corner, stride, rows, columns, accumulate);
    if (bias || activation) finish(corner, stride, rows, columns, biasHere, 4, activation, slope);
  } else if (n == 1 && ldc == 1 && (transposeA || bStep == 4)) {
    // A column is the row C^T = op(B)^T op(A)^T.
    if (transposeA) timesRows(columnB, 0, bStep, rowA, aStep, corner, 0, 1, rows, k, accumulate);
    else timesColumns(columnB, 0, rowA, aRow, corner, 0, 1, rows, k, accumulate);
    if (bias || activation) finish(corner, 0, 1, rows, bias, 0, activation, slope);
  } else {
    // Copying B pays when several row tiles read it, and it avoids that wide rows evict each other from the cache;
    // along a long k, B comes from far away, and fewer tiles are enough.
    const pack = transposeB != 0 || (k * n > 4096 && (m > 40 || (m > 20 && k > 1024)));
    blocked(
      rowA,
      lda << 2,
      transposeA,
      columnB,
      ldb << 2,
      transposeB,
      pack,
      corner,
      stride,
      rows,
      columns,
      k,
      accumulate,
      biasHere,
      activation,
      slope,
    );
  }
}

/** gemm for every entry of a batch, [begin, end) of its entries. Strides in elements; 0 shares an operand. */
export function gemmBatched(
  a: usize,
  lda: i32,
  strideA: i32,
  b: usize,
  ldb: i32,
  strideB: i32,
  c: usize,
  ldc: i32,
  strideC: i32,
  m: i32,
  n: i32,
  k: i32,
  transposeA: i32,
  transposeB: i32,
  accumulate: i32,
  begin: i32,
  end: i32,
): void {
  const units = gemmUnits(m, n);
  for (let entry = begin; entry < end; entry++) {
    const at = (<usize>entry) << 2;
    gemm(
      a + at * <usize>strideA,
      lda,
      b + at * <usize>strideB,
      ldb,
      c + at * <usize>strideC,
      ldc,
      m,
      n,
      k,
      transposeA,
      transposeB,
      accumulate,
      0,
      0,
      0,
      0,
      units,
    );
  }
}
