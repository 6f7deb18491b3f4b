// Elements picked along the middle axis of [outer, axisSize, inner], each by an index of its own, and the adjoint.

/**
 * y[o, j, i] = x[o, indices[o, j, i], i]; NaN where the index is outside the axis. The range counts elements of y.
 */
export function takeAlong(
  x: usize,
  indices: usize,
  y: usize,
  axisSize: i32,
  count: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const plane = count * inner;
  for (let at = begin; at < end; at++) {
    const o = at / plane;
    const offset = (<usize>at) << 2;
    const index = load<i32>(indices + offset);
    if (<u32>index < <u32>axisSize) {
      store<u32>(
        y + offset,
        load<u32>(x + ((<usize>(o * axisSize + index) * <usize>inner + <usize>(at % inner)) << 2)),
      );
    } else store<f32>(y + offset, NaN);
  }
}

/**
 * dx[o, indices[o, j, i], i] += dy[o, j, i], j ascending, where dx is 0 before; an index outside the axis is ignored. The
 * range counts the columns o * inner + i, which never collide.
 */
export function scatterAlong(
  dy: usize,
  indices: usize,
  dx: usize,
  axisSize: i32,
  count: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const step = (<usize>inner) << 2;
  for (let at = begin; at < end; at++) {
    const o = at / inner;
    const i = at - o * inner;
    let offset = (<usize>(o * count) * <usize>inner + <usize>i) << 2;
    const target = dx + ((<usize>(o * axisSize) * <usize>inner + <usize>i) << 2);
    for (let j = 0; j < count; j++, offset += step) {
      const index = load<i32>(indices + offset);
      if (<u32>index >= <u32>axisSize) continue;
      const p = target + <usize>index * step;
      store<f32>(p, load<f32>(p) + load<f32>(dy + offset));
    }
  }
}
