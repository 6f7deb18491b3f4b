// Strided copies of 4-byte elements: broadcasting, slicing, padding, permuting and joining all use this kernel.
import { storeLanes } from "../simd/ragged";
import { transpose2d } from "./transpose";

export function copyBytes(x: usize, y: usize, bytes: i32): void {
  memory.copy(y, x, bytes);
}

/**
 * y[sum i_k yStride_k] = x[sum i_k xStride_k] over all indices of the box size0 x .. x size5. Strides in elements;
 * those of x may be 0 (broadcast) or negative. The range counts rows, i.e. the flat index of all axes but the last: it
 * is a series of planes [size4, size5], of which the first and the last may be partial.
 */
export function copyStrided(
  x: usize,
  y: usize,
  size0: i32,
  size1: i32,
  size2: i32,
  size3: i32,
  size4: i32,
  size5: i32,
  xStride0: i32,
  xStride1: i32,
  xStride2: i32,
  xStride3: i32,
  xStride4: i32,
  xStride5: i32,
  yStride0: i32,
  yStride1: i32,
  yStride2: i32,
  yStride3: i32,
  yStride4: i32,
  yStride5: i32,
  begin: i32,
  end: i32,
): void {
  if (size5 <= 0) return;
  let at = begin;
  while (at < end) {
    let plane = at / size4;
    const from = at - plane * size4;
    const rows = min(end - at, size4 - from);
    at += rows;
    const i3 = plane % size3;
    plane /= size3;
    const i2 = plane % size2;
    plane /= size2;
    const i1 = plane % size1;
    const i0 = plane / size1;
    const xAt = i0 * xStride0 + i1 * xStride1 + i2 * xStride2 + i3 * xStride3 + from * xStride4;
    const yAt = i0 * yStride0 + i1 * yStride1 + i2 * yStride2 + i3 * yStride3 + from * yStride4;
    copyPlane(
      x + ((<usize>xAt) << 2),
      y + ((<usize>yAt) << 2),
      rows,
      size5,
      xStride4 << 2,
      xStride5 << 2,
      yStride4 << 2,
      yStride5 << 2,
    );
  }
}

/** One plane; strides in bytes (32-bit pointers: negative ones wrap around as they should). */
function copyPlane(x: usize, y: usize, rows: i32, columns: i32, x4: usize, x5: usize, y4: usize, y5: usize): void {
  if (x5 == 4 && y5 == 4) {
    const bytes = columns << 2;
    if (x4 == bytes && y4 == bytes) return copyRun(x, y, rows * columns);
    for (let i = 0; i < rows; i++) {
      copyRun(x, y, columns);
      x += x4;
      y += y4;
    }
  } else if (x5 == 0 && y5 == 4) {
    for (let i = 0; i < rows; i++) {
      const v = v128.load32_splat(x);
      for (let j = 0; j < columns; j += 4) storeLanes(y + ((<usize>j) << 2), v, columns - j);
      x += x4;
      y += y4;
    }
  } else if (x4 == 4 && y5 == 4) {
    transpose2d(x, x5, y, y4, rows, columns);
  } else if (x5 == 4 && y4 == 4) {
    transpose2d(x, x4, y, y5, columns, rows);
  } else {
    for (let i = 0; i < rows; i++) {
      let to = y;
      let from = x;
      for (let j = 0; j < columns; j++) {
        store<i32>(to, load<i32>(from));
        to += y5;
        from += x5;
      }
      x += x4;
      y += y4;
    }
  }
}

/** From this length on, memory.copy is faster than a vector loop, although it calls out of the module. */
const LONG_RUN: i32 = 256;

/** n neighbouring elements. */
export function copyRun(x: usize, y: usize, n: i32): void {
  if (n >= LONG_RUN) {
    memory.copy(y, x, (<usize>n) << 2);
    return;
  }
  for (let i = 0; i < n; i += 4) storeLanes(y + ((<usize>i) << 2), v128.load(x + ((<usize>i) << 2)), n - i);
}
