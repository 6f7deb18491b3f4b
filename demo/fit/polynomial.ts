// Points of a curve with noise, and the polynomials of every degree through them, by least squares.
import { concat, eye, lstsq, mul, randomNormal, randomUniform, tensor, tidy, zeros } from 'wasmgrad';

export type Points = [x: number, y: number][];

export interface Wish {
  readonly points: number;
  readonly noise: number;
  /** Strength of the pull of all coefficients to zero. */
  readonly decay: number;
  readonly seed: number;
}

export interface Fit {
  /** Root of the mean squared error, by degree. */
  readonly training: readonly number[];
  readonly test: readonly number[];
  readonly coefficients: readonly Float32Array[];
  readonly seen: Points;
  readonly unseen: Points;
}

const DEGREES = 21;
const UNSEEN = 200;

/** The curve without noise, from -1 to 1. */
export const truth = (x: number): number => Math.sin(3.5 * x) * Math.exp(-x * x) + 0.4 * x;

function sample(count: number, noise: number, seed: number): Points {
  const [x, e] = [randomUniform([count], { seed, min: -1, max: 1 }), randomNormal([count], { seed: seed + 1, std: 1 })];
  const [at, error] = [x.data(), e.data()];
  x.dispose();
  e.dispose();
  return Array.from(at, (value, i) => [value, truth(value) + noise * error[i]!]);
}

/** Chebyshev's polynomials up to a degree at x. Powers of x would be too much alike for 32 bits. */
function features(x: number, degree: number): number[] {
  const found = [1, x];
  for (let i = 2; i <= degree; i++) found.push(2 * x * found[i - 1]! - found[i - 2]!);
  return found.slice(0, degree + 1);
}

export const valueAt = (coefficients: Float32Array, x: number): number =>
  features(x, coefficients.length - 1).reduce((sum, feature, i) => sum + feature * coefficients[i]!, 0);

/** Least squares; decay is more rows, which want each coefficient to be zero. */
function solve(points: Points, degree: number, decay: number): Float32Array {
  const solution = tidy(() => {
    const rows = tensor(points.map(([x]) => features(x, degree)));
    const targets = tensor(points.map(([, y]) => y));
    const pull = mul(Math.sqrt(decay * points.length), eye(degree + 1));
    return lstsq(concat([rows, pull], 0), concat([targets, zeros([degree + 1])], 0));
  });
  const values = solution.data();
  solution.dispose();
  return values;
}

function errorOf(coefficients: Float32Array, points: Points): number {
  const sum = points.reduce((total, [x, y]) => total + (valueAt(coefficients, x) - y) ** 2, 0);
  return Math.sqrt(sum / points.length);
}

export function fitAll({ points, noise, decay, seed }: Wish): Fit {
  const [seen, unseen] = [sample(points, noise, 4 * seed), sample(UNSEEN, noise, 4 * seed + 2)];
  const coefficients = Array.from({ length: DEGREES }, (_, degree) => solve(seen, degree, decay));
  return {
    seen,
    unseen,
    coefficients,
    training: coefficients.map((each) => errorOf(each, seen)),
    test: coefficients.map((each) => errorOf(each, unseen)),
  };
}
