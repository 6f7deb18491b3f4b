// Sums down the columns of [rows, cols], four columns at a time, in f64 and in the order of the rows, so that bits do
// not depend on how columns are divided. A block of rows fits into the L1 cache; between blocks the sums are in the
// workspace.
import { promoteHigh } from "../simd/ragged";
import { workspace } from "../workspace";

/** Bytes of sums of four columns: three pairs of f64x2. */
const CELL: usize = 96;

/** Number of columns whose sums fit into the workspace. */
export const SPAN: i32 = 32768; // 768 KB of 1 MB

/** Floats of a block, 16 KB. */
const BLOCK: i32 = 4096;

/** The sums over x - first row: of d and of d^2. */
export const MOMENTS: i32 = 0;
/** Of dy, dy d and d, where d = x - mean[column]. */
export const BY_COLUMN: i32 = 1;
/** Of dy and dy d, where d = (x - mean[row]) * scale[row]. */
export const BY_ROW: i32 = 2;

/** One of the three sums of column `at` of the span: `which` counts them. */
// @ts-ignore: decorator
@inline
export function sumAt(at: i32, which: i32): f64 {
  return load<f64>(workspace + <usize>(at >> 2) * CELL + ((<usize>which) << 5) + ((<usize>(at & 3)) << 3));
}

/** Computes the sums of columns [first, last), at most SPAN, in the workspace. */
// @ts-ignore: decorator
@inline
export function sumColumns(
  kind: i32,
  x: usize,
  dy: usize,
  mean: usize,
  scale: usize,
  rows: i32,
  cols: i32,
  first: i32,
  last: i32,
): void {
  const cells = <usize>((last - first + 3) >> 2);
  memory.fill(workspace, 0, cells * CELL);
  const height = max(8, BLOCK / cols);
  for (let r = 0; r < rows; r += height) {
    const stop = min(rows, r + height);
    for (let c = first, cell = workspace; c < last; c += 4, cell += CELL) {
      sumBlock(kind, x, dy, mean, scale, cols, c, r, stop, cell);
    }
  }
}

// @ts-ignore: decorator
@inline
function sumBlock(
  kind: i32,
  x: usize,
  dy: usize,
  mean: usize,
  scale: usize,
  cols: i32,
  c: i32,
  begin: i32,
  end: i32,
  cell: usize,
): void {
  const column = (<usize>c) << 2;
  const stride = (<usize>cols) << 2;
  let at = <usize>begin * stride + column;
  const origin = v128.load(kind == BY_COLUMN ? mean + column : x + column);
  const originLow = f64x2.promote_low_f32x4(origin);
  const originHigh = promoteHigh(origin);
  let aLow = v128.load(cell);
  let aHigh = v128.load(cell, 16);
  let bLow = v128.load(cell, 32);
  let bHigh = v128.load(cell, 48);
  let dLow = v128.load(cell, 64);
  let dHigh = v128.load(cell, 80);
  for (let r = begin; r < end; r++) {
    const v = v128.load(x + at);
    if (kind == MOMENTS) {
      const low = f64x2.sub(f64x2.promote_low_f32x4(v), originLow);
      const high = f64x2.sub(promoteHigh(v), originHigh);
      aLow = f64x2.add(aLow, low);
      aHigh = f64x2.add(aHigh, high);
      bLow = f64x2.add(bLow, f64x2.mul(low, low));
      bHigh = f64x2.add(bHigh, f64x2.mul(high, high));
    } else {
      const row = (<usize>r) << 2;
      let d = f32x4.sub(v, kind == BY_ROW ? v128.load32_splat(mean + row) : origin);
      if (kind == BY_ROW) d = f32x4.mul(d, v128.load32_splat(scale + row));
      const u = v128.load(dy + at);
      const uLow = f64x2.promote_low_f32x4(u);
      const uHigh = promoteHigh(u);
      const low = f64x2.promote_low_f32x4(d);
      const high = promoteHigh(d);
      aLow = f64x2.add(aLow, uLow);
      aHigh = f64x2.add(aHigh, uHigh);
      bLow = f64x2.add(bLow, f64x2.mul(uLow, low));
      bHigh = f64x2.add(bHigh, f64x2.mul(uHigh, high));
      if (kind == BY_COLUMN) {
        dLow = f64x2.add(dLow, low);
        dHigh = f64x2.add(dHigh, high);
      }
    }
    at += stride;
  }
  v128.store(cell, aLow);
  v128.store(cell, aHigh, 16);
  v128.store(cell, bLow, 32);
  v128.store(cell, bHigh, 48);
  v128.store(cell, dLow, 64);
  v128.store(cell, dHigh, 80);
}
