// Float64 references that Math lacks, and the distance of a float from them.

/** erfc(a) for a >= 0: series of erf below 2, the continued fraction above (Abramowitz and Stegun 7.1.5, 7.1.14). */
function erfcPositive(a: number): number {
  if (a < 2) {
    let term = a;
    let sum = a;
    for (let n = 1; Math.abs(term) > 1e-18 * sum; n++) {
      term *= (-a * a) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (a + fraction);
  return Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction);
}

export const erfc = (x: number): number => (x < 0 ? 2 - erfcPositive(-x) : erfcPositive(x));

/** Small |x| by the series, so that the result is relatively exact there too. */
export function erf(x: number): number {
  if (x === 0) return x;
  if (Math.abs(x) >= 0.5 || Number.isNaN(x)) return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 20; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** |actual - exact| in units of the last place of a float the size of `exact`; Infinity when a special value is wrong. */
export function ulpError(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(actual, rounded)) return 0;
  if (Number.isNaN(rounded) || exact === 0) return Infinity;
  // If only one of the two overflows and they differ by the last bit, the error is one unit.
  const value = Math.abs(actual) === Infinity ? Math.sign(actual) * 2 ** 128 : actual;
  if (Math.abs(exact) > 2 ** 128)
    return Math.abs(value) >= LARGEST && Math.abs(exact) < 2 ** 128 * (1 + 2 ** -22) ? 1 : Infinity;
  double[0] = Math.abs(exact);
  const exponent = (words[1]! >>> 20) - 1023;
  return Math.abs(value - exact) / 2 ** (Math.max(exponent, -126) - 23);
}
