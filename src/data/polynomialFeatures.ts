import { flag, knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { makeTensor } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { flatValues, type RowData } from './rows.js';

const WHERE = 'polynomialFeatures';
/** Elements that fit in 4 GiB. */
const MAX_ELEMENTS = 2 ** 30;

export interface PolynomialOptions {
  /** Whether the constant 1 comes first. Default true. */
  readonly includeBias?: boolean | undefined;
}

/** A monomial: an earlier one (its position) times one more feature. */
interface Factor {
  readonly parent: number;
  readonly feature: number;
}

/** binomial(features + degree, degree); a number too large to count exactly is too large anyway. */
function monomialCount(features: number, degree: number): number {
  if (features < 2) return features * degree + 1;
  let count = 1;
  for (let k = 1; k <= degree && count <= MAX_ELEMENTS; k++) count = (count * (features + k)) / k;
  return count;
}

/** All monomials after the constant in scikit-learn's order: by degree, factors in ascending order. */
function monomials(features: number, degree: number): Factor[] {
  const factors: Factor[] = [];
  let level = [{ position: 0, feature: 0 }];
  for (let k = 1; k <= degree && level.length > 0; k++) {
    const next: typeof level = [];
    for (const { position, feature: first } of level) {
      for (let feature = first; feature < features; feature++) {
        factors.push({ parent: position, feature });
        next.push({ position: factors.length, feature });
      }
    }
    level = next;
  }
  return factors;
}

/**
 * All monomials of the columns up to a degree: [n, d] -> [n, binomial(d + degree, degree)], in the order of
 * scikit-learn's PolynomialFeatures: 1, a, b, a^2, ab, b^2, ... Products are taken in float64.
 * [n] counts as one column. The result is a table of numbers: no gradient goes back through it.
 *
 * @param degree whole number >= 0
 * @throws ShapeError, TypeError; RangeError for an impossible degree or a result larger than memory
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
  const factors = monomials(d, degree);
  const skipped = includeBias ? 0 : 1;
  const width = factors.length + 1 - skipped;
  const out = new Float32Array(n * width);
  const row = new Float64Array(factors.length + 1).fill(1);
  for (let i = 0; i < n; i++) {
    for (const [k, { parent, feature }] of factors.entries()) row[k + 1] = row[parent]! * values[i * d + feature]!;
    out.set(row.subarray(skipped), i * width);
  }
  return makeTensor(WHERE, out, [n, width]);
}
