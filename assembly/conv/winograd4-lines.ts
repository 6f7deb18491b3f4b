// The one-dimensional transformations of Winograd's minimal filtering F(4, 3): four outputs of three taps from six
// values with six multiplications instead of twelve.
//   y = A^T (U * V),  U = G g,  V = B^T d
// They follow from the points 0, a, -a, b, -b and infinity (Toom and Cook). The usual 0, 1, -1, 2, -2 lose up to nine
// times the accuracy of the direct method, a = 5/8 and b = 3/2 less than three times: with a * b near 1, the powers in
// A and B stay small. Both are binary fractions, so that A and B are exact in f32.
// The vectors hold four channels. Types say where results go (winograd4-places.ts).
import { COLUMNS_LINE, PLANE, PRODUCT_PLANE, SUMMED_PLANE } from "./winograd4-places";

// prettier-ignore
const NUMBERS: usize = memory.data<f32>([
  0.625, 0.625, 0.625, 0.625, // a
  0.390625, 0.390625, 0.390625, 0.390625, // a^2
  0.244140625, 0.244140625, 0.244140625, 0.244140625, // a^3
  1.5, 1.5, 1.5, 1.5, // b
  2.25, 2.25, 2.25, 2.25, // b^2
  3.375, 3.375, 3.375, 3.375, // b^3
  2.640625, 2.640625, 2.640625, 2.640625, // a^2 + b^2
  0.87890625, 0.87890625, 0.87890625, 0.87890625, // a^2 b^2
  1.1377777777777778, 1.1377777777777778, 1.1377777777777778, 1.1377777777777778, // 1 / (a^2 b^2)
  -0.6884033613445378, -0.6884033613445378, -0.6884033613445378, -0.6884033613445378, // 1 / (2 a^2 (a^2 - b^2))
  0.11951447245564893, 0.11951447245564893, 0.11951447245564893, 0.11951447245564893, // 1 / (2 b^2 (b^2 - a^2))
], 16);
// Loops load these before they begin. Engines make a constant of four equal floats by several instructions.
export const A: usize = NUMBERS;
export const A2: usize = NUMBERS + 16;
export const A3: usize = NUMBERS + 32;
export const B: usize = NUMBERS + 48;
export const B2: usize = NUMBERS + 64;
export const B3: usize = NUMBERS + 80;
export const SUM: usize = NUMBERS + 96;
export const PRODUCT: usize = NUMBERS + 112;
const AT_ZERO: usize = NUMBERS + 128;
const AT_A: usize = NUMBERS + 144;
const AT_B: usize = NUMBERS + 160;

// @ts-ignore: decorator
@inline
function times(v: v128, constant: usize): v128 {
  return f32x4.mul(v, v128.load(constant));
}

/** V = B^T d: six values to six. */
// @ts-ignore: decorator
@inline
export function inputLine<To>(
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  a: v128,
  a2: v128,
  b: v128,
  b2: v128,
  sum: v128,
  product: v128,
  to: usize,
): void {
  const next: usize = isSigned<To>() ? (sizeof<To>() == 4 ? PLANE : SUMMED_PLANE) : COLUMNS_LINE;
  v128.store(to, f32x4.add(d4, f32x4.sub(f32x4.mul(d0, product), f32x4.mul(d2, sum))));
  v128.store(to, f32x4.add(d5, f32x4.sub(f32x4.mul(d1, product), f32x4.mul(d3, sum))), 5 * next);
  let even = f32x4.sub(d4, f32x4.mul(d2, b2));
  let odd = f32x4.mul(f32x4.sub(d3, f32x4.mul(d1, b2)), a);
  v128.store(to, f32x4.add(even, odd), next);
  v128.store(to, f32x4.sub(even, odd), 2 * next);
  even = f32x4.sub(d4, f32x4.mul(d2, a2));
  odd = f32x4.mul(f32x4.sub(d3, f32x4.mul(d1, a2)), b);
  v128.store(to, f32x4.add(even, odd), 3 * next);
  v128.store(to, f32x4.sub(even, odd), 4 * next);
}

