// A = Q R for m >= n by Householder reflections, with the signs of LAPACK. Up to a size one after the other, above by
// panels whose reflections are applied at once (Schreiber and Van Loan 1989).
import { REFLECTION_PANEL } from "../layout";
import { blockReflector, factorPanel, timesTriangle } from "../linalg/householder";
import { multiplyAdd } from "../linalg/product";
import { addScaled, rowAt, scaleBy } from "../linalg/vectors";
import { cell, fillNaN, loadMatrix, scratchOf, setIdentity, storeMatrix, strideOf } from "./matrix";

const PANEL_BYTES: usize = REFLECTION_PANEL * 8;
const SQUARE_BYTES: usize = REFLECTION_PANEL * REFLECTION_PANEL * 8;
/** Matrices of one panel and no more elements than this are not worth packing. */
const PACKED: i32 = 4096;

let rows: usize = 0;
let stride: usize = 0;
/** The reflections of each panel: m rows of PANEL_BYTES. */
let panels: usize = 0;
/** For each panel T of H_1 ... H_count = I - V T V^T, its taus and sums. */
let triangles: usize = 0;
let products: usize = 0;
let spare: usize = 0;
let m: i32 = 0;
let n: i32 = 0;

// @ts-ignore: decorator
@inline
function isSmall(): bool {
  return n <= REFLECTION_PANEL && m * n <= PACKED;
}

// @ts-ignore: decorator
@inline
function panelAt(j: i32): usize {
  return panels + <usize>(j / REFLECTION_PANEL) * <usize>m * PANEL_BYTES;
}

// @ts-ignore: decorator
@inline
function triangleAt(j: i32): usize {
  return triangles + <usize>(j / REFLECTION_PANEL) * (SQUARE_BYTES + 2 * PANEL_BYTES);
}

/** W = V^T C into `spare`, for `count` reflections and `others` columns of C. */
function project(panel: usize, c: usize, height: i32, count: i32, others: i32): void {
  memory.fill(spare, 0, <usize>REFLECTION_PANEL * stride);
  multiplyAdd(panel, PANEL_BYTES, true, c, stride, spare, stride, count, others, height, false);
}

/** W = -T W, from the first row to the last, since each needs the old values of the rows below it. */
function timesUpper(triangle: usize, count: i32, width: i32): void {
  for (let c = 0; c < count; c++) {
    const row = rowAt(spare, stride, c);
    scaleBy(row, width, -load<f64>(cell(triangle, PANEL_BYTES, c, c)));
    for (let i = c + 1; i < count; i++)
      addScaled(row, rowAt(spare, stride, i), width, -load<f64>(cell(triangle, PANEL_BYTES, c, i)));
  }
}

/** R in the upper triangle of `rows`, the reflections in the panels. */
function reduce(): void {
  for (let j = 0; j < n; j += REFLECTION_PANEL) {
    const count = min(REFLECTION_PANEL, n - j);
    const corner = cell(rows, stride, j, j);
    const right = corner + ((<usize>count) << 3);
    const triangle = triangleAt(j);
    const taus = triangle + SQUARE_BYTES;
    factorPanel(panelAt(j), corner, stride, m - j, count, taus, taus + PANEL_BYTES);
    if (isSmall()) continue;
    memory.fill(products, 0, SQUARE_BYTES);
    const panel = panelAt(j);
    multiplyAdd(panel, PANEL_BYTES, true, panel, PANEL_BYTES, products, PANEL_BYTES, count, count, m - j, true);
    blockReflector(triangle, products, taus, count);
    const others = n - j - count;
    if (others <= 0) break;
    project(panel, right, m - j, count, others);
    timesTriangle(spare, stride, triangle, count, others);
    multiplyAdd(panel, PANEL_BYTES, false, spare, stride, right, stride, m - j, others, count, false);
  }
}

/** Applies the reflections of one panel, the last first, to the rows and columns of Q from j on. */
function applyOneByOne(j: i32, count: i32): void {
  const panel = panelAt(j);
  const taus = triangleAt(j) + SQUARE_BYTES;
  for (let c = count - 1; c >= 0; c--) {
    const at = j + c;
    const width = n - at;
    memory.fill(spare, 0, stride);
    for (let i = at; i < m; i++)
      addScaled(spare, cell(rows, stride, i, at), width, load<f64>(cell(panel, PANEL_BYTES, i - j, c)));
    const tau = load<f64>(taus + ((<usize>c) << 3));
    for (let i = at; i < m; i++)
      addScaled(cell(rows, stride, i, at), spare, width, -tau * load<f64>(cell(panel, PANEL_BYTES, i - j, c)));
  }
}

/** The first n columns of Q in place of `rows`. */
function accumulate(): void {
  setIdentity(rows, stride, m, n);
  for (let j = ((n - 1) / REFLECTION_PANEL) * REFLECTION_PANEL; j >= 0; j -= REFLECTION_PANEL) {
    const count = min(REFLECTION_PANEL, n - j);
    if (isSmall()) {
      applyOneByOne(j, count);
      continue;
    }
    const corner = cell(rows, stride, j, j);
    const panel = panelAt(j);
    project(panel, corner, m - j, count, n - j);
    timesUpper(triangleAt(j), count, n - j);
    multiplyAdd(panel, PANEL_BYTES, false, spare, stride, corner, stride, m - j, n - j, count, false);
  }
}

/** q [m, n] and r [n, n] for m >= n >= 1. NaN for matrices that are not finite. */
export function qr(a: usize, q: usize, r: usize, scratch: usize, steps: i32, width: i32, begin: i32, end: i32): void {
  m = steps;
  n = width;
  stride = strideOf(n);
  rows = scratchOf(scratch);
  spare = rowAt(rows, stride, m);
  products = rowAt(spare, stride, REFLECTION_PANEL);
  triangles = products + SQUARE_BYTES;
  panels = triangleAt(n + REFLECTION_PANEL - 1);
  for (let unit = begin; unit < end; unit++) {
    const outQ = q + ((<usize>(unit * m * n)) << 2);
    const outR = r + ((<usize>(unit * n * n)) << 2);
    if (!loadMatrix(rows, stride, a + ((<usize>(unit * m * n)) << 2), m, n, false)) {
      fillNaN(outQ, m * n);
      fillNaN(outR, n * n);
      continue;
    }
    reduce();
    for (let i = 1; i < n; i++) memory.fill(rowAt(rows, stride, i), 0, (<usize>i) << 3);
    storeMatrix(outR, rows, stride, n, n, false);
    accumulate();
    storeMatrix(outQ, rows, stride, m, n, false);
  }
}
