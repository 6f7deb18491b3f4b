// Small v128 helpers shared by the vector functions.

/** a * b + c. Strict modules round twice and give the same bits everywhere; relaxed ones may fuse. */
// @ts-ignore: decorator
@inline
export function multiplyAdd4(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// Constants are full vectors in read-only memory: engines compute a splat anew in every iteration, while a load is part
// of the instruction that uses it.
export const ONE: usize = memory.data<f32>([1, 1, 1, 1], 16);
export const TWO: usize = memory.data<f32>([2, 2, 2, 2], 16);
export const HALF: usize = memory.data<f32>([0.5, 0.5, 0.5, 0.5], 16);
export const INFINITY: usize = memory.data<u32>([0x7f800000, 0x7f800000, 0x7f800000, 0x7f800000], 16);
export const SIGN_BIT: usize = memory.data<u32>([0x80000000, 0x80000000, 0x80000000, 0x80000000], 16);

/**
 * a * b + c, rounded twice in relaxed modules, too: for elementary functions, which gain little from rounding once, while
 * every page would load the difference.
 */
// @ts-ignore: decorator
@inline
export function multiplyThenAdd4(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The sign of `sign` on a magnitude whose own sign bit is clear. */
// @ts-ignore: decorator
@inline
export function withSign4(magnitude: v128, sign: v128): v128 {
  return v128.or(magnitude, v128.and(sign, v128.load(SIGN_BIT)));
}

/**
 * Degree 8, nine coefficient vectors from the highest power down, as three quadratics in x joined by powers of x^3: the
 * same number of operations as Horner's rule, but half its dependency chain, which limits the speed of these loops.
 */
// @ts-ignore: decorator
@inline
export function polynomial9(table: usize, x: v128, square: v128, cube: v128): v128 {
  const high = quadratic(v128.load(table), v128.load(table, 16), v128.load(table, 32), x, square);
  const middle = quadratic(v128.load(table, 48), v128.load(table, 64), v128.load(table, 80), x, square);
  const low = quadratic(v128.load(table, 96), v128.load(table, 112), v128.load(table, 128), x, square);
  return multiplyThenAdd4(multiplyThenAdd4(high, cube, middle), cube, low);
}

// @ts-ignore: decorator
@inline
function quadratic(a: v128, b: v128, c: v128, x: v128, square: v128): v128 {
  return multiplyThenAdd4(a, square, multiplyThenAdd4(b, x, c));
}
