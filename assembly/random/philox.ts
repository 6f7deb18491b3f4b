// Philox4x32-10, a counter-based generator: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Element i of a fill is word i & 3 of the block with the
// counter (i >> 2, stream, attempt, 0), so that it depends only on its index.

/** Elements of a chunk: four blocks, one to a lane. */
export const CHUNK: i32 = 16;

/** Multipliers of the two halves of the state, and increments of the two key words in every round. */
const CONSTANTS: usize = memory.data<u32>(
  [
    0xd2511f53, 0xd2511f53, 0xd2511f53, 0xd2511f53, 0xcd9e8d57, 0xcd9e8d57, 0xcd9e8d57, 0xcd9e8d57, 0x9e3779b9,
    0x9e3779b9, 0x9e3779b9, 0x9e3779b9, 0xbb67ae85, 0xbb67ae85, 0xbb67ae85, 0xbb67ae85, 0, 1, 2, 3,
  ],
  16,
);

/** The blocks block .. block + 3. Word w of the four goes to words + 16 w: lane l belongs to block + l. */
export function philox4(words: usize, seed0: u32, seed1: u32, block: u32, stream: u32, attempt: u32): void {
  const m0 = v128.load(CONSTANTS);
  const m1 = v128.load(CONSTANTS, 16);
  let c0 = i32x4.add(i32x4.splat(block), v128.load(CONSTANTS, 64));
  let c1 = i32x4.splat(stream);
  let c2 = i32x4.splat(attempt);
  let c3 = i32x4.splat(0);
  let k0 = i32x4.splat(seed0);
  let k1 = i32x4.splat(seed1);
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(c0, m0);
    const high0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const low2 = i64x2.extmul_low_i32x4_u(c2, m1);
    const high2 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(low2, high2, 1, 3, 5, 7), c1), k0);
    c1 = v128.shuffle<i32>(low2, high2, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(low0, high0, 1, 3, 5, 7), c3), k1);
    c3 = v128.shuffle<i32>(low0, high0, 0, 2, 4, 6);
    k0 = i32x4.add(k0, v128.load(CONSTANTS, 32));
    k1 = i32x4.add(k1, v128.load(CONSTANTS, 48));
  }
  v128.store(words, c0);
  v128.store(words, c1, 16);
  v128.store(words, c2, 32);
  v128.store(words, c3, 48);
}
