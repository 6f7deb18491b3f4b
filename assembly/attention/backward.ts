// The gradient of attention. The weights P are computed again, block by block, from the scores and what forward.ts kept of
// each row. With dP = (dy v^T) * mask and D = sum of P dP over a row: dS = P (dP - D) / sqrt(keyDim), dq = dS k,
// dk = dS^T q, dv = (P mask)^T dy. When all keys are one block, D is computed so, and the rounding errors of dS add up to 0;
// otherwise as the sum of dy y, which is the same but for rounding.
import { packA, packB } from "../gemm/pack";
import { COLUMNS, ROWS, tile8 } from "../gemm/tile";
import { rowDot } from "../reduce/rows";
import { storeLanesInline } from "../simd/ragged";
import {
  KEYS,
  QUERIES,
  SCORE_STRIDE,
  aheadOf,
  area,
  clearColumns,
  clearScores,
  expOfScores,
  headAt,
  hideColumns,
  keysSeen,
  panelProduct,
  productOfScores,
  scaleOf,
  scoresOf,
  strideOf,
  visibleColumns,
  workedColumns,
} from "./blocks";

/** Rows of `size` floats become 0. */
function clearRows(at: usize, stride: usize, rows: i32, size: i32): void {
  const zero = i32x4.splat(0);
  for (; rows > 0; rows--) {
    let to = at;
    for (let left = size; left > 0; left -= 4) {
      storeLanesInline(to, zero, left);
      to += 16;
    }
    at += stride;
  }
}

/**
 * c += block^T x, for each panel of keys with the queries from the first that sees any of them on. The keys of a query are
 * side by side, so whole panels need not be packed.
 */
function toKeys(
  block: usize,
  x: usize,
  xStride: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  size: i32,
  ahead: i32,
): void {
  for (let j = 0; j < columns; j += ROWS) {
    const from = max(0, j + ahead);
    const steps = rows - from;
    if (steps <= 0) break;
    const panel = block + <usize>from * SCORE_STRIDE + ((<usize>j) << 2);
    const rest = x + <usize>from * xStride;
    if (j + ROWS <= columns && size % COLUMNS == 0) {
      for (let i = 0; i < size; i += COLUMNS) {
        const at = (<usize>i) << 2;
        tile8(panel, SCORE_STRIDE, rest + at, xStride, steps, c + at, stride, c + at, stride);
      }
    } else {
      packA(area(3), panel, SCORE_STRIDE, ROWS, steps, 1);
      panelProduct(rest, xStride, steps, c, c, stride, columns - j, size);
    }
    c += <usize>ROWS * stride;
  }
}

