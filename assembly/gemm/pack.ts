// Packing: a block of a matrix becomes panels of `width` rows (of A) or columns (of B); step p of a panel holds its
// `width` values side by side, with zeros for the missing rows or columns of the last panel. Transposed and plain
// operands differ only here.
import { ROWS, COLUMNS } from "./tile";

/** Writes the 4x4 block whose rows start at `from` as columns: four steps of a panel. */
// @ts-ignore: decorator
@inline
function transpose4(to: usize, step: usize, from: usize, stride: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + stride);
  const r2 = v128.load(from + 2 * stride);
  const r3 = v128.load(from + 3 * stride);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(to + step, v128.shuffle<f64>(a, b, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<f64>(c, d, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<f64>(c, d, 1, 3));
}

/** One row of four values spread over four steps. */
// @ts-ignore: decorator
@inline
function spread4(to: usize, step: usize, from: usize): void {
  const row = v128.load(from);
  v128.store32_lane(to, row, 0);
  v128.store32_lane(to + step, row, 1);
  v128.store32_lane(to + 2 * step, row, 2);
  v128.store32_lane(to + 3 * step, row, 3);
}

/** Element by element, for ragged panels and ends: value (i, p) at from + i * stride + p * next. */
function packRagged(to: usize, from: usize, stride: usize, next: usize, rows: i32, width: i32, steps: i32): void {
  for (let p = 0; p < steps; p++) {
    for (let i = 0; i < width; i++) {
      store<f32>(to, i < rows ? load<f32>(from + <usize>i * stride) : 0);
      to += 4;
    }
    from += next;
  }
}

/** A whole panel of A whose rows are contiguous along p. */
function packRowsA(to: usize, from: usize, stride: usize, steps: i32): void {
  const step: usize = ROWS << 2;
  let p = 0;
  for (; p + 4 <= steps; p += 4) {
    transpose4(to, step, from, stride);
    spread4(to + 16, step, from + 4 * stride);
    if (ROWS == 6) spread4(to + 20, step, from + 5 * stride);
    to += 4 * step;
    from += 16;
  }
  packRagged(to, from, stride, 4, ROWS, ROWS, steps - p);
}

/** A whole panel of A whose steps are contiguous (A transposed). */
function packStepsA(to: usize, from: usize, next: usize, steps: i32): void {
  for (let p = 0; p < steps; p++) {
    v128.store(to, v128.load(from));
    store<f32>(to + 16, load<f32>(from + 16));
    if (ROWS == 6) store<f32>(to + 20, load<f32>(from + 20));
    to += ROWS << 2;
    from += next;
  }
}

/** A whole panel of B whose columns are contiguous along p (B transposed). */
function packColumnsB(to: usize, from: usize, stride: usize, steps: i32): void {
  const step: usize = COLUMNS << 2;
  let p = 0;
  for (; p + 4 <= steps; p += 4) {
    transpose4(to, step, from, stride);
    transpose4(to + 16, step, from + 4 * stride, stride);
    to += 4 * step;
    from += 16;
  }
  packRagged(to, from, stride, 4, COLUMNS, COLUMNS, steps - p);
}

/** A whole panel of B whose steps are contiguous. */
function packStepsB(to: usize, from: usize, next: usize, steps: i32): void {
  for (let p = 0; p < steps; p++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += COLUMNS << 2;
    from += next;
  }
}

/** Rows x steps of A into panels; `ld` in bytes, `from` at the block's first element. */
export function packA(to: usize, from: usize, ld: usize, rows: i32, steps: i32, transposed: i32): void {
  const stride: usize = transposed ? 4 : ld;
  const next: usize = transposed ? ld : 4;
  for (; rows >= ROWS; rows -= ROWS) {
    if (transposed) packStepsA(to, from, ld, steps);
    else packRowsA(to, from, ld, steps);
    to += (<usize>(steps * ROWS)) << 2;
    from += <usize>ROWS * stride;
  }
  if (rows > 0) packRagged(to, from, stride, next, rows, ROWS, steps);
}

/** Steps x columns of B into panels; `ld` in bytes, `from` at the block's first element. */
export function packB(to: usize, from: usize, ld: usize, columns: i32, steps: i32, transposed: i32): void {
  const stride: usize = transposed ? ld : 4;
  const next: usize = transposed ? 4 : ld;
  for (; columns >= COLUMNS; columns -= COLUMNS) {
    if (transposed) packColumnsB(to, from, ld, steps);
    else packStepsB(to, from, ld, steps);
    to += (<usize>(steps * COLUMNS)) << 2;
    from += <usize>COLUMNS * stride;
  }
  if (columns > 0) packRagged(to, from, stride, next, columns, COLUMNS, steps);
}
