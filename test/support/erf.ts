/** The error function in float64 for |x| <= 4, by its power series (Abramowitz and Stegun 7.1.6: all terms positive). */
export function erf64(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 120; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}
