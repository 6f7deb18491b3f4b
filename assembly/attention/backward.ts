// The gradient of attention. The weights P are computed again, block by block, from the scores and what forward.ts kept of
// each row. With dP = (dy v^T) * mask and D = sum of dy y over a row: dS = P (dP - D) / sqrt(keyDim), dq = dS k,
// dk = dS^T q, dv = (P mask)^T dy.
import { strip } from "../gemm/blocked";
import { packA, packB } from "../gemm/pack";
import { COLUMNS } from "../gemm/tile";
import { rowDot } from "../reduce/rows";
import { keepLanes } from "../simd/ragged";
import {
  KEYS,
  QUERIES,
  SCORE_STRIDE,
  area,
  expOfNegative4,
  fillColumns,
  keysSeen,
  scaleOf,
  scoresOf,
  visibleColumns,
  wholeRows,
} from "./blocks";

/** Rows of `size` floats become 0. */
function clearRows(at: usize, stride: usize, rows: i32, size: i32): void {
  for (; rows > 0; rows--) {
    memory.fill(at, 0, (<usize>size) << 2);
    at += stride;
  }
}

/** c[rows, columns] += A B, A packed with k steps, rows of B and c at their strides. */
function accumulate(
  a: usize,
  b: usize,
  bStride: usize,
  k: i32,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
): void {
  for (let j = 0; j < columns; j += COLUMNS) {
    strip(a, b, bStride, k, c, stride, c, stride, rows, min(COLUMNS, columns - j));
    b += COLUMNS << 2;
    c += COLUMNS << 2;
  }
}

/**
 * dy, y [B, T, heads, valueDim], shift and inverse [B, heads, T] as `attentionForward` gave them; to dq, dk and dv in the shapes
 * of q, k, v. The range counts B * heads.
 */
