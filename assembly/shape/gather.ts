// Rows picked by index, their adjoint, and one-hot rows.
import { storeLanes } from "../simd/ragged";
import { copyRun } from "./copy";

/** y[o, j, i] = x[o, indices[j], i]; NaN where the index is outside the axis. The range counts the rows o * count + j. */
export function gather(
  x: usize,
  indices: usize,
  y: usize,
  outer: i32,
  axisSize: i32,
  inner: i32,
  count: i32,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>inner) << 2;
  for (let row = begin; row < end; row++) {
    const o = row / count;
    const index = load<i32>(indices + ((<usize>(row - o * count)) << 2));
    const to = y + <usize>row * bytes;
    if (<u32>index < <u32>axisSize) {
      copyRun(x + <usize>(o * axisSize + index) * bytes, to, inner);
    } else {
      for (let i = 0; i < inner; i++) store<f32>(to + ((<usize>i) << 2), NaN);
    }
  }
}

/**
 * dx[o, indices[j], i] += dy[o, j, i], j ascending; an index outside the axis is ignored. The range counts the
 * columns o * inner + i, because two rows may have the same index, whereas columns never collide.
 */
export function scatterAdd(
  dy: usize,
  indices: usize,
  dx: usize,
  outer: i32,
  axisSize: i32,
  inner: i32,
  count: i32,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>inner) << 2;
  let at = begin;
  while (at < end) {
    const o = at / inner;
    const first = at - o * inner;
    const columns = min(end - at, inner - first);
    let from = dy + <usize>(o * count) * bytes + ((<usize>first) << 2);
    const target = dx + <usize>(o * axisSize) * bytes + ((<usize>first) << 2);
    for (let j = 0; j < count; j++) {
      const index = load<i32>(indices + ((<usize>j) << 2));
      if (<u32>index < <u32>axisSize) addRun(from, target + <usize>index * bytes, columns);
      from += bytes;
    }
    at += columns;
  }
}

/** y += x over n neighbouring elements. */
function addRun(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const p = y + ((<usize>i) << 2);
    storeLanes(p, f32x4.add(v128.load(p), v128.load(x + ((<usize>i) << 2))), n - i);
  }
}

/** y[r, :] = 0 but 1 at indices[r]; all zero where the index is outside the depth. The range counts rows. */
export function oneHot(indices: usize, y: usize, count: i32, depth: i32, begin: i32, end: i32): void {
  const bytes = (<usize>depth) << 2;
  memory.fill(y + <usize>begin * bytes, 0, <usize>(end - begin) * bytes);
  for (let row = begin; row < end; row++) {
    const index = load<i32>(indices + ((<usize>row) << 2));
    if (<u32>index < <u32>depth) store<f32>(y + <usize>row * bytes + ((<usize>index) << 2), 1);
  }
}
