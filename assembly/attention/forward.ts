// y = softmax(q k^T / sqrt(keyDim)) v for every head. Of the weights only the maximum of each row of scores and the
// reciprocal of its sum of exponentials are kept, from which the backward pass computes them again.
import { packA, packB } from "../gemm/pack";
import { addPair, promoteHigh } from "../simd/ragged";
import {
  KEYS,
  QUERIES,
  SCORE_STRIDE,
  aheadOf,
  area,
  clearColumns,
  clearScores,
  expOfNegative4,
  expOfScores,
  headAt,
  hideColumns,
  keysSeen,
  productOfScores,
  scaleOf,
  scoresOf,
  strideOf,
  visibleColumns,
  workedColumns,
} from "./blocks";

/** Below every score, but finite: a row whose scores are all -Infinity gives NaN, as softmax does. */
const LOWEST: f32 = -3.4028234663852886e38;

/** Largest of n scores, a multiple of 8; a NaN that is not among the first ones is left out. */
// @ts-ignore: decorator
@inline
function largest(row: usize, n: i32): f32 {
  let a = v128.load(row);
  let b = v128.load(row, 16);
  const stop = row + ((<usize>n) << 2);
  for (row += 32; row < stop; row += 32) {
    a = f32x4.pmax(a, v128.load(row));
    b = f32x4.pmax(b, v128.load(row, 16));
  }
  a = f32x4.pmax(a, b);
  a = f32x4.pmax(a, v128.shuffle<i32>(a, a, 2, 3, 2, 3));
  a = f32x4.pmax(a, v128.shuffle<i32>(a, a, 1, 1, 1, 1));
  return f32x4.extract_lane(a, 0);
}

/** The n > 0 scores of a row, a multiple of 8, become exp(scale score - shift); their sum. */
// @ts-ignore: decorator
@inline
function exponentials(row: usize, n: i32, scale: v128, shift: f32): f64 {
  const m = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  const stop = row + ((<usize>n) << 2);
  do {
    sum = f32x4.add(sum, expOfScores(row, scale, m));
    row += 32;
  } while (row < stop);
  return addPair(f64x2.add(f64x2.promote_low_f32x4(sum), promoteHigh(sum)));
}

/** row *= mask for n columns. */
// @ts-ignore: decorator
@inline
function applyMask(row: usize, mask: usize, n: i32): void {
  for (let c = 0; c < n; c += 4) {
    const at = (<usize>c) << 2;
    v128.store(row + at, f32x4.mul(v128.load(row + at), v128.load(mask + at)));
  }
}

/** row[n] *= factor. */
function scaleRow(row: usize, n: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  for (; n >= 4; n -= 4) {
    v128.store(row, f32x4.mul(v128.load(row), f));
    row += 16;
  }
  for (; n > 0; n--) {
    store<f32>(row, load<f32>(row) * factor);
    row += 4;
  }
}

/**
 * q [B, T, heads, keyDim], k [B, S, heads, keyDim], v [B, S, heads, valueDim] to y [B, T, heads, valueDim]; shift and
 * inverse [B, heads, T]: maximum and 1 / sum of every row. Key j is seen by query i if j < lengths[b] and, when causal,
 * j <= i; a sequence of length 0 sees all keys alike. mask [B, heads, T, S] multiplies the weights. `lengths` and
 * `mask` may be 0. Rows of q, k and v are `row` floats apart, or side by side if it is 0. The range counts B * heads.
 */
export function attentionForward(
  q: usize,
  k: usize,
  v: usize,
  lengths: usize,
  mask: usize,
  y: usize,
  shift: usize,
  inverse: usize,
  heads: i32,
  steps: i32,
  keys: i32,
  keyDim: i32,
  valueDim: i32,
  row: i32,
  causal: i32,
  begin: i32,
  end: i32,
): void {
  const keyStride = strideOf(row, heads, keyDim);
  const valueStride = strideOf(row, heads, valueDim);
  const outStride = strideOf(0, heads, valueDim);
  for (let unit = begin; unit < end; unit++) {
    const stats = (<usize>unit * <usize>steps) << 2;
    const seen = keysSeen(lengths, unit / heads, keys);
    attendHead(
      q + headAt(unit, heads, steps, keyDim, keyStride),
      k + headAt(unit, heads, keys, keyDim, keyStride),
      v + headAt(unit, heads, keys, valueDim, valueStride),
      mask ? mask + stats * <usize>keys : 0,
      y + headAt(unit, heads, steps, valueDim, outStride),
      shift + stats,
      inverse + stats,
      keyStride,
      valueStride,
      outStride,
      steps,
      seen > 0 ? seen : keys,
      keys,
      keyDim,
      valueDim,
      seen > 0 ? causal : 0,
      seen <= 0,
    );
  }
}