/** A y, the transpose of A^T: four values to six. */
// @ts-ignore: decorator
@inline
export function gradientLine<To>(
  y0: v128,
  y1: v128,
  y2: v128,
  y3: v128,
  a: v128,
  a2: v128,
  b: v128,
  b2: v128,
  to: usize,
): void {
  const next: usize = isSigned<To>() ? (sizeof<To>() == 4 ? PLANE : SUMMED_PLANE) : COLUMNS_LINE;
  v128.store(to, y0);
  v128.store(to, y3, 5 * next);
  let even = f32x4.add(y0, f32x4.mul(y2, a2));
  let odd = f32x4.mul(f32x4.add(y1, f32x4.mul(y3, a2)), a);
  v128.store(to, f32x4.add(even, odd), next);
  v128.store(to, f32x4.sub(even, odd), 2 * next);
  even = f32x4.add(y0, f32x4.mul(y2, b2));
  odd = f32x4.mul(f32x4.add(y1, f32x4.mul(y3, b2)), b);
  v128.store(to, f32x4.add(even, odd), 3 * next);
  v128.store(to, f32x4.sub(even, odd), 4 * next);
}

/** Passes of A^T m A. */
export type First = u32;
export type Last = i32;

// @ts-ignore: decorator
@inline
function putOutput<Pass>(to: usize, v: v128, base: v128, floor: v128): void {
  v128.store(to, isSigned<Pass>() ? f32x4.pmax(f32x4.add(v, base), floor) : v); // pmax keeps a NaN in its first operand
}

/**
 * A^T m of six products as four values that are `next` bytes apart. The last pass makes max(value + base, floor) of them.
 */
// @ts-ignore: decorator
@inline
export function outputLine<Pass>(
  from: usize,
  a: v128,
  a2: v128,
  a3: v128,
  b: v128,
  b2: v128,
  b3: v128,
  base: v128,
  floor: v128,
  to: usize,
  next: usize,
): void {
  const step: usize = isSigned<Pass>() ? PRODUCT_PLANE : 6 * PRODUCT_PLANE;
  const m1 = v128.load(from, step);
  const m2 = v128.load(from, 2 * step);
  const m3 = v128.load(from, 3 * step);
  const m4 = v128.load(from, 4 * step);
  const evenA = f32x4.add(m1, m2);
  const oddA = f32x4.sub(m1, m2);
  const evenB = f32x4.add(m3, m4);
  const oddB = f32x4.sub(m3, m4);
  const last = v128.load(from, 5 * step);
  putOutput<Pass>(to, f32x4.add(v128.load(from), f32x4.add(evenA, evenB)), base, floor);
  to += next;
  putOutput<Pass>(to, f32x4.add(f32x4.mul(oddA, a), f32x4.mul(oddB, b)), base, floor);
  to += next;
  putOutput<Pass>(to, f32x4.add(f32x4.mul(evenA, a2), f32x4.mul(evenB, b2)), base, floor);
  to += next;
  putOutput<Pass>(to, f32x4.add(last, f32x4.add(f32x4.mul(oddA, a3), f32x4.mul(oddB, b3))), base, floor);
}

/** U = G g of three taps: six values. */
// @ts-ignore: decorator
@inline
export function filterLine(g0: v128, g1: v128, g2: v128, to: usize, next: usize): void {
  v128.store(to, times(g0, AT_ZERO));
  let even = f32x4.add(g0, times(g2, A2));
  let odd = times(g1, A);
  v128.store(to + next, times(f32x4.add(even, odd), AT_A));
  v128.store(to + 2 * next, times(f32x4.sub(even, odd), AT_A));
  even = f32x4.add(g0, times(g2, B2));
  odd = times(g1, B);
  v128.store(to + 3 * next, times(f32x4.add(even, odd), AT_B));
  v128.store(to + 4 * next, times(f32x4.sub(even, odd), AT_B));
  v128.store(to + 5 * next, g2);
}

/** G^T s, the transpose of G: six values to three, where they came from. */
// @ts-ignore: decorator
@inline
export function tapLine(at: usize, step: usize): void {
  const s1 = v128.load(at + step);
  const s2 = v128.load(at + 2 * step);
  const s3 = v128.load(at + 3 * step);
  const s4 = v128.load(at + 4 * step);
  const evenA = times(f32x4.add(s1, s2), AT_A);
  const oddA = times(f32x4.sub(s1, s2), AT_A);
  const evenB = times(f32x4.add(s3, s4), AT_B);
  const oddB = times(f32x4.sub(s3, s4), AT_B);
  const s0 = v128.load(at);
  v128.store(at, f32x4.add(times(s0, AT_ZERO), f32x4.add(evenA, evenB)));
  v128.store(at + step, f32x4.add(times(oddA, A), times(oddB, B)));
  const last = v128.load(at + 5 * step);
  v128.store(at + 2 * step, f32x4.add(last, f32x4.add(times(evenA, A2), times(evenB, B2))));
}
