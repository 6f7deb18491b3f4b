/**
 * Sums of all elements up to each one along the middle axis of [outer, length, inner], in double precision; from the end if
 * `reverse` is not 0. The range counts the columns o * inner + i.
 */
export function cumulativeSum(
  x: usize,
  y: usize,
  outer: i32,
  length: i32,
  inner: i32,
  reverse: i32,
  begin: i32,
  end: i32,
): void {
  const step = (reverse ? -inner : inner) << 2;
  for (let at = begin; at < end; at++) {
    let offset = (<usize>(at / inner) * <usize>(length - 1) * <usize>inner + <usize>at) << 2;
    if (reverse) offset += (<usize>(length - 1) * <usize>inner) << 2;
    let total: f64 = -0.0; // the first sum is the first element, even if that is -0
    for (let l = 0; l < length; l++, offset += step) {
      total += load<f32>(x + offset);
      store<f32>(y + offset, <f32>total);
    }
  }
}
