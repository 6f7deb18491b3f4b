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
/** The square of a float of 12 bits is exact. */
const TWELVE_BITS: usize = memory.data<u32>([0xfffff000, 0xfffff000, 0xfffff000, 0xfffff000], 16);
const HALF_LOG2_E: usize = memory.data<f32>([0.72134752, 0.72134752, 0.72134752, 0.72134752], 16);
/** 2 ln2 in two parts, as in exp.ts. */
const TWICE_LN2_HIGH: usize = memory.data<f32>([1.38671875, 1.38671875, 1.38671875, 1.38671875], 16);
const TWICE_LN2_LOW: usize = memory.data<f32>([-4.2438888e-4, -4.2438888e-4, -4.2438888e-4, -4.2438888e-4], 16);
/** 2^64, which N lacks: the product with 2^(64 - n) is rounded once even where it is subnormal. */
const TWO_64: usize = memory.data<u32>([0x5f800000, 0x5f800000, 0x5f800000, 0x5f800000], 16);
/** b, c and d. */
const TANH: usize = memory.data<f32>(
  [
    240.50365, 240.50365, 240.50365, 240.50365, 24.041914, 24.041914, 24.041914, 24.041914, 962.0146, 962.0146,
    962.0146, 962.0146,
  ],
  16,
);
/** 2^-64 N, from the highest power down. */
const N: usize = memory.data<f32>(
  [
    3.7076647e-25, 3.7076647e-25, 3.7076647e-25, 3.7076647e-25, 2.1609436e-20, 2.1609436e-20, 2.1609436e-20,
    2.1609436e-20, 1.6210005e-19, 1.6210005e-19, 1.6210005e-19, 1.6210005e-19, 5.1236503e-19, 5.1236503e-19,
    5.1236503e-19, 5.1236503e-19, 7.546596e-19, 7.546596e-19, 7.546596e-19, 7.546596e-19,
  ],
  16,
);
/** D = ((a + D0) a + D1) ((a + D2) a + D3) */
const D: usize = memory.data<f32>(
  [
    3.8707142, 3.8707142, 3.8707142, 3.8707142, 4.0871897, 4.0871897, 4.0871897, 4.0871897, 3.6088564, 3.6088564,
    3.6088564, 3.6088564, 6.8120227, 6.8120227, 6.8120227, 6.8120227,
  ],
  16,
);

/** a = |x|, at most 14.6. Of a = h + l, h^2 is exact and l small: a^2 = h^2 + (a + h) l. */
function squareBlock(x: usize, begin: usize, end: usize): void {
  const highest = v128.load(TAIL_HIGHEST);
  const twelve = v128.load(TWELVE_BITS);
  const magnitude = i32x4.splat(i32.MAX_VALUE);
  for (let s = begin; s < end; s += 16) {
    const a = f32x4.pmin(v128.and(v128.load(x), magnitude), highest);
    const h = v128.and(a, twelve);
    v128.store(s, a, A);
    v128.store(s, f32x4.mul(h, h), TOP);
    v128.store(s, f32x4.mul(f32x4.add(a, h), f32x4.sub(a, h)), BOTTOM);
    x += 16;
  }
}

/** u to TOP, and the power of two. */
function reduceBlock(begin: usize, end: usize): void {
  const factor = v128.load(HALF_LOG2_E);
  const round = v128.load(ROUND);
  const ln2High = v128.load(TWICE_LN2_HIGH);
  const ln2Low = v128.load(TWICE_LN2_LOW);
  const two64 = v128.load(TWO_64);
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
  const b = v128.load(TANH);
  const c = v128.load(TANH, 16);
  const d = v128.load(TANH, 32);
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
  const n4 = v128.load(N);
  const n3 = v128.load(N, 16);
  const n2 = v128.load(N, 32);
  const n1 = v128.load(N, 48);
  const n0 = v128.load(N, 64);
  const d0 = v128.load(D);
  const d1 = v128.load(D, 16);
  const d2 = v128.load(D, 32);
  const d3 = v128.load(D, 48);
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

/**
 * Fills the fields for the vectors of [x, stop), at most BLOCK bytes, and returns the number of these bytes:
 * Q(|x|) = SCALE TOP NUMERATOR / (BOTTOM DENOMINATOR).
 */
export function tailBlock(x: usize, stop: usize): usize {
  const begin = workspace;
  const bytes = min(stop - x, BLOCK);
  const end = begin + bytes;
  squareBlock(x, begin, end);
  reduceBlock(begin, end);
  expBlock(begin, end);
  fractionBlock(begin, end);
  return bytes;
}
