// Factorisations of small matrices in float64, as textbooks write them: the references of the tests. Matrices are rows.
import { svd64 } from './svd.js';

export type Matrix = number[][];

const zeros = (m: number, n: number): Matrix => Array.from({ length: m }, () => Array<number>(n).fill(0));

export const transposed = (a: Matrix, n = a[0]?.length ?? 0): Matrix =>
  Array.from({ length: n }, (_, j) => a.map((row) => row[j]!));

/** Of the lower triangle (Cholesky and Banachiewicz). */
export function cholesky64(a: Matrix): Matrix {
  const l = zeros(a.length, a.length);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= l[i]![k]! * l[j]![k]!;
      l[i]![j] = i === j ? Math.sqrt(sum) : sum / l[j]![j]!;
    }
  }
  return l;
}

/** Gauss and Jordan: the solution for right sides [n, k], and the determinant. */
export function gauss64(a: Matrix, b: Matrix): { x: Matrix; determinant: number } {
  const rows = a.map((row, i) => [...row, ...b[i]!]);
  let determinant = 1;
  for (let j = 0; j < rows.length; j++) {
    let best = j;
    for (let i = j + 1; i < rows.length; i++) if (Math.abs(rows[i]![j]!) > Math.abs(rows[best]![j]!)) best = i;
    if (best !== j) determinant = -determinant;
    [rows[j], rows[best]] = [rows[best]!, rows[j]!];
    const pivot = rows[j]![j]!;
    determinant *= pivot;
    rows[j] = rows[j]!.map((x) => x / pivot);
    for (let i = 0; i < rows.length; i++) {
      const factor = rows[i]![j]!;
      if (i !== j) rows[i] = rows[i]!.map((x, k) => x - factor * rows[j]![k]!);
    }
  }
  return { x: rows.map((row) => row.slice(a.length)), determinant };
}

/** The sum over all ways to take one element of each row and column (Laplace), which divides by nothing. */
export function laplace64(a: Matrix): number {
  if (a.length === 0) return 1;
  return a[0]!.reduce((sum, x, j) => {
    const rest = a.slice(1).map((row) => row.filter((_, k) => k !== j));
    return sum + (j % 2 === 0 ? 1 : -1) * x * laplace64(rest);
  }, 0);
}

/** Householder's reflections, reduced, with LAPACK's signs. */
export function qr64(a: Matrix, n: number): { q: Matrix; r: Matrix } {
  const m = a.length;
  const r = a.map((row) => [...row]);
  const q = zeros(m, m).map((row, i) => row.map((_, j) => Number(i === j)));
  for (let j = 0; j < Math.min(m - 1, n); j++) {
    const v = r.map((row, i) => (i < j ? 0 : row[j]!));
    if (v.slice(j + 1).every((x) => x === 0)) continue;
    v[j]! += (v[j]! >= 0 ? 1 : -1) * Math.hypot(...v);
    const square = v.reduce((sum, x) => sum + x * x, 0);
    for (let c = 0; c < n; c++) {
      const share = (2 * v.reduce((sum, x, i) => sum + x * r[i]![c]!, 0)) / square;
      v.forEach((x, i) => (r[i]![c]! -= share * x));
    }
    for (const row of q) {
      const share = (2 * v.reduce((sum, x, i) => sum + x * row[i]!, 0)) / square;
      v.forEach((x, i) => (row[i]! -= share * x));
    }
  }
  const k = Math.min(m, n);
  return {
    q: q.map((row) => row.slice(0, k)),
    r: r.slice(0, k).map((row, i) => row.map((x, j) => (j < i ? 0 : x))),
  };
}

/** Whether the first element that is at least half as large as the largest is negative. */
function isFlipped(v: readonly number[]): boolean {
  const most = Math.max(...v.map(Math.abs));
  return v.find((x) => Math.abs(x) >= most / 2)! < 0;
}

const signed = (v: readonly number[], flip: boolean): number[] => v.map((x) => (flip ? -x : x));

/** Jacobi's method for the lower triangle: ascending values, and the vectors as columns. */
export function eigh64(a: Matrix): { values: number[]; vectors: Matrix } {
  const n = a.length;
  const s = a.map((_, i) => a.map((__, j) => a[Math.max(i, j)]![Math.min(i, j)]!));
  const v = zeros(n, n).map((row, i) => row.map((_, j) => Number(i === j))); // rows are vectors
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (s[p]![q] === 0) continue;
        const theta = (s[q]![q]! - s[p]![p]!) / (2 * s[p]![q]!);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const turn = (x: number[], y: number[]): void =>
          x.forEach((value, i) => ([x[i], y[i]] = [c * value - c * t * y[i]!, c * t * value + c * y[i]!]));
        turn(s[p]!, s[q]!);
        for (const row of s) [row[p], row[q]] = [c * row[p]! - c * t * row[q]!, c * t * row[p]! + c * row[q]!];
        turn(v[p]!, v[q]!);
      }
    }
  }
  const order = v.map((vector, i) => ({ vector, value: s[i]![i]! })).sort((x, y) => x.value - y.value);
  return {
    values: order.map(({ value }) => value),
    vectors: transposed(
      order.map(({ vector }) => signed(vector, isFlipped(vector))),
      n,
    ),
  };
}

/** With the library's signs. */
export function factors64(a: Matrix, n: number): { u: Matrix; s: number[]; vt: Matrix } {
  const m = a.length;
  const { values, left, right } = svd64(a.flat(), m, n);
  const flips = (m >= n ? left : right).map(isFlipped);
  return {
    u: transposed(
      left.map((x, i) => signed(x, flips[i]!)),
      m,
    ),
    s: values,
    vt: right.map((x, i) => signed(x, flips[i]!)),
  };
}
