// What both directions of attention share. Queries and keys are worked on in blocks, so that of the matrix of scores
// [T, S] only one block exists at a time, in the workspace (Dao et al. 2022, "FlashAttention"). Operands are
// [B, T, heads, size]; a unit of work is one head of one sequence. The blocks depend only on the sizes, so bits do not
// depend on threads.
import { ZEROS, strip } from "../gemm/blocked";
import { packA } from "../gemm/pack";
import { COLUMNS, PANEL, ROWS, tile8 } from "../gemm/tile";
import { LARGEST_HEAD } from "../layout";
import { LN2_HIGH, LN2_LOW, LOG2_E, P, ROUND, expm1Remainder, powerOfTwo, roundedExponent } from "../simd/exp";
import { ONE } from "../simd/lanes";
import { workspace } from "../workspace";

/** Keys of a block. */
export const KEYS: i32 = 64;
/** Queries of a block, at most. */
export const QUERIES: i32 = 8 * ROWS;
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
const INDICES: usize = memory.data<i32>([0, 1, 2, 3], 16);
const NOWHERE: usize = memory.data<f32>([-Infinity, -Infinity, -Infinity, -Infinity], 16);

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

/** Eight scores v become exp(scale v - m) in place; the sum of both vectors. The steps are those of expOfNegative4. */
// @ts-ignore: decorator
@inline
export function expOfScores(at: usize, scale: v128, m: v128): v128 {
  const x = f32x4.sub(f32x4.mul(v128.load(at), scale), m);
  const z = f32x4.sub(f32x4.mul(v128.load(at, 16), scale), m);
  let c = v128.load(FLUSHED);
  const a = f32x4.pmax(x, c);
  const b = f32x4.pmax(z, c);
  const tinyA = f32x4.lt(x, c);
  const tinyB = f32x4.lt(z, c);
  c = v128.load(LOG2_E);
  const round = v128.load(ROUND);
  const roundedA = f32x4.add(f32x4.mul(a, c), round);
  const roundedB = f32x4.add(f32x4.mul(b, c), round);
  const nA = f32x4.sub(roundedA, round);
  const nB = f32x4.sub(roundedB, round);
  c = v128.load(LN2_HIGH);
  const highA = f32x4.sub(a, f32x4.mul(nA, c));
  const highB = f32x4.sub(b, f32x4.mul(nB, c));
  c = v128.load(LN2_LOW);
  const lowA = f32x4.mul(nA, c);
  const lowB = f32x4.mul(nB, c);
  const rA = f32x4.sub(highA, lowA);
  const rB = f32x4.sub(highB, lowB);
  const squareA = f32x4.mul(rA, rA);
  const squareB = f32x4.mul(rB, rB);
  c = v128.load(P, 48);
  let lowerA = f32x4.mul(c, rA);
  let lowerB = f32x4.mul(c, rB);
  c = v128.load(P, 64);
  lowerA = f32x4.add(lowerA, c);
  lowerB = f32x4.add(lowerB, c);
  c = v128.load(P, 16);
  let upperA = f32x4.mul(c, rA);
  let upperB = f32x4.mul(c, rB);
  c = v128.load(P, 32);
  upperA = f32x4.add(upperA, c);
  upperB = f32x4.add(upperB, c);
  c = v128.load(P);
  upperA = f32x4.add(f32x4.mul(c, squareA), upperA);
  upperB = f32x4.add(f32x4.mul(c, squareB), upperB);
  const pA = f32x4.add(f32x4.mul(upperA, squareA), lowerA);
  const pB = f32x4.add(f32x4.mul(upperB, squareB), lowerB);
  c = v128.load(ONE);
  const sumA = f32x4.add(f32x4.add(highA, f32x4.sub(f32x4.mul(squareA, pA), lowA)), c);
  const sumB = f32x4.add(f32x4.add(highB, f32x4.sub(f32x4.mul(squareB, pB), lowB)), c);
  const yA = v128.andnot(f32x4.mul(sumA, i32x4.add(i32x4.shl(roundedA, 23), c)), tinyA);
  const yB = v128.andnot(f32x4.mul(sumB, i32x4.add(i32x4.shl(roundedB, 23), c)), tinyB);
  v128.store(at, yA);
  v128.store(at, yB, 16);
  return f32x4.add(yA, yB);
}

/** The columns of a row that are worked on: those it sees, in whole pairs of vectors. */
// @ts-ignore: decorator
@inline
export function workedColumns(visible: i32): i32 {
  return (visible + 7) & ~7;
}