/**
 * dy, y [B, T, heads, valueDim], shift and inverse [B, heads, T] as `attentionForward` gave them; to dq, dk and dv in the shapes
 * of q, k, v, whose rows are `row` floats apart, or side by side if it is 0. The range counts B * heads.
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
  row: i32,
  causal: i32,
  begin: i32,
  end: i32,
): void {
  const keyStride = strideOf(row, heads, keyDim);
  const valueStride = strideOf(row, heads, valueDim);
  const outStride = strideOf(0, heads, valueDim);
  for (let unit = begin; unit < end; unit++) {
    const queryAt = headAt(unit, heads, steps, keyDim, keyStride);
    const keyAt = headAt(unit, heads, keys, keyDim, keyStride);
    const valueAt = headAt(unit, heads, keys, valueDim, valueStride);
    const outAt = headAt(unit, heads, steps, valueDim, outStride);
    const stats = (<usize>unit * <usize>steps) << 2;
    const seen = keysSeen(lengths, unit / heads, keys);
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
  outStride: usize,
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
      const outRow = <usize>top * outStride;
      const at = (<usize>top) << 2;
      packA(area(0), q + queryRow, keyStride, rows, keyDim, 0);
      const ahead = aheadOf(causal, top, first);
      scoresOf(area(0), area(1), keyDim, area(2), rows, columns, ahead);
      packA(area(4), dy + outRow, outStride, rows, valueDim, 0);
      scoresOf(area(4), area(5), valueDim, area(6), rows, columns, ahead);
      const block = mask ? mask + ((<usize>top * <usize>keys + <usize>first) << 2) : 0;
      scoreGradients(
        block,
        keys,
        y + outRow,
        dy + outRow,
        outStride,
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
        keys <= KEYS,
      );
      productOfScores(
        6,
        k + keyRow,
        keyStride,
        first == 0,
        dq + queryRow,
        keyStride,
        rows,
        columns,
        keyDim,
        top,
        first,
        causal,
      );
      toKeys(area(6), q + queryRow, keyStride, dk + keyRow, keyStride, rows, columns, keyDim, ahead);
      toKeys(area(2), dy + outRow, outStride, dv + valueRow, valueStride, rows, columns, valueDim, ahead);
    }
  }
}

// Loops that end after the test: V8 computes what does not change in them once, before them.

/** Of a row of n > 0 columns, a multiple of 8: scores become weights, and the mask (or 0) multiplies the gradients. */
// @ts-ignore: decorator
@inline
function weigh(row: usize, gradients: usize, mask: usize, n: i32, scale: v128, shift: v128, inverse: v128): void {
  const end = row + ((<usize>n) << 2);
  const across = gradients - row;
  const chosen = mask - row;
  let at = row;
  do {
    expOfScores(at, scale, shift);
    at += 32;
  } while (at < end);
  do {
    v128.store(row, f32x4.mul(v128.load(row), inverse));
    if (mask) v128.store(row + across, f32x4.mul(v128.load(row + across), v128.load(row + chosen)));
    row += 16;
  } while (row < end);
}

/** The gradients of the weights become those of the scores, slope p (d - mean), and the mask multiplies the weights. */
// @ts-ignore: decorator
@inline
function slopes(row: usize, gradients: usize, mask: usize, n: i32, mean: f32, slope: v128): void {
  const end = row + ((<usize>n) << 2);
  const across = gradients - row;
  const chosen = mask - row;
  const centre = f32x4.splat(mean);
  do {
    const p = v128.load(row);
    const d = f32x4.mul(f32x4.mul(p, f32x4.sub(v128.load(row + across), centre)), slope);
    // What is not seen has no effect, even NaN.
    v128.store(row + across, v128.and(d, f32x4.ne(p, i32x4.splat(0))));
    if (mask) v128.store(row, f32x4.mul(p, v128.load(row + chosen)));
    row += 16;
  } while (row < end);
}

/** The scores of a block (area 2) become masked weights, the products dy v^T (area 6) gradients of the scores. */
function scoreGradients(
  mask: usize,
  maskStride: i32,
  y: usize,
  dy: usize,
  outStride: usize,
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
  single: bool,
): void {
  const scale = f32x4.splat(scaleOf(keyDim));
  const padded = (columns + 7) & ~7;
  const slope = weightless ? f32x4.splat(0) : scale;
  for (let r = 0; r < rows; r++) {
    const weights = area(2) + <usize>r * SCORE_STRIDE;
    const gradients = area(6) + <usize>r * SCORE_STRIDE;
    const visible = visibleColumns(causal, top + r, first, columns);
    const worked = workedColumns(visible);
    if (weightless) clearScores(weights);
    hideColumns(weights, visible);
    if (worked > 0) {
      const chosen = mask ? mask + ((<usize>r * <usize>maskStride) << 2) : 0;
      weigh(weights, gradients, chosen, worked, scale, v128.load32_splat(shift), v128.load32_splat(inverse));
      const mean: f64 = single ? rowDot(weights, gradients, min(worked, columns)) : rowDot(dy, y, valueDim);
      slopes(weights, gradients, chosen, worked, <f32>mean, slope);
    }
    // Panels of keys are whole, so they may reach beyond the last pair of vectors.
    clearColumns(weights, worked, padded + COLUMNS);
    clearColumns(gradients, worked, padded + COLUMNS);
    shift += 4;
    inverse += 4;
    y += outStride;
    dy += outStride;
  }
}
