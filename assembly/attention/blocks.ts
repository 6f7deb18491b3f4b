// What both directions of attention share. Queries and keys are worked on in blocks, so that of the matrix of scores
// [T, S] only one block exists at a time, in the workspace (Dao et al. 2022, "FlashAttention"). Operands are
// [B, T, heads, size]; a unit of work is one head of one sequence. The blocks depend only on the sizes, so bits do not
// depend on threads.
import { ZEROS } from "../gemm/blocked";
import { COLUMNS, ROWS, tile8 } from "../gemm/tile";
import { LARGEST_HEAD } from "../layout";
import { ROUND, expm1Remainder, powerOfTwo, roundedExponent } from "../simd/exp";
import { ONE } from "../simd/lanes";
import { workspace } from "../workspace";

/** Keys of a block. */
export const KEYS: i32 = 64;
/** Queries of a block, at most. */
export const QUERIES: i32 = 4 * ROWS;
/** Bytes from one row of a block of scores to the next; wide enough for whole tiles and panels. */
export const SCORE_STRIDE: usize = (KEYS + COLUMNS) * 4;

// Workspace, below the ragged tile of gemm/blocked.ts.
const OPERAND: usize = 64 * LARGEST_HEAD * 4; // also a block of scores
// @ts-ignore: decorator
@inline
export function area(i: usize): usize {
  return workspace + i * OPERAND;
}

/** So low that exp of it is no normal float. */
const FLUSHED: usize = memory.data<f32>([-87.3, -87.3, -87.3, -87.3], 16);

/** exp(x) for x <= 0; below the smallest normal float it is 0. */
// @ts-ignore: decorator
@inline
export function expOfNegative4(x: v128): v128 {
  const lowest = v128.load(FLUSHED);
  const one = v128.load(ONE);
  const round = v128.load(ROUND);
  const bounded = f32x4.pmax(x, lowest);
  const rounded = roundedExponent(bounded, round);
  const y = f32x4.mul(f32x4.add(expm1Remainder(bounded, rounded, round), one), powerOfTwo(rounded, one));
  return v128.andnot(y, f32x4.lt(x, lowest));
}

/** scores[rows, columns] = A B^T in whole tiles, both packed with k steps. */
export function scoresOf(a: usize, b: usize, k: i32, scores: usize, rows: i32, columns: i32): void {
  const panelA = (<usize>(k * ROWS)) << 2;
  const panelB = (<usize>(k * COLUMNS)) << 2;
  for (let j = 0; j < columns; j += COLUMNS) {
    let from = a;
    let to = scores + ((<usize>j) << 2);
    for (let i = 0; i < rows; i += ROWS) {
      tile8(from, b, COLUMNS * 4, k, ZEROS, 0, to, SCORE_STRIDE);
      from += panelA;
      to += <usize>ROWS * SCORE_STRIDE;
    }
    b += panelB;
  }
}

/** n or the next multiple of ROWS. */
// @ts-ignore: decorator
@inline
export function wholeRows(n: i32): i32 {
  return ((n + ROWS - 1) / ROWS) * ROWS;
}

/** The number of keys that a sequence's length leaves. When it leaves none, all keys weigh alike, whatever their scores. */
// @ts-ignore: decorator
@inline
export function keysSeen(lengths: usize, sequence: i32, keys: i32): i32 {
  return lengths ? min(keys, load<i32>(lengths + ((<usize>sequence) << 2))) : keys;
}

/** How many of a block's columns, which start at key `first`, a query sees. */
// @ts-ignore: decorator
@inline
export function visibleColumns(causal: i32, query: i32, first: i32, columns: i32): i32 {
  return causal ? max(0, min(columns, query - first + 1)) : columns;
}

// @ts-ignore: decorator
@inline
export function scaleOf(keyDim: i32): f32 {
  return <f32>(1 / sqrt(<f64>keyDim));
}

/** Fills `row` from column `begin` to `end` with one value, whole vectors at the end. */
// @ts-ignore: decorator
@inline
export function fillColumns(row: usize, begin: i32, end: i32, value: f32): void {
  for (; begin < end && (begin & 3) != 0; begin++) store<f32>(row + ((<usize>begin) << 2), value);
  const v = f32x4.splat(value);
  for (; begin < end; begin += 4) v128.store(row + ((<usize>begin) << 2), v);
}
