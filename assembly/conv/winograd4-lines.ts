// The one-dimensional transformations of Winograd's minimal filtering F(4, 3): four outputs of three taps from six
// values with six multiplications instead of twelve.
//   y = A^T (U * V),  U = G g,  V = B^T d
// They follow from the points 0, a, -a, b, -b and infinity (Toom and Cook). The usual 0, 1, -1, 2, -2 lose up to nine
// times the accuracy of the direct method, a = 5/8 and b = 3/2 less than three times: with a * b near 1, the powers in
// A and B stay small. Both are binary fractions, so that A and B are exact in f32.
// Every function reads vectors of four channels `step` bytes apart and writes its results `next` bytes apart.

// Splatted, in memory: engines make a constant of four equal floats by several instructions.
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
const A: usize = 0;
const A2: usize = 16;
const A3: usize = 32;
const B: usize = 48;
const B2: usize = 64;
const B3: usize = 80;
const SUM: usize = 96;
const PRODUCT: usize = 112;
const AT_ZERO: usize = 128;
const AT_A: usize = 144;
const AT_B: usize = 160;

/** v times the constant at that place. */
// @ts-ignore: decorator
@inline
function times(v: v128, constant: usize): v128 {
  return f32x4.mul(v, v128.load(NUMBERS + constant));
}

/** V = B^T d: six values to six. */
// @ts-ignore: decorator
@inline
export function inputLine(from: usize, step: usize, to: usize, next: usize): void {
  const d1 = v128.load(from + step);
  const d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step);
  const d4 = v128.load(from + 4 * step);
  v128.store(to, f32x4.add(d4, f32x4.sub(times(v128.load(from), PRODUCT), times(d2, SUM))));
  let even = f32x4.sub(d4, times(d2, B2));
  let odd = times(f32x4.sub(d3, times(d1, B2)), A);
  v128.store(to + next, f32x4.add(even, odd));
  v128.store(to + 2 * next, f32x4.sub(even, odd));
  even = f32x4.sub(d4, times(d2, A2));
  odd = times(f32x4.sub(d3, times(d1, A2)), B);
  v128.store(to + 3 * next, f32x4.add(even, odd));
  v128.store(to + 4 * next, f32x4.sub(even, odd));
  const d5 = v128.load(from + 5 * step);
  v128.store(to + 5 * next, f32x4.add(d5, f32x4.sub(times(d1, PRODUCT), times(d3, SUM))));
}

/** A y, the transpose of A^T: four values to six. */
// @ts-ignore: decorator
@inline
export function gradientLine(from: usize, step: usize, to: usize, next: usize): void {
  const y0 = v128.load(from);
  const y1 = v128.load(from + step);
  const y2 = v128.load(from + 2 * step);
  const y3 = v128.load(from + 3 * step);
  v128.store(to, y0);
  let even = f32x4.add(y0, times(y2, A2));
  let odd = times(f32x4.add(y1, times(y3, A2)), A);
  v128.store(to + next, f32x4.add(even, odd));
  v128.store(to + 2 * next, f32x4.sub(even, odd));
  even = f32x4.add(y0, times(y2, B2));
  odd = times(f32x4.add(y1, times(y3, B2)), B);
  v128.store(to + 3 * next, f32x4.add(even, odd));
  v128.store(to + 4 * next, f32x4.sub(even, odd));
  v128.store(to + 5 * next, y3);
}

/** A^T m: six values to four, where they came from. */
// @ts-ignore: decorator
@inline
export function outputLine(at: usize, step: usize): void {
  const m1 = v128.load(at + step);
  const m2 = v128.load(at + 2 * step);
  const m3 = v128.load(at + 3 * step);
  const m4 = v128.load(at + 4 * step);
  const evenA = f32x4.add(m1, m2);
  const oddA = f32x4.sub(m1, m2);
  const evenB = f32x4.add(m3, m4);
  const oddB = f32x4.sub(m3, m4);
  v128.store(at, f32x4.add(v128.load(at), f32x4.add(evenA, evenB)));
  v128.store(at + step, f32x4.add(times(oddA, A), times(oddB, B)));
  v128.store(at + 2 * step, f32x4.add(times(evenA, A2), times(evenB, B2)));
  const last = v128.load(at + 5 * step);
  v128.store(at + 3 * step, f32x4.add(last, f32x4.add(times(oddA, A3), times(oddB, B3))));
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
