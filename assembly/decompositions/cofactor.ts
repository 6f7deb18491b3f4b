// The matrix of cofactors, which is the derivative of the determinant and finite for singular matrices too, and its own
// derivative. With complete pivoting A = X D Y, where X = P^T L and Y = U Q^T have determinants 1 or -1 and D is diagonal,
//   cof(A) = cof(X) cof(D) cof(Y),   cof(X) = det(X) X^-T,
// and no element of D is ever divided by. Regular matrices are faster by cof(A) = det(A) A^-T.
import { multiplyAdd } from "../linalg/product";
import { addScaled, rowAt } from "../linalg/vectors";
import { factorise, permuted, sign, solveFactored } from "./lu";
import { productOf } from "./determinant";
import { cell, fillNaN, loadMatrix, scratchOf, setIdentity, storeMatrix, strideOf, swapRows } from "./matrix";
import { solveLower, solveUpper } from "./substitute";

/** Condition numbers up to this leave an inverse in f64 more accurate than f32. */
const WELL_CONDITIONED: f64 = 1e7;

let n: i32 = 0;
let stride: usize = 0;
let rows: usize = 0; // L (negated, unit diagonal), D, U
let left: usize = 0;
let right: usize = 0;
let spare: usize = 0;
let middle: usize = 0;
let rowOrder: usize = 0;
let columnOrder: usize = 0;
let products: usize = 0;
let parity: f64 = 1;

function place(scratch: usize, size: i32): void {
  n = size;
  stride = strideOf(n);
  rows = scratchOf(scratch);
  left = rowAt(rows, stride, n);
  right = rowAt(left, stride, n);
  spare = rowAt(right, stride, n);
  middle = rowAt(spare, stride, n);
  rowOrder = rowAt(middle, stride, n);
  columnOrder = rowOrder + stride;
  products = columnOrder + stride;
}

// @ts-ignore: decorator
@inline
function number(list: usize, i: i32): i32 {
  return <i32>load<f64>(list + ((<usize>i) << 3));
}

function exchange(list: usize, i: i32, j: i32): void {
  const kept = load<f64>(list + ((<usize>i) << 3));
  store<f64>(list + ((<usize>i) << 3), load<f64>(list + ((<usize>j) << 3)));
  store<f64>(list + ((<usize>j) << 3), kept);
}

/** Moves the largest element at or after (at, at) to (at, at). False if all are 0. */
function pivotCompletely(at: i32): bool {
  let most: f64 = 0;
  let row = at;
  let column = at;
  for (let i = at; i < n; i++) {
    for (let j = at; j < n; j++) {
      const size = abs(load<f64>(cell(rows, stride, i, j)));
      if (size <= most) continue;
      most = size;
      row = i;
      column = j;
    }
  }
  if (most == 0) return false;
  if (row != at) {
    swapRows(rowAt(rows, stride, at), rowAt(rows, stride, row), stride);
    exchange(rowOrder, at, row);
    parity = -parity;
  }
  if (column != at) {
    for (let i = 0; i < n; i++) exchange(rowAt(rows, stride, i), at, column);
    exchange(columnOrder, at, column);
    parity = -parity;
  }
  return true;
}

/** Factorises `rows`: negated multipliers below, D on, and negated elements of the unit triangle U above the diagonal. */
function factoriseCompletely(): void {
  parity = 1;
  for (let i = 0; i < n; i++) {
    store<f64>(rowOrder + ((<usize>i) << 3), <f64>i);
    store<f64>(columnOrder + ((<usize>i) << 3), <f64>i);
  }
  for (let at = 0; at < n && pivotCompletely(at); at++) {
    const top = cell(rows, stride, at, at);
    const divisor = load<f64>(top);
    for (let i = at + 1; i < n; i++) {
      const first = cell(rows, stride, i, at);
      const factor = -load<f64>(first) / divisor;
      store<f64>(first, factor);
      addScaled(first + 8, top + 8, n - at - 1, factor);
    }
    for (let j = 1; j < n - at; j++) {
      const next = top + ((<usize>j) << 3);
      store<f64>(next, -load<f64>(next) / divisor);
    }
  }
}

/** products[i] = the product of all elements of D but numbers i and `without`. */
function productsWithout(without: i32): void {
  let product: f64 = 1;
  for (let i = 0; i < n; i++) {
    store<f64>(products + ((<usize>i) << 3), product);
    if (i != without) product *= load<f64>(cell(rows, stride, i, i));
  }
  product = 1;
  for (let i = n - 1; i >= 0; i--) {
    const at = products + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) * product);
    if (i != without) product *= load<f64>(cell(rows, stride, i, i));
  }
}

