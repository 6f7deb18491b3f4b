// A factorisation kept in `square`, its reflections below the diagonal and their factors in `taus`.
import { n, order, places, square, squareStride, taus, u, z } from "./layout";

// @ts-ignore: decorator
@inline
export function cell(vector: usize, i: i32): usize {
  return vector + ((<usize>i) << 3);
}

/** The original number of the column that stands at `j`. */
// @ts-ignore: decorator
@inline
export function originalOf(j: i32): i32 {
  return <i32>load<f64>(cell(order, j));
}

/** z = H z for the reflection in column `at`. */
export function reflectVector(at: i32): void {
  const first = cell(square + <usize>at * squareStride, at);
  let sum = load<f64>(cell(z, at));
  let entry = first + squareStride;
  for (let i = at + 1; i < n; i++, entry += squareStride) sum += load<f64>(entry) * load<f64>(cell(z, i));
  sum *= load<f64>(cell(taus, at));
  store<f64>(cell(z, at), load<f64>(cell(z, at)) - sum);
  entry = first + squareStride;
  for (let i = at + 1; i < n; i++, entry += squareStride)
    store<f64>(cell(z, i), load<f64>(cell(z, i)) - sum * load<f64>(entry));
}

/**
 * To `places` the numbers of the n columns by falling magnitude, which is in `u`: with rows in that order, reflections
 * with pivoting keep the digits of small rows beside large ones (Cox and Higham 1998).
 */
export function sortPlaces(): void {
  for (let j = 0; j < n; j++) {
    const size = load<f64>(cell(u, j));
    let i = j;
    while (i > 0 && load<f64>(cell(u, <i32>load<f64>(cell(places, i - 1)))) < size) {
      store<f64>(cell(places, i), load<f64>(cell(places, i - 1)));
      i--;
    }
    store<f64>(cell(places, i), <f64>j);
  }
}
