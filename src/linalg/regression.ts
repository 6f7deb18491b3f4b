import { sizeOf, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { leastSquaresScratch, paddedRow } from './leastSquaresScratch.js';

/** Numbers in the precision they were given in, row by row. */
export interface Matrix {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
}

/** A fitted linear function in float64: y = targetMeans + (x - means) weights. */
export interface Regression {
  /** [N, K], row by row. */
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly targetMeans: Float64Array;
}

/** Possible rounding error of a column of f32 numbers, relative to its length: 2^-24 and a margin. */
const F32_TOLERANCE = 2 ** -22;
/**
 * The same for f64: NumPy's tolerance for a matrix with this many rows or columns, but with a margin for small ones.
 */
const f64Tolerance = (size: number): number => 2 ** -52 * Math.max(16, size);
/** If all numbers of a column are whole and at most this, they are not the result of rounding to f32. */
const WHOLE = 2 ** 23;

/** A column whose numbers are all f32, and not all whole, is assumed to be rounded to f32; any other to f64. */
function roundingOf({ values, shape: [rows = 0, columns = 0] }: Matrix): Float64Array {
  const exact = f64Tolerance(Math.max(rows, columns));
  return Float64Array.from({ length: columns }, (_, j) => {
    let isF32 = true;
    let isWhole = true;
    for (let at = j; at < values.length && isF32; at += columns) {
      const value = values[at] ?? NaN;
      isF32 = Math.fround(value) === value;
      isWhole &&= Number.isInteger(value) && Math.abs(value) <= WHOLE;
    }
    return isF32 && !isWhole ? F32_TOLERANCE : exact;
  });
}

/** Writes [x | y] and below it the rows [sqrt(l2) I | 0], which are the penalty. */
function writeSystem(at: number, x: Matrix, y: Matrix, k: number, l2: number): void {
  const { f64 } = runtime().heap;
  const [m = 0, n = 0] = x.shape;
  const width = paddedRow(n, k);
  for (let i = 0, to = at / 8; i < m; i++, to += width) {
    for (let j = 0; j < n; j++) f64[to + j] = x.values[i * n + j] ?? NaN;
    for (let j = 0; j < k; j++) f64[to + n + j] = y.values[i * k + j] ?? NaN;
  }
  if (l2 === 0) return;
  const start = at / 8 + m * width;
  f64.fill(0, start, start + n * width);
  for (let j = 0; j < n; j++) f64[start + j * width + j] = Math.sqrt(l2);
}

/**
 * Minimises `sum |y - x w - b|^2 + l2 |w|^2` in float64 for x [B, N] and y [B] or [B, K]; of several minima it takes
 * the shortest w. A feature counts as dependent when the part of it that the others and the bias do not explain is no
 * larger than the rounding error of its numbers. All numbers must be finite.
 */
export function regression(x: Matrix, y: Matrix, l2: number, fitIntercept: boolean): Regression {
  const [rows = 0, n = 0] = x.shape;
  const k = sizeOf(y.shape.slice(1));
  const m = l2 > 0 ? rows + n : rows;
  const { heap } = runtime();
  const systemBytes = 8 * m * paddedRow(n, k);
  const outSize = n + k + n * k;
  const block = heap.allocate(systemBytes + 8 * (paddedRow(n, 0) + outSize + 1) + leastSquaresScratch(m, n, k, k));
  try {
    const rounding = block + systemBytes;
    const out = rounding + 8 * paddedRow(n, 0);
    writeSystem(block, x, y, k, l2);
    heap.f64.set(roundingOf(x), rounding / 8);
    const scratch = out + 8 * paddedRow(outSize, 0);
    call(kernels.regression, block, rounding, out, scratch, m, n, k, fitIntercept ? rows : 0);
    const { f64 } = runtime().heap;
    const results = f64.slice(out / 8, out / 8 + outSize);
    return {
      means: results.slice(0, n),
      targetMeans: results.slice(n, n + k),
      weights: results.slice(n + k),
    };
  } finally {
    heap.release(block);
  }
}