/** middle = dcof(D) along F, which is in `middle`: (i, i) sum_j F_jj p_ij, (i, j) -F_ji p_ij, p without i and j. */
function derivativeOfDiagonal(): void {
  for (let i = 0; i < n; i++) {
    productsWithout(i);
    let sum: f64 = 0;
    for (let j = 0; j < n; j++) {
      const product = load<f64>(products + ((<usize>j) << 3));
      if (j == i) continue;
      sum += load<f64>(cell(middle, stride, j, j)) * product;
      store<f64>(cell(spare, stride, i, j), -load<f64>(cell(middle, stride, j, i)) * product);
    }
    store<f64>(cell(spare, stride, i, i), sum);
  }
  memory.copy(middle, spare, <usize>n * stride);
}

function transposeInto(to: usize, from: usize): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) store<f64>(cell(to, stride, j, i), load<f64>(cell(from, stride, i, j)));
}

/** to = op(a) b */
function multiply(to: usize, a: usize, transposed: bool, b: usize): void {
  memory.fill(to, 0, <usize>n * stride);
  multiplyAdd(a, stride, transposed, b, stride, to, stride, n, n, n, false);
}

/** F = L^-1 P E Q U^-1, into `middle`. */
function toDiagonal(e: usize): void {
  loadMatrix(spare, stride, e, n, n, false);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      store<f64>(
        cell(middle, stride, i, j),
        load<f64>(cell(spare, stride, number(rowOrder, i), number(columnOrder, j))),
      );
  multiply(spare, left, false, middle);
  multiply(middle, spare, false, right);
}

/** y = det(P) det(Q) P^T L^-T middle U^-T Q^T */
function fromDiagonal(y: usize): void {
  multiply(spare, left, true, middle);
  transposeInto(middle, right);
  multiply(left, spare, false, middle);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const at = number(rowOrder, i) * n + number(columnOrder, j);
      store<f32>(y + ((<usize>at) << 2), <f32>(parity * load<f64>(cell(left, stride, i, j))));
    }
  }
}

/** By complete pivoting; for e = 0 the cofactors, else their derivative along e. */
function completely(e: usize, y: usize): void {
  factoriseCompletely();
  setIdentity(left, stride, n, n);
  setIdentity(right, stride, n, n);
  solveLower(rows, stride, n, left, stride, n, true);
  solveUpper(rows, stride, n, right, stride, n, true);
  if (e == 0) {
    productsWithout(-1);
    memory.fill(middle, 0, <usize>n * stride);
    for (let i = 0; i < n; i++) store<f64>(cell(middle, stride, i, i), load<f64>(products + ((<usize>i) << 3)));
  } else {
    toDiagonal(e);
    derivativeOfDiagonal();
  }
  fromDiagonal(y);
}

/** The largest sum of magnitudes of a row. */
function largestRow(matrix: usize): f64 {
  let most: f64 = 0;
  for (let i = 0; i < n; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < n; j++) sum += abs(load<f64>(cell(matrix, stride, i, j)));
    most = max(most, sum);
  }
  return most;
}

/** By the inverse; false if that is not accurate. */
function byInverse(y: usize): bool {
  memory.copy(middle, rows, <usize>n * stride);
  const size = largestRow(rows);
  factorise(middle, stride, n, rowOrder);
  const determinant = productOf(middle, stride, n, sign);
  permuted(left, stride, n, rowOrder);
  solveFactored(middle, stride, n, left, stride, n);
  if (!(size * largestRow(left) <= WELL_CONDITIONED)) return false;
  for (let i = 0; i < n; i++) {
    const row = rowAt(left, stride, i);
    for (let j = 0; j < n; j++) {
      const at = row + ((<usize>j) << 3);
      store<f64>(at, determinant * load<f64>(at));
    }
  }
  storeMatrix(y, left, stride, n, n, true);
  return true;
}

/**
 * y [n, n]: the cofactors of a, or for an e that is not 0 their derivative along e. NaN for matrices that are not finite.
 */
export function cofactor(a: usize, e: usize, y: usize, scratch: usize, width: i32, begin: i32, end: i32): void {
  place(scratch, width);
  const each = (<usize>(n * n)) << 2;
  for (let unit = begin; unit < end; unit++) {
    const out = y + <usize>unit * each;
    const along: usize = e == 0 ? 0 : e + <usize>unit * each;
    if (!loadMatrix(rows, stride, a + <usize>unit * each, n, n, false)) fillNaN(out, n * n);
    else if (along != 0 || !byInverse(out)) completely(along, out);
  }
}
