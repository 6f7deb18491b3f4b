// Elementary functions in double precision from +, -, *, / alone, which IEEE 754 fixes to the bit. `Math.exp`, `log`,
// `cos` and `**` may differ in the last bit between engines; learning rates must not. Errors stay below
// 2 ulp (tested against exact arithmetic).

/** ln 2 in two parts. The first has 32 bits, so its product with any exponent is exact. */
const LN2_HIGH = 2977044471 / 4294967296;
const LN2_LOW = 1.9082149292705878e-10;

// Taylor coefficients, highest power first. On the reduced range the last term is below 2^-54 of the sum.
const EXP_SERIES = [
  1 / 6227020800,
  1 / 479001600,
  1 / 39916800,
  1 / 3628800,
  1 / 362880,
  1 / 40320,
  1 / 5040,
  1 / 720,
  1 / 120,
  1 / 24,
  1 / 6,
  1 / 2,
  1,
];
const ATANH_SERIES = [1 / 23, 1 / 21, 1 / 19, 1 / 17, 1 / 15, 1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3];
const SIN_SERIES = [
  1 / 355687428096000,
  -1 / 1307674368000,
  1 / 6227020800,
  -1 / 39916800,
  1 / 362880,
  -1 / 5040,
  1 / 120,
  -1 / 6,
];
const COS_SERIES = [
  1 / 20922789888000,
  -1 / 87178291200,
  1 / 479001600,
  -1 / 3628800,
  1 / 40320,
  -1 / 720,
  1 / 24,
  -1 / 2,
];

function horner(series: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < series.length; i++) sum = sum * x + series[i]!;
  return sum;
}

/** base^n for whole n >= 0, by squaring; exact for powers of two. */
export function integerPower(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** x * 2^k, 1/2 < x < 2: in two steps, since 2^k alone may be too large or too small for a double. */
function scale(x: number, k: number): number {
  if (k === 0) return x;
  const base = k < 0 ? 0.5 : 2;
  const n = Math.abs(k);
  const first = Math.min(n, 1000);
  return x * integerPower(base, first) * integerPower(base, n - first);
}

/** e^x. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  return scale(1 + r * horner(EXP_SERIES, r), k);
}

/** Natural logarithm: NaN below 0, -Infinity at 0. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x === Infinity ? x : NaN;
  // x = m * 2^k with m between sqrt(1/2) and sqrt(2); halving and doubling are exact; subnormals are only doubled.
  let [m, k] = [x, 0];
  for (; m < Math.SQRT1_2; k--) m *= 2;
  for (; m > Math.SQRT2; k++) m /= 2;
  // log m = 2 atanh(s) = 2 s (1 + s^2/3 + s^4/5 + ...)
  const s = (m - 1) / (m + 1);
  const z = s * s;
  return k * LN2_HIGH + (2 * s + (2 * s * z * horner(ATANH_SERIES, z) + k * LN2_LOW));
}

/** cos(pi x). The reduction is exact, so that cosPi(1/2) = 0 and cosPi(1) = -1. */
export function cosPi(x: number): number {
  const size = Math.abs(x);
  const turn = size <= 2 ? size : size % 2;
  const half = turn > 1 ? 2 - turn : turn; // 0..1
  if (half > 0.5) return -cosPi(1 - half);
  const near = half <= 0.25;
  const y = Math.PI * (near ? half : 0.5 - half);
  const z = y * y;
  return near ? 1 + z * horner(COS_SERIES, z) : y + y * z * horner(SIN_SERIES, z);
}

/** exponent => base^exponent for base > 0 and exponents >= 0: whole parts by multiplication, the rest as exp(f log base). */
export function powersOf(base: number): (exponent: number) => number {
  const logarithm = log(base);
  return (exponent) => {
    const whole = Math.floor(exponent);
    const rest = exponent - whole;
    return rest === 0 ? integerPower(base, whole) : integerPower(base, whole) * exp(rest * logarithm);
  };
}
