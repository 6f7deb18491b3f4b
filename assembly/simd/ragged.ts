// Ends of rows that are not whole vectors. Every buffer may be read (not written) 16 bytes past its last element, so
// loops compute whole vectors, and only the store, or the sum, leaves out the surplus lanes. So body and tail run the
// same instructions and give the same bits for any division of a range.

/** Four set lanes, then four clear ones: a 16-byte window over them selects the first n lanes. */
const WINDOW: usize = memory.data<i32>([-1, -1, -1, -1, 0, 0, 0, 0], 16);

function storeFew(p: usize, v: v128, n: i32): void {
  v128.store32_lane(p, v, 0);
  if (n > 1) v128.store32_lane(p, v, 1, 4);
  if (n > 2) v128.store32_lane(p, v, 2, 8);
}

/** Stores the first min(n, 4) lanes, n >= 1. */
// @ts-ignore: decorator
@inline
export function storeLanes(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else storeFew(p, v, n);
}

// Where a loop may go on after a call, engines keep nothing in registers, even if the call is never made. So a loop that
// has to be fast ends after the vector that is not whole, or stores its lanes without a call.

/** Stores the first n lanes, 0 < n < 4, of the last vector, after which the loop ends. */
// @ts-ignore: decorator
@inline
export function storeLast(p: usize, v: v128, n: i32): void {
  storeFew(p, v, n);
}

/** storeLanes without a call, for loops that store several vectors at a time. */
// @ts-ignore: decorator
@inline
export function storeLanesInline(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else inline.always(storeFew(p, v, n));
}

/** v with the lanes from n >= 0 on set to zero; the whole of v when n >= 4. */
// @ts-ignore: decorator
@inline
export function keepLanes(v: v128, n: i32): v128 {
  return n >= 4 ? v : v128.and(v, v128.load(WINDOW + 16 - ((<usize>n) << 2)));
}

/** The two upper of four floats as doubles. */
// @ts-ignore: decorator
@inline
export function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
}

/** Two pairs of doubles rounded to four floats. */
// @ts-ignore: decorator
@inline
export function demote(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** Both lanes added. */
// @ts-ignore: decorator
@inline
export function addPair(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
