// The upper tail Q(a) = erfc(a / sqrt(2)) / 2 of the normal distribution, on blocks of floats.
//
//   Q(a) = exp(-a^2 / 2) N(a) / D(a)             a rational minimax function on [0, 13.1], relative error 2^-22.5
//   exp(-a^2 / 2) = 2^-n exp(-u / 2)             u = a^2 - 2 n ln2
//   exp(-u / 2) = (p - q) / (p + q)              q / p = tanh(u / 4) = u (u^2 + b) / (c u^2 + d), error 2^-29
//
// so that both share one division. As in exp-row.ts, the steps are loops of their own over a block in the workspace.
import { workspace } from "../workspace";
import { ROUND } from "./exp";
import { multiplyThenAdd4 } from "./lanes";

/** Bytes of a block, at most; also the distance between the fields of the workspace. */
export const BLOCK: usize = 1024;
/** Floats of a block. */
export const TAILS: i32 = 256;
// Fields of the workspace.
export const A: usize = 0;
export const SCALE: usize = BLOCK;
export const TOP: usize = 2 * BLOCK;
export const BOTTOM: usize = 3 * BLOCK;
export const NUMERATOR: usize = 4 * BLOCK;
export const DENOMINATOR: usize = 5 * BLOCK;
/** Behind the fields. */
export const END: usize = 6 * BLOCK;

// exp(-14.6^2/2) is below half the smallest subnormal.
export const TAIL_HIGHEST: usize = memory.data<f32>([14.6, 14.6, 14.6, 14.6], 16);
/**
 * Numbers that are loaded once for a block: log2(e) / 2 and 2 ln2 in two parts, as in exp.ts; b, c and d; 2^-64 N from the
 * highest power down; D0 to D3 of D = ((a + D0) a + D1) ((a + D2) a + D3). In one table they take less of a page.
 */
const T: usize = memory.data<f32>([
  0.72134752, 1.38671875, -4.2438888e-4, 240.50365, 24.041914, 962.0146, 3.7076647e-25, 2.1609436e-20, 1.6210005e-19,
  5.1236503e-19, 7.546596e-19, 3.8707142, 4.0871897, 3.6088564, 6.8120227,
]);
/** The bits of |x|; 12 bits of a float's 24, whose square is exact; 2^64, which N lacks. */
const BITS: usize = memory.data<u32>([0x7fffffff, 0xfffff000, 0x5f800000]);

/** a = |x|, at most 14.6. Of a = h + l, h^2 is exact and l small: a^2 = h^2 + (a + h) l. */
function squareBlock(x: usize, begin: usize, end: usize): void {
  const highest = v128.load(TAIL_HIGHEST);
  const twelve = v128.load32_splat(BITS, 4);
  const magnitude = v128.load32_splat(BITS);
  for (let s = begin; s < end; s += 16) {
    const a = f32x4.pmin(v128.and(v128.load(x), magnitude), highest);
    const h = v128.and(a, twelve);
    v128.store(s, a, A);
    v128.store(s, f32x4.mul(h, h), TOP);
    v128.store(s, f32x4.mul(f32x4.add(a, h), f32x4.sub(a, h)), BOTTOM);
    x += 16;
  }
}

/** u to TOP, and 2^(64 - n): the product with it is rounded once even where it is subnormal. */
function reduceBlock(begin: usize, end: usize): void {
  const factor = v128.load32_splat(T);
  const round = v128.load(ROUND);
  const ln2High = v128.load32_splat(T, 4);
  const ln2Low = v128.load32_splat(T, 8);
  const two64 = v128.load32_splat(BITS, 8);
  for (let s = begin; s < end; s += 16) {
    const square = v128.load(s, TOP);
    const rounded = multiplyThenAdd4(square, factor, round);
    const n = f32x4.sub(rounded, round);
    const rest = f32x4.sub(v128.load(s, BOTTOM), f32x4.mul(n, ln2Low));
    v128.store(s, f32x4.add(f32x4.sub(square, f32x4.mul(n, ln2High)), rest), TOP);
    v128.store(s, i32x4.sub(two64, i32x4.shl(rounded, 23)), SCALE);
  }
}

/** p - q and p + q from u in TOP. */
function expBlock(begin: usize, end: usize): void {
  const b = v128.load32_splat(T, 12);
  const c = v128.load32_splat(T, 16);
  const d = v128.load32_splat(T, 20);
  for (let s = begin; s < end; s += 16) {
    const u = v128.load(s, TOP);
    const square = f32x4.mul(u, u);
    const q = f32x4.mul(u, f32x4.add(square, b));
    const p = multiplyThenAdd4(square, c, d);
    v128.store(s, f32x4.sub(p, q), TOP);
    v128.store(s, f32x4.add(p, q), BOTTOM);
  }
}

/** N(a) and D(a). */
function fractionBlock(begin: usize, end: usize): void {
  const n4 = v128.load32_splat(T, 24);
  const n3 = v128.load32_splat(T, 28);
  const n2 = v128.load32_splat(T, 32);
  const n1 = v128.load32_splat(T, 36);
  const n0 = v128.load32_splat(T, 40);
  const d0 = v128.load32_splat(T, 44);
  const d1 = v128.load32_splat(T, 48);
  const d2 = v128.load32_splat(T, 52);
  const d3 = v128.load32_splat(T, 56);
  for (let s = begin; s < end; s += 16) {
    const a = v128.load(s, A);
    const square = f32x4.mul(a, a);
    const upper = multiplyThenAdd4(n4, square, multiplyThenAdd4(n3, a, n2));
    v128.store(s, multiplyThenAdd4(upper, square, multiplyThenAdd4(n1, a, n0)), NUMERATOR);
    const first = multiplyThenAdd4(f32x4.add(a, d0), a, d1);
    const second = multiplyThenAdd4(f32x4.add(a, d2), a, d3);
    v128.store(s, f32x4.mul(first, second), DENOMINATOR);
  }
}

/** Fills the fields for n floats, at most BLOCK bytes: Q(|x|) = SCALE TOP NUMERATOR / (BOTTOM DENOMINATOR). */
export function tailBlock(x: usize, n: i32): void {
  const begin = workspace;
  const end = begin + ((<usize>n) << 2);
  squareBlock(x, begin, end);
  reduceBlock(begin, end);
  expBlock(begin, end);
  fractionBlock(begin, end);
}