function attendHead(
  q: usize,
  k: usize,
  v: usize,
  mask: usize,
  y: usize,
  shift: usize,
  inverse: usize,
  keyStride: usize,
  valueStride: usize,
  outStride: usize,
  steps: i32,
  seen: i32,
  keys: i32,
  keyDim: i32,
  valueDim: i32,
  causal: i32,
  weightless: bool,
): void {
  const scale = scaleOf(keyDim);
  for (let first = 0; first < seen; first += KEYS) {
    packB(area(1), k + <usize>first * keyStride, keyStride, min(KEYS, seen - first), keyDim, 1);
    for (let top = causal ? (first / QUERIES) * QUERIES : 0; top < steps; top += QUERIES) {
      const rows = min(QUERIES, steps - top);
      let columns = min(KEYS, seen - first);
      if (causal) columns = min(columns, top + rows - first);
      const out = y + <usize>top * outStride;
      packA(area(0), q + <usize>top * keyStride, keyStride, rows, keyDim, 0);
      scoresOf(area(0), area(1), keyDim, area(2), rows, columns, aheadOf(causal, top, first));
      const at = (<usize>top) << 2;
      const block = mask ? mask + ((<usize>top * <usize>keys + <usize>first) << 2) : 0;
      weighRows(
        block,
        keys,
        out,
        outStride,
        shift + at,
        inverse + at,
        rows,
        columns,
        valueDim,
        top,
        first,
        causal,
        weightless,
        scale,
      );
      productOfScores(
        2,
        v + <usize>first * valueStride,
        valueStride,
        first == 0,
        out,
        outStride,
        rows,
        columns,
        valueDim,
        top,
        first,
        causal,
      );
    }
  }
  for (let i = 0; i < steps; i++) {
    const at = inverse + ((<usize>i) << 2);
    const factor: f32 = 1 / load<f32>(at);
    store<f32>(at, factor);
    scaleRow(y + <usize>i * outStride, valueDim, factor);
  }
}

/** The block of scores becomes weights relative to the maximum so far; what earlier blocks gave is rescaled to it. */
function weighRows(
  mask: usize,
  maskStride: i32,
  out: usize,
  outStride: usize,
  shift: usize,
  sums: usize,
  rows: i32,
  columns: i32,
  valueDim: i32,
  top: i32,
  first: i32,
  causal: i32,
  weightless: bool,
  scale: f32,
): void {
  const factor = f32x4.splat(scale);
  const padded = (columns + 7) & ~7;
  for (let r = 0; r < rows; r++) {
    const row = area(2) + <usize>r * SCORE_STRIDE;
    const visible = visibleColumns(causal, top + r, first, columns);
    const worked = workedColumns(visible);
    if (weightless) clearScores(row);
    hideColumns(row, visible);
    clearColumns(row, worked, padded);
    const before: f32 = first ? load<f32>(shift) : LOWEST;
    let now = before;
    if (visible > 0) now = max(before, largest(row, worked) * scale);
    let sum = worked > 0 ? exponentials(row, worked, factor, now) : 0;
    if (first) {
      const decay = f32x4.extract_lane(expOfNegative4(f32x4.splat(before - now)), 0);
      sum += <f64>(load<f32>(sums) * decay);
      scaleRow(out, valueDim, decay);
    }
    store<f32>(shift, now);
    store<f32>(sums, <f32>sum);
    if (mask) applyMask(row, mask + ((<usize>r * <usize>maskStride) << 2), min(columns, worked));
    shift += 4;
    sums += 4;
    out += outStride;
  }
}
