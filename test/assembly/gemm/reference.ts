// The product in float64, element by element, and a bound for the float32 kernel that follows from its sum of magnitudes.
import { expect } from 'vitest';
import { blank, numbers } from '../../support/slices.js';

export const DIMENSIONS = [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 33, 64, 65, 100, 130, 257];
export const ACTIVATIONS = { linear: 0, relu: 1, sigmoid: 2, tanh: 3, leakyRelu: 4 } as const;
export const SLOPE = Math.fround(0.2);

export interface Problem {
  m: number;
  n: number;
  k: number;
  transposeA: boolean;
  transposeB: boolean;
  accumulate: boolean;
  bias: boolean;
  activation: keyof typeof ACTIVATIONS;
  /** What the leading dimensions have beyond the width. */
  spareA: number;
  spareB: number;
  spareC: number;
}

export const plain: Omit<Problem, 'm' | 'n' | 'k'> = {
  transposeA: false,
  transposeB: false,
  accumulate: false,
  bias: false,
  activation: 'linear',
  spareA: 0,
  spareB: 0,
  spareC: 0,
};

export type Fill = (length: number, seed: number) => Float32Array;

/** Operands in memory order; what lies between the rows is NaN, so that a stray read shows. */
export function operands(problem: Problem, fill: Fill) {
  const { m, n, k, transposeA, transposeB, spareA, spareB, spareC } = problem;
  const [rowsA, widthA] = transposeA ? [k, m] : [m, k];
  const [rowsB, widthB] = transposeB ? [n, k] : [k, n];
  const spaced = (rows: number, width: number, ld: number, seed: number): Float32Array => {
    const values = new Float32Array(rows * ld).fill(NaN);
    for (let r = 0; r < rows; r++) values.set(fill(width, seed + 31 * r), r * ld);
    return values;
  };
  const lda = widthA + spareA;
  const ldb = widthB + spareB;
  const ldc = n + spareC;
  const a = spaced(rowsA, widthA, lda, 1);
  const b = spaced(rowsB, widthB, ldb, 2);
  const c = blank(m * ldc);
  if (problem.accumulate) for (let i = 0; i < m; i++) c.set(fill(n, 3 + 31 * i), i * ldc);
  return { a, lda, b, ldb, c, ldc, bias: problem.bias ? fill(n, 4) : undefined };
}

export type Operands = ReturnType<typeof operands>;

export function activate(x: number, activation: Problem['activation']): number {
  if (activation === 'relu') return Math.max(x, 0);
  if (activation === 'sigmoid') return 1 / (1 + Math.exp(-x));
  if (activation === 'tanh') return Math.tanh(x);
  return activation === 'leakyRelu' && !(x > 0) ? SLOPE * x : x;
}

/** Checks every element against a float64 sum, within a bound that follows from the sum of magnitudes. */
export function compare(
  problem: Problem,
  { a, lda, b, ldb, c, ldc, bias }: Operands,
  got: Float32Array,
  exact: boolean,
): void {
  const { m, n, k, transposeA, transposeB } = problem;
  const [aRow, aStep] = transposeA ? [1, lda] : [lda, 1];
  const [bColumn, bStep] = transposeB ? [ldb, 1] : [1, ldb];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < ldc; j++) {
      const at = i * ldc + j;
      if (j >= n) {
        if (!Object.is(got[at], c[at])) expect.fail(`written between rows: (${i}, ${j})`);
        continue;
      }
      let sum = (problem.accumulate ? c[at]! : 0) + (bias?.[j] ?? 0);
      let size = Math.abs(sum) + 1;
      for (let p = 0; p < k; p++) {
        const product = a[i * aRow + p * aStep]! * b[p * bStep + j * bColumn]!;
        sum += product;
        size += Math.abs(product);
      }
      const expected = activate(sum, problem.activation);
      const bound = exact ? 0 : size * 4e-7 + 1e-6;
      if (!(Math.abs(got[at]! - expected) <= bound)) {
        expect.fail(`${JSON.stringify(problem)} (${i}, ${j}): expected ${expected}, got ${got[at]!}`);
      }
    }
  }
}

export const integers: Fill = (length, seed) => numbers(length, seed, -8, 9).map(Math.floor);

export const transposes = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;
