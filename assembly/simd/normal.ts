// The normal distribution and its tail, on four floats.
import { expWithTail4 } from "./exp";
import { HALF, ONE, multiplyThenAdd4, polynomial9 } from "./lanes";

// Q(a) exp(a^2/2) as a polynomial in t = 1 / (1 + 0.3 a) for a in [0, 14.6]; minimax, relative error 2^-24.
const TAIL: usize = memory.data<f32>(
  [
    0.03841222, 0.03841222, 0.03841222, 0.03841222, -0.16933022, -0.16933022, -0.16933022, -0.16933022, 0.22899762,
    0.22899762, 0.22899762, 0.22899762, -0.07689109, -0.07689109, -0.07689109, -0.07689109, 0.14280032, 0.14280032,
    0.14280032, 0.14280032, 0.094571084, 0.094571084, 0.094571084, 0.094571084, 0.12194901, 0.12194901, 0.12194901,
    0.12194901, 0.11948369, 0.11948369, 0.11948369, 0.11948369, 7.4026093e-6, 7.4026093e-6, 7.4026093e-6, 7.4026093e-6,
  ],
  16,
);
const TAIL_SCALE: usize = memory.data<f32>([0.3, 0.3, 0.3, 0.3], 16);
// exp(-14.6^2/2) is below half the smallest subnormal.
export const TAIL_HIGHEST: usize = memory.data<f32>([14.6, 14.6, 14.6, 14.6], 16);
const HIGH_BITS: usize = memory.data<u32>([0xfffff000, 0xfffff000, 0xfffff000, 0xfffff000], 16);

/**
 * exp(-a^2/2) for a in [0, 14.6], relatively exact: the part of a^2 that rounding loses is worth up to
 * 2^-18 of the result, so it is computed exactly (Dekker, a = high + low) and goes in as a tail.
 */
// @ts-ignore: decorator
@inline
export function gaussian4(a: v128): v128 {
  const square = f32x4.mul(a, a);
  const high = v128.and(a, v128.load(HIGH_BITS));
  const low = f32x4.sub(a, high);
  const cross = f32x4.mul(high, low);
  let lost = f32x4.sub(f32x4.mul(high, high), square);
  lost = f32x4.add(f32x4.add(lost, f32x4.add(cross, cross)), f32x4.mul(low, low));
  const half = f32x4.neg(v128.load(HALF));
  return expWithTail4(f32x4.mul(square, half), f32x4.mul(lost, half));
}

/** Q(a) / exp(-a^2/2) for a in [0, 14.6], Q(a) = erfc(a / sqrt(2)) / 2. */
// @ts-ignore: decorator
@inline
export function scaledTail4(a: v128): v128 {
  const one = v128.load(ONE);
  const t = f32x4.div(one, multiplyThenAdd4(a, v128.load(TAIL_SCALE), one));
  const square = f32x4.mul(t, t);
  return polynomial9(TAIL, t, square, f32x4.mul(t, square));
}
