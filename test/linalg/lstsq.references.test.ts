// Against solutions in long double by NumPy: references/make.py writes them, and has the recipes below, too.
import { describe, expect, it } from 'vitest';
import { lstsq, memory, tensor } from '../../src/index.js';
import { linearRegression } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';
import references from './references/least-squares.json';

withRuntime();

/** What rounding to f32 and a little more may change, relative to the largest part of a solution. */
const TOLERANCE = 2 ** -23;

type Recipe = (a: Float32Array, i: number, j: number, n: number) => number;

const recipes: Readonly<Record<string, Recipe>> = {
  plain: (a, i, j, n) => a[i * n + j]!,
  scaled: (a, i, j, n) => a[i * n + j]! * 2 ** (((j * 7) % 55) - 27),
  near: (a, i, j, n) => a[i * n]! + (j > 0 ? a[i * n + j]! * 2 ** -18 : 0),
  close: (a, i, j, n) => a[i * n]! + (j > 0 ? a[i * n + j]! * 2 ** -13 : 0),
  repeated: (a, i, j, n) => {
    const independent = Math.ceil(n / 3);
    return a[i * n + (j % independent)]! * (j % 3 === 2 && j >= independent ? 4 : 1);
  },
};

/** The lengths of the columns of a row-major matrix. */
function lengthsOf(a: ArrayLike<number>, n: number): Float64Array {
  const squares = new Float64Array(n);
  for (let i = 0; i < a.length; i++) squares[i % n]! += a[i]! ** 2;
  return squares.map(Math.sqrt);
}

/** Compares what each column contributes: a weight counts as much as its column is long. */
function expectSolution(x: ArrayLike<number>, expected: readonly number[], lengths: ArrayLike<number>): void {
  const largest = Math.max(...expected.map((value, j) => Math.abs(value * lengths[j]!)));
  expected.forEach((value, j) => {
    const off = Math.abs(x[j]! - value) * lengths[j]!;
    if (!(off <= TOLERANCE * largest)) expect.fail(`column ${j}: expected ${value}, got ${x[j]}, largest ${largest}`);
  });
}

describe('lstsq against NumPy', () => {
  it.each(references.systems)('$recipe, $m by $n', ({ recipe, m, n, seed, x }) => {
    const flat = numbers(m * n, seed);
    const a = Float32Array.from({ length: m * n }, (_, at) => recipes[recipe]!(flat, Math.floor(at / n), at % n, n));
    const [left, right] = [tensor(a, [m, n]), tensor(numbers(m, seed + 1000))];
    const solution = lstsq(left, right);
    expectSolution(solution.data(), x, lengthsOf(a, n));
    for (const each of [left, right, solution]) each.dispose();
    expect(memory().liveTensors).toBe(0);
  });
});

describe('linearRegression against NumPy', () => {
  it.each(references.regressions)('$name', ({ x, y, weights, bias, at, predicted }) => {
    const fit = linearRegression(x, y);
    const lengths = lengthsOf(x.flat(), weights.length);
    expectSolution([...fit.weights.data(), fit.bias.item()], [...weights, bias], [...lengths, Math.sqrt(x.length)]);
    const spread = Math.max(...y) - Math.min(...y);
    const values = fit.predict(at);
    values.data().forEach((value, i) => {
      expect(Math.abs(value - predicted[i]!)).toBeLessThan(1e-6 * spread + 1e-7 * Math.abs(predicted[i]!));
    });
    values.dispose();
    fit.dispose();
    expect(memory().liveTensors).toBe(0);
  });
});
