// Float64 arrays with a shape, in which references are written, and functions on them for tests.
import type { Shape } from '../../src/core/shapes.js';

/** Row-major float64 values. */
export interface Array64 {
  readonly shape: Shape;
  readonly data: Float64Array;
}

const product = (shape: Shape): number => shape.reduce((total, size) => total * size, 1);

/** An array whose elements are given by their position: flat, and by axis. */
export function build64(shape: Shape, at: (index: number[], flat: number) => number): Array64 {
  const data = new Float64Array(product(shape));
  const index = shape.map(() => 0);
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = at(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

/** The element at a position; axes of size 1 and missing leading axes repeat. */
export function at64({ shape, data }: Array64, index: readonly number[]): number {
  const lead = index.length - shape.length;
  let flat = 0;
  shape.forEach((size, axis) => {
    flat = flat * size + (size === 1 ? 0 : index[axis + lead]!);
  });
  return data[flat]!;
}

/** f applied to the elements of arrays broadcast to a common shape. */
export function map64(f: (...values: number[]) => number): (...arrays: Array64[]) => Array64 {
  return (...arrays) => {
    const rank = Math.max(...arrays.map(({ shape }) => shape.length));
    const shape = Array.from({ length: rank }, (_, axis) => {
      const sizes = arrays.map((array) => array.shape[axis - rank + array.shape.length] ?? 1);
      return sizes.find((size) => size !== 1) ?? 1;
    });
    return build64(shape, (index) => f(...arrays.map((array) => at64(array, index))));
  };
}

/** The sum of products of two equally long lists. */
export function dot64(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** The gradient of a scalar function with respect to every element of `x`, by central differences of fourth order. */
export function gradient64(f: (x: Float64Array) => number, x: Float64Array, step: number): Float64Array {
  return x.map((value, i) => {
    const h = step * Math.max(1, Math.abs(value));
    const moved = (by: number): number => {
      const copy = Float64Array.from(x);
      copy[i] = value + by;
      return f(copy);
    };
    return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
  });
}
