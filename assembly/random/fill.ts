// Uniform and normal numbers, dropout masks. Elements are generated in whole chunks, of which only those in the range
// are stored, so that bits do not depend on how a range is divided.
import { transposeBlock } from "../shape/transpose";
import { CHUNK, philox4 } from "./philox";
import { normalWords, truncatedNormalWords } from "./normal";
import { workspace } from "../workspace";

const RAW: i32 = 0;
const UNIFORM: i32 = 1;
const DROPOUT: i32 = 2;
const NORMAL: i32 = 3;
const TRUNCATED: i32 = 4;

/** y (u32) = the generator's words. */
export function philoxFill(y: usize, seed0: u32, seed1: u32, stream: u32, begin: i32, end: i32): void {
  fill(RAW, y, seed0, seed1, stream, 0, 0, begin, end);
}

/** y = lower + u (upper - lower), u = (word >> 8) 2^-24 in [0, 1). */
export function uniformFill(
  y: usize,
  seed0: u32,
  seed1: u32,
  stream: u32,
  lower: f32,
  upper: f32,
  begin: i32,
  end: i32,
): void {
  fill(UNIFORM, y, seed0, seed1, stream, upper - lower, lower, begin, end);
}

/** y = mean + deviation z, z standard normal. */
export function normalFill(
  y: usize,
  seed0: u32,
  seed1: u32,
  stream: u32,
  mean: f32,
  deviation: f32,
  begin: i32,
  end: i32,
): void {
  fill(NORMAL, y, seed0, seed1, stream, deviation, mean, begin, end);
}

/** y = mean + deviation z, z standard normal but drawn again while |z| > 2. */
export function truncatedNormalFill(
  y: usize,
  seed0: u32,
  seed1: u32,
  stream: u32,
  mean: f32,
  deviation: f32,
  begin: i32,
  end: i32,
): void {
  fill(TRUNCATED, y, seed0, seed1, stream, deviation, mean, begin, end);
}

/** Inverted dropout: y = u >= rate ? 1 / (1 - rate) : 0. key: two u32 cells, seed and step. */
export function dropoutMask(y: usize, key: usize, stream: u32, rate: f32, begin: i32, end: i32): void {
  fill(DROPOUT, y, load<u32>(key), load<u32>(key, 4), stream, 1 / (1 - rate), rate, begin, end);
}

/** y = mean + deviation z, z standard normal. key: two u32 cells, seed and step. */
export function normalNoise(y: usize, key: usize, stream: u32, mean: f32, deviation: f32, begin: i32, end: i32): void {
  fill(NORMAL, y, load<u32>(key), load<u32>(key, 4), stream, deviation, mean, begin, end);
}

/**
 * Fills [begin, end) chunk by chunk: generates words, converts them to numbers in place, and stores them in the order
 * of the elements.
 */
function fill(kind: i32, y: usize, seed0: u32, seed1: u32, stream: u32, a: f32, b: f32, begin: i32, end: i32): void {
  const words = workspace;
  for (let chunk = begin & -CHUNK; chunk < end; chunk += CHUNK) {
    const block = chunk >> 2;
    philox4(words, seed0, seed1, block, stream, 0);
    if (kind == UNIFORM) uniformWords(words, a, b);
    else if (kind == DROPOUT) dropoutWords(words, a, b);
    else if (kind == NORMAL) normalWords(words, a, b);
    else if (kind == TRUNCATED) truncatedNormalWords(words, seed0, seed1, block, stream, a, b);
    if (chunk >= begin && chunk + CHUNK <= end) {
      transposeBlock(words, 16, y + ((<usize>chunk) << 2), 16);
    } else {
      transposeBlock(words, 16, words, 16);
      const stop = min(end, chunk + CHUNK);
      for (let i = max(begin, chunk); i < stop; i++) {
        store<u32>(y + ((<usize>i) << 2), load<u32>(words + ((<usize>(i - chunk)) << 2)));
      }
    }
  }
}

/** u 2^24 of one vector of words: 24 bits are what a float holds exactly. */
// @ts-ignore: decorator
@inline
function scaledUniform(p: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(p), 8));
}

function uniformWords(words: usize, width: f32, lower: f32): void {
  const scale = f32x4.splat(width * <f32>(1.0 / 16777216));
  const offset = f32x4.splat(lower);
  for (let p = words; p < words + 64; p += 16) v128.store(p, f32x4.add(offset, f32x4.mul(scaledUniform(p), scale)));
}

function dropoutWords(words: usize, keep: f32, rate: f32): void {
  const limit = f32x4.splat(rate * 16777216);
  const value = f32x4.splat(keep);
  for (let p = words; p < words + 64; p += 16) v128.store(p, v128.and(value, f32x4.ge(scaledUniform(p), limit)));
}
