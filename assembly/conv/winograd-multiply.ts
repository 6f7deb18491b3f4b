// The register tiles of the Winograd kernels: five rows (six in relaxed modules) by eight columns of a product whose
// left factor is read where the transformations wrote it, without packing. All distances are constants, so that they
// are part of the instructions. About the form of the source see gemm/tile.ts.
import { multiplyAdd4 } from "../simd/lanes";
import { COLUMNS, ROWS } from "../gemm/tile";

/** Channels that a row of transformed values has room for. More are divided into blocks. */
export const CHANNELS: i32 = 64;
/** From one tile's row to the next: not a power of two, which would put all rows into the same lines of the cache. */
export const ROW: i32 = CHANNELS * 4 + 16;
/** From one row of a product, eight floats, to the next. */
export const LINE: i32 = COLUMNS * 4;

/** What a sum of several blocks starts from. */
export const NOTHING: usize = memory.data(6 * 32, 16);

/** Rows of a register tile are tiles of the image, steps are channels, and B is a panel. */
type ByChannels = i32;
/** Rows are channels, steps are tiles, and B is rows of transformed values, too. */
type ByTiles = u32;

/** out = base + A B over k >= 1 steps. */
function multiply<Kind>(a: usize, b: usize, k: i32, base: usize, out: usize): void {
  // Offsets in the instructions have to be constants: the compiler would not move sums there.
  const row: usize = isSigned<Kind>() ? ROW : 4;
  const step: usize = isSigned<Kind>() ? 4 : ROW;
  const next: usize = isSigned<Kind>() ? LINE : ROW;
  let left = v128.load(b);
  let right = v128.load(b, 16);
  let x = v128.load32_splat(a);
  let s0 = f32x4.mul(x, left),
    t0 = f32x4.mul(x, right);
  x = v128.load32_splat(a, row);
  let s1 = f32x4.mul(x, left),
    t1 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 2 * row);
  let s2 = f32x4.mul(x, left),
    t2 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 3 * row);
  let s3 = f32x4.mul(x, left),
    t3 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 4 * row);
  let s4 = f32x4.mul(x, left),
    t4 = f32x4.mul(x, right);
  if (ROWS == 6) x = v128.load32_splat(a, 5 * row);
  let s5 = f32x4.mul(x, left),
    t5 = f32x4.mul(x, right);
  const end = a + <usize>k * step;
  while ((a += step) < end) {
    b += next;
    left = v128.load(b);
    right = v128.load(b, 16);
    x = v128.load32_splat(a);
    s0 = multiplyAdd4(x, left, s0);
    t0 = multiplyAdd4(x, right, t0);
    x = v128.load32_splat(a, row);
    s1 = multiplyAdd4(x, left, s1);
    t1 = multiplyAdd4(x, right, t1);
    x = v128.load32_splat(a, 2 * row);
    s2 = multiplyAdd4(x, left, s2);
    t2 = multiplyAdd4(x, right, t2);
    x = v128.load32_splat(a, 3 * row);
    s3 = multiplyAdd4(x, left, s3);
    t3 = multiplyAdd4(x, right, t3);
    x = v128.load32_splat(a, 4 * row);
    s4 = multiplyAdd4(x, left, s4);
    t4 = multiplyAdd4(x, right, t4);
    if (ROWS == 6) {
      x = v128.load32_splat(a, 5 * row);
      s5 = multiplyAdd4(x, left, s5);
      t5 = multiplyAdd4(x, right, t5);
    }
  }
  if (ROWS == 6) {
    v128.store(out, f32x4.add(v128.load(base, 5 * LINE + 16), t5), 5 * LINE + 16);
    v128.store(out, f32x4.add(v128.load(base, 5 * LINE), s5), 5 * LINE);
  }
  v128.store(out, f32x4.add(v128.load(base, 4 * LINE + 16), t4), 4 * LINE + 16);
  v128.store(out, f32x4.add(v128.load(base, 4 * LINE), s4), 4 * LINE);
  v128.store(out, f32x4.add(v128.load(base, 3 * LINE + 16), t3), 3 * LINE + 16);
  v128.store(out, f32x4.add(v128.load(base, 3 * LINE), s3), 3 * LINE);
  v128.store(out, f32x4.add(v128.load(base, 2 * LINE + 16), t2), 2 * LINE + 16);
  v128.store(out, f32x4.add(v128.load(base, 2 * LINE), s2), 2 * LINE);
  v128.store(out, f32x4.add(v128.load(base, 1 * LINE + 16), t1), 1 * LINE + 16);
  v128.store(out, f32x4.add(v128.load(base, 1 * LINE), s1), 1 * LINE);
  v128.store(out, f32x4.add(v128.load(base, 16), t0), 16);
  v128.store(out, f32x4.add(v128.load(base), s0));
}

// Two calls each, so that the compiler keeps `multiply` a function of its own.

/** out[rows, 8] (+)= A[rows, channels] B[channels, 8]; `first`: nothing has been added yet. */
export function multiplyTiles(a: usize, b: usize, channels: i32, out: usize, rows: i32, first: bool): void {
  for (; rows > 0; rows -= ROWS) {
    if (first) multiply<ByChannels>(a, b, channels, NOTHING, out);
    else multiply<ByChannels>(a, b, channels, out, out);
    a += ROWS * ROW;
    out += ROWS * LINE;
  }
}

/** out[rows, 8] = A[rows, channels] B[channels, 8] for blocks of CHANNELS columns of A that are `apart` bytes from each other. */
export function multiplyBlocks(a: usize, apart: usize, b: usize, channels: i32, out: usize, rows: i32): void {
  for (let c = 0; c < channels; c += CHANNELS, a += apart) {
    multiplyTiles(a, b + c * LINE, min(CHANNELS, channels - c), out, rows, c == 0);
  }
}

/** out[channels, 8] (+)= A[tiles, channels]^T B[tiles, 8]. */
export function addTiles(a: usize, b: usize, tiles: i32, out: usize, channels: i32, first: bool): void {
  for (; channels > 0; channels -= ROWS) {
    if (first) multiply<ByTiles>(a, b, tiles, NOTHING, out);
    else multiply<ByTiles>(a, b, tiles, out, out);
    a += ROWS * 4;
    out += ROWS * LINE;
  }
}
