// Two 3x3 matrices at a time: f64 arithmetic on f32 values, one matrix per lane.

/** Bytes of a 3x3 matrix of f32. */
export const MATRIX: usize = 36;

/** The f32 at `first` in lane 0, the one at `second` in lane 1, as f64. */
// @ts-ignore: decorator
@inline
export function loadPair(first: usize, second: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_lane<f32>(second, v128.load32_zero(first), 1));
}

/** Writes lane 0 to `first` and lane 1 to `second`, rounded to f32. With equal addresses lane 0 wins. */
// @ts-ignore: decorator
@inline
export function storePair(first: usize, second: usize, pair: v128): void {
  const rounded = f32x4.demote_f64x2_zero(pair);
  v128.store_lane<f32>(second, rounded, 1);
  v128.store_lane<f32>(first, rounded, 0);
}
