import { flag, knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { written } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { flatValues, type RowData } from './rows.js';

const WHERE = 'polynomialFeatures';
/** Elements that fit in 4 GiB. */
const MAX_ELEMENTS = 2 ** 30;

export interface PolynomialOptions {
  /** Whether the constant 1 comes first. Default true. */
  readonly includeBias?: boolean | undefined;
}

/** Monomials: each is an earlier one (its position) times one more feature. The constant, at position 0, is neither. */
interface Monomials {
  readonly parents: Uint32Array;
  readonly features: Uint32Array;
}

/** binomial(features + degree, degree); a number too large to count exactly is too large anyway. */
function monomialCount(features: number, degree: number): number {
  if (features < 2) return features * degree + 1;
  let count = 1;
  for (let k = 1; k <= degree && count <= MAX_ELEMENTS; k++) count = (count * (features + k)) / k;
  return count;
}

/** `count` monomials in scikit-learn's order: by degree, factors in ascending order. */
function monomials(count: number, features: number): Monomials {
  const all = { parents: new Uint32Array(count), features: new Uint32Array(count) };
  for (let position = 1, parent = 0; position < count; parent++)
    for (let feature = all.features[parent] ?? 0; feature < features && position < count; feature++) {
      all.parents[position] = parent;
      all.features[position++] = feature;
    }
  return all;
}

/**
 * All monomials of the columns up to a degree: [n, d] -> [n, binomial(d + degree, degree)], in the order of
 * scikit-learn's PolynomialFeatures: 1, a, b, a^2, ab, b^2, ... Products are taken in float64.
 * [n] counts as one column. The result is a table of numbers: no gradient goes back through it.
 *
 * @param degree whole number >= 0
 * @throws ShapeError, TypeError; RangeError for an impossible degree or size; OutOfMemoryError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { polynomialFeatures } from 'wasmgrad/data';
 * await init();
 * console.log(polynomialFeatures([[2, 3]], 2).toArray()); // [[1, 2, 3, 4, 6, 9]]
 * ```
 */
export function polynomialFeatures(x: RowData, degree: number, options: PolynomialOptions = {}): Tensor {
  const { includeBias = true } = knownOptions(WHERE, options, ['includeBias']);
  flag(WHERE, 'includeBias', includeBias);
  wholeNumber(WHERE, 'degree', degree, { min: includeBias ? 0 : 1, max: MAX_ELEMENTS });
  const { values, shape } = flatValues(WHERE, x);
  if (shape.length > 2) refuse(ShapeError, WHERE, 'x [n, d] or [n]', shape);
  const [n = 1, d = 1] = shape;
  const count = monomialCount(d, degree);
  if (n * count > MAX_ELEMENTS) {
    refuse(RangeError, WHERE, `at most ${MAX_ELEMENTS} elements`, `${n} rows of ${count} monomials`);
  }
  const skipped = includeBias ? 0 : 1;
  const width = count - skipped;
  return written(WHERE, [n, width], (out) => {
    const { parents, features } = monomials(count, d);
    const row = new Float64Array(count).fill(1);
    for (let i = 0; i < n; i++) {
      for (let k = 1; k < count; k++) row[k] = row[parents[k]!]! * values[i * d + features[k]!]!;
      out.set(row.subarray(skipped), i * width);
    }
  });
}