/** Of the columns worked on, those from `visible` on become -Infinity. */
// @ts-ignore: decorator
@inline
export function hideColumns(row: usize, visible: i32): void {
  if ((visible & 7) == 0) return;
  const last = row + ((<usize>(visible & ~7)) << 2);
  const end = i32x4.splat(visible & 7);
  const nowhere = v128.load(NOWHERE);
  const index = v128.load(INDICES);
  v128.store(last, v128.bitselect(v128.load(last), nowhere, i32x4.lt_s(index, end)));
  const next = i32x4.add(index, i32x4.splat(4));
  v128.store(last, v128.bitselect(v128.load(last, 16), nowhere, i32x4.lt_s(next, end)), 16);
}

/** Zeros in the columns from `from` to `to`, both multiples of 8. */
// @ts-ignore: decorator
@inline
export function clearColumns(row: usize, from: i32, to: i32): void {
  const zero = i32x4.splat(0);
  const end = row + ((<usize>to) << 2);
  for (let at = row + ((<usize>from) << 2); at < end; at += 32) {
    v128.store(at, zero);
    v128.store(at, zero, 16);
  }
}

/** Zeros in a whole row of scores. */
export function clearScores(row: usize): void {
  memory.fill(row, 0, SCORE_STRIDE);
}

/**
 * scores[rows, columns] = A B^T in whole tiles, both packed with k steps. Tiles that are not seen are left out: column j is
 * seen by the rows from j + `ahead` on.
 */
export function scoresOf(a: usize, b: usize, k: i32, scores: usize, rows: i32, columns: i32, ahead: i32): void {
  const panelA = (<usize>(k * ROWS)) << 2;
  const panelB = (<usize>(k * COLUMNS)) << 2;
  for (let j = 0; j < columns; j += COLUMNS) {
    const skipped = max(0, (j + ahead) / ROWS);
    let from = a + <usize>skipped * panelA;
    let to = scores + <usize>(skipped * ROWS) * SCORE_STRIDE + ((<usize>j) << 2);
    for (let i = skipped * ROWS; i < rows; i += ROWS) {
      tile8(from, PANEL, b, COLUMNS * 4, k, ZEROS, 0, to, SCORE_STRIDE);
      from += panelA;
      to += <usize>ROWS * SCORE_STRIDE;
    }
    b += panelB;
  }
}

/** c[rows, columns] = base + A b for the panel of A in area 3, which has k steps; `base` is ZEROS or c. */
export function panelProduct(
  b: usize,
  bStride: usize,
  k: i32,
  base: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
): void {
  const from = base == ZEROS ? <usize>0 : stride;
  for (; columns > 0; columns -= COLUMNS) {
    if (rows >= ROWS && columns >= COLUMNS) tile8(area(3), PANEL, b, bStride, k, base, from, c, stride);
    else strip(area(3), b, bStride, k, base, from, c, stride, min(rows, ROWS), min(columns, COLUMNS));
    b += COLUMNS << 2;
    c += COLUMNS << 2;
    if (from) base += COLUMNS << 2;
  }
}

/** `ahead` of a block (see scoresOf): when all is seen, it is below all columns. */
// @ts-ignore: decorator
@inline
export function aheadOf(causal: i32, top: i32, first: i32): i32 {
  return causal ? first - top : -KEYS;
}

/** Bytes from the start of x [B, rows, heads, size], whose rows are `stride` bytes apart, to the first row of a unit's head. */
// @ts-ignore: decorator
@inline
export function headAt(unit: i32, heads: i32, rows: i32, size: i32, stride: usize): usize {
  const sequence = unit / heads;
  return <usize>sequence * <usize>rows * stride + ((<usize>(unit - sequence * heads) * <usize>size) << 2);
}

/** Bytes from one row of queries, keys or values to the next: `row` floats, or, if that is 0, those of the heads. */
// @ts-ignore: decorator
@inline
export function strideOf(row: i32, heads: i32, size: i32): usize {
  return (<usize>(row ? row : heads * size)) << 2;
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

/**
 * out[rows, width] += scores b, or = if `starts`, for each panel of queries with the keys that its last one sees. The scores
 * are in an area of the workspace; area 3 is for a packed panel of them.
 */
export function productOfScores(
  scores: usize,
  b: usize,
  bStride: usize,
  starts: i32,
  out: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  width: i32,
  top: i32,
  first: i32,
  causal: i32,
): void {
  for (let i = 0; i < rows; i += ROWS) {
    const visible = visibleColumns(causal, top + i + ROWS - 1, first, columns);
    const steps = min(columns, (visible + 3) & ~3); // whole vectors are packed fastest
    if (steps > 0) {
      packA(area(3), area(scores) + <usize>i * SCORE_STRIDE, SCORE_STRIDE, ROWS, steps, 0);
      panelProduct(b, bStride, steps, starts ? ZEROS : out, out, stride, rows - i, width);
    }
    out += <usize>ROWS * stride;
  }
}
