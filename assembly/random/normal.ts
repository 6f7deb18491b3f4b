// Normal numbers: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", 1958.
import { log4 } from "../simd/log";
import { cos4, sin4 } from "../simd/trigonometry";
import { philox4 } from "./philox";

/** Full-vector constants: 2^-32, 2^-33, pi 2^-31, -2. */
const TABLE: usize = memory.data<f32>(
  [
    2.3283064365386963e-10, 2.3283064365386963e-10, 2.3283064365386963e-10, 2.3283064365386963e-10,
    1.1641532182693481e-10, 1.1641532182693481e-10, 1.1641532182693481e-10, 1.1641532182693481e-10,
    1.4629180792671596e-9, 1.4629180792671596e-9, 1.4629180792671596e-9, 1.4629180792671596e-9, -2, -2, -2, -2,
  ],
  16,
);

/**
 * Words in place into standard normals. Of each pair of words, the first gives u = 2^-32 word + 2^-33 in (0, 1] and
 * the radius sqrt(-2 ln u) <= 6.8, the second, taken as signed, an angle in [-pi, pi].
 */
function standardNormals(words: usize): void {
  for (let p = words; p < words + 64; p += 32) {
    const u = f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(v128.load(p)), v128.load(TABLE)), v128.load(TABLE, 16));
    const radius = f32x4.sqrt(f32x4.mul(v128.load(TABLE, 48), log4(u)));
    const angle = f32x4.mul(f32x4.convert_i32x4_s(v128.load(p, 16)), v128.load(TABLE, 32));
    v128.store(p, f32x4.mul(radius, cos4(angle)));
    v128.store(p, f32x4.mul(radius, sin4(angle)), 16);
  }
}

// @ts-ignore: decorator
@inline
function scaleWords(words: usize, deviation: f32, mean: f32): void {
  const scale = f32x4.splat(deviation);
  const offset = f32x4.splat(mean);
  for (let p = words; p < words + 64; p += 16) v128.store(p, f32x4.add(offset, f32x4.mul(v128.load(p), scale)));
}

/** A chunk's words in place into mean + deviation z. */
export function normalWords(words: usize, deviation: f32, mean: f32): void {
  standardNormals(words);
  scaleWords(words, deviation, mean);
}

/** The same with |z| <= 2. An element outside is drawn again with the next attempt (the counter's third word). */
export function truncatedNormalWords(
  words: usize,
  seed0: u32,
  seed1: u32,
  block: u32,
  stream: u32,
  deviation: f32,
  mean: f32,
): void {
  const two = f32x4.splat(2);
  const again = words + 64;
  standardNormals(words);
  for (let attempt: u32 = 1; ; attempt++) {
    let open = i32x4.splat(0);
    for (let p = words; p < words + 64; p += 16) open = v128.or(open, f32x4.gt(f32x4.abs(v128.load(p)), two));
    if (!v128.any_true(open)) break;
    philox4(again, seed0, seed1, block, stream, attempt);
    standardNormals(again);
    for (let p = words; p < words + 64; p += 16) {
      const z = v128.load(p);
      v128.store(p, v128.bitselect(v128.load(p, 64), z, f32x4.gt(f32x4.abs(z), two)));
    }
  }
  scaleWords(words, deviation, mean);
}
