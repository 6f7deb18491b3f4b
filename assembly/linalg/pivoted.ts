// Column-pivoted triangularisation (Businger and Golub 1965): the column with the largest remaining part comes next,
// and the reflections end when only rounding errors remain.
import { reflect, reflection } from "./householder";
import { addScaledSquares, rowAt } from "./vectors";

function swap(a: usize, b: usize): void {
  const value = load<f64>(a);
  store<f64>(a, load<f64>(b));
  store<f64>(b, value);
}

/** The sums of squares of n columns. */
export function squareColumns(rows: usize, stride: usize, m: i32, n: i32, squares: usize): void {
  memory.fill(squares, 0, (<usize>n) << 3);
  for (let i = 0; i < m; i++) {
    const row = rowAt(rows, stride, i);
    addScaledSquares(row, row, squares, n, 0); // adds 0 to the row
  }
}

/**
 * [A | B] becomes [R | Q^T B] with the columns of A permuted: column j is the original order[j] (numbers kept as f64).
 * The score of a column is its weight times the sum of squares of its remaining part. When no score is above `least`,
 * the function returns the number of finished columns. Reflections stay below the diagonal, their factors in `taus`.
 * `squares` and `sums` hold `width` values; `weights`, `order` and `taus` n.
 */
export function pivotedTriangle(
  rows: usize,
  stride: usize,
  m: i32,
  n: i32,
  width: i32,
  least: f64,
  weights: usize,
  order: usize,
  taus: usize,
  squares: usize,
  sums: usize,
): i32 {
  squareColumns(rows, stride, m, n, squares);
  for (let j = 0; j < n; j++) store<f64>(order + ((<usize>j) << 3), <f64>j);
  const most = min(m, n);
  for (let step = 0; step < most; step++) {
    let best = least;
    let pivot = -1;
    for (let j = step; j < n; j++) {
      const score = load<f64>(squares + ((<usize>j) << 3)) * load<f64>(weights + ((<usize>j) << 3));
      if (!(score > best)) continue;
      best = score;
      pivot = j;
    }
    if (pivot < 0) return step;
    const here = (<usize>step) << 3;
    if (pivot != step) {
      const there = (<usize>pivot) << 3;
      for (let i = 0; i < m; i++) swap(rowAt(rows, stride, i) + here, rowAt(rows, stride, i) + there);
      swap(weights + here, weights + there);
      swap(order + here, order + there);
    }
    const tau = reflection(rows, stride, m, step);
    store<f64>(taus + here, tau);
    reflect(rows, stride, m, step, width, tau, sums, squares + here + 8);
  }
  return most;
}