export function attentionBackward(
  dy: usize,
  q: usize,
  k: usize,
  v: usize,
  lengths: usize,
  mask: usize,
  y: usize,
  shift: usize,
  inverse: usize,
  dq: usize,
  dk: usize,
  dv: usize,
  heads: i32,
  steps: i32,
  keys: i32,
  keyDim: i32,
  valueDim: i32,
  causal: i32,
  begin: i32,
  end: i32,
): void {
  const keyStride = (<usize>(heads * keyDim)) << 2;
  const valueStride = (<usize>(heads * valueDim)) << 2;
  for (let unit = begin; unit < end; unit++) {
    const sequence = <usize>(unit / heads);
    const head = <usize>(unit % heads);
    const queryAt = sequence * <usize>steps * keyStride + ((head * <usize>keyDim) << 2);
    const keyAt = sequence * <usize>keys * keyStride + ((head * <usize>keyDim) << 2);
    const valueAt = sequence * <usize>keys * valueStride + ((head * <usize>valueDim) << 2);
    const outAt = sequence * <usize>steps * valueStride + ((head * <usize>valueDim) << 2);
    const stats = (<usize>unit * <usize>steps) << 2;
    const seen = keysSeen(lengths, <i32>sequence, keys);
    clearRows(dq + queryAt, keyStride, steps, keyDim);
    clearRows(dk + keyAt, keyStride, keys, keyDim);
    clearRows(dv + valueAt, valueStride, keys, valueDim);
    headGradient(
      dy + outAt,
      q + queryAt,
      k + keyAt,
      v + valueAt,
      mask ? mask + stats * <usize>keys : 0,
      y + outAt,
      shift + stats,
      inverse + stats,
      dq + queryAt,
      dk + keyAt,
      dv + valueAt,
      keyStride,
      valueStride,
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

function headGradient(
  dy: usize,
  q: usize,
  k: usize,
  v: usize,
  mask: usize,
  y: usize,
  shift: usize,
  inverse: usize,
  dq: usize,
  dk: usize,
  dv: usize,
  keyStride: usize,
  valueStride: usize,
  steps: i32,
  seen: i32,
  keys: i32,
  keyDim: i32,
  valueDim: i32,
  causal: i32,
  weightless: bool,
): void {
  for (let first = 0; first < seen; first += KEYS) {
    const some = min(KEYS, seen - first);
    const keyRow = <usize>first * keyStride;
    const valueRow = <usize>first * valueStride;
    packB(area(1), k + keyRow, keyStride, some, keyDim, 1);
    packB(area(5), v + valueRow, valueStride, some, valueDim, 1);
    for (let top = causal ? (first / QUERIES) * QUERIES : 0; top < steps; top += QUERIES) {
      const rows = min(QUERIES, steps - top);
      const columns = causal ? min(some, top + rows - first) : some;
      const queryRow = <usize>top * keyStride;
      const outRow = <usize>top * valueStride;
      const at = (<usize>top) << 2;
      packA(area(0), q + queryRow, keyStride, rows, keyDim, 0);
      scoresOf(area(0), area(1), keyDim, area(2), rows, columns);
      packA(area(4), dy + outRow, valueStride, rows, valueDim, 0);
      scoresOf(area(4), area(5), valueDim, area(6), rows, columns);
      const block = mask ? mask + ((<usize>top * <usize>keys + <usize>first) << 2) : 0;
      scoreGradients(
        block,
        keys,
        y + outRow,
        dy + outRow,
        valueStride,
        shift + at,
        inverse + at,
        rows,
        columns,
        keyDim,
        valueDim,
        top,
        first,
        causal,
        weightless,
      );
      packA(area(3), area(6), SCORE_STRIDE, wholeRows(rows), columns, 0);
      accumulate(area(3), k + keyRow, keyStride, columns, dq + queryRow, keyStride, rows, keyDim);
      packA(area(3), area(6), SCORE_STRIDE, wholeRows(columns), rows, 1);
      accumulate(area(3), q + queryRow, keyStride, rows, dk + keyRow, keyStride, columns, keyDim);
      packA(area(3), area(2), SCORE_STRIDE, wholeRows(columns), rows, 1);
      accumulate(area(3), dy + outRow, valueStride, rows, dv + valueRow, valueStride, columns, valueDim);
    }
  }
}

/** The scores of a block (area 2) become masked weights, the products dy v^T (area 6) gradients of the scores. */
function scoreGradients(
  mask: usize,
  maskStride: i32,
  y: usize,
  dy: usize,
  valueStride: usize,
  shift: usize,
  inverse: usize,
  rows: i32,
  columns: i32,
  keyDim: i32,
  valueDim: i32,
  top: i32,
  first: i32,
  causal: i32,
  weightless: bool,
): void {
  const scale = f32x4.splat(scaleOf(keyDim));
  const slope = weightless ? f32x4.splat(0) : scale;
  for (let r = 0; r < rows; r++) {
    const weights = area(2) + <usize>r * SCORE_STRIDE;
    const gradients = area(6) + <usize>r * SCORE_STRIDE;
    const visible = visibleColumns(causal, top + r, first, columns);
    if (weightless) fillColumns(weights, 0, columns, 0);
    const m = v128.load32_splat(shift);
    const share = v128.load32_splat(inverse);
    const mean = f32x4.splat(<f32>rowDot(dy, y, valueDim));
    const chosen = mask + ((<usize>r * <usize>maskStride) << 2);
    for (let c = 0; c < visible; c += 4) {
      const at = (<usize>c) << 2;
      const scaled = f32x4.mul(v128.load(weights + at), scale);
      const p = f32x4.mul(expOfNegative4(f32x4.sub(scaled, m)), share);
      let given = v128.load(gradients + at);
      let weight = p;
      if (mask) {
        const kept = v128.load(chosen + at);
        given = f32x4.mul(given, kept);
        weight = f32x4.mul(p, kept);
      }
      const d = f32x4.mul(f32x4.mul(p, f32x4.sub(given, mean)), slope);
      v128.store(weights + at, keepLanes(weight, visible - c));
      v128.store(gradients + at, keepLanes(d, visible - c));
    }
    // Panels of keys are whole: see wholeRows.
    fillColumns(weights, (visible + 3) & ~3, wholeRows(columns), 0);
    fillColumns(gradients, (visible + 3) & ~3, wholeRows(columns), 0);
    shift += 4;
    inverse += 4;
    y += valueStride;
    dy += valueStride;
  }
}
