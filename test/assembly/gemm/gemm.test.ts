import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { bitsOf, blank, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

const DIMENSIONS = [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 33, 64, 65, 100, 130, 257];
const ACTIVATIONS = { linear: 0, relu: 1, sigmoid: 2, tanh: 3, leakyRelu: 4 } as const;
const SLOPE = Math.fround(0.2);

interface Problem {
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

const plain: Omit<Problem, 'm' | 'n' | 'k'> = {
  transposeA: false,
  transposeB: false,
  accumulate: false,
  bias: false,
  activation: 'linear',
  spareA: 0,
  spareB: 0,
  spareC: 0,
};

type Fill = (length: number, seed: number) => Float32Array;

/** Operands in memory order; what lies between the rows is NaN, so that a stray read shows. */
function operands(problem: Problem, fill: Fill) {
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

type Operands = ReturnType<typeof operands>;

function activate(x: number, activation: Problem['activation']): number {
  if (activation === 'relu') return Math.max(x, 0);
  if (activation === 'sigmoid') return 1 / (1 + Math.exp(-x));
  if (activation === 'tanh') return Math.tanh(x);
  return activation === 'leakyRelu' && !(x > 0) ? SLOPE * x : x;
}

/** Checks every element against a float64 sum, within a bound that follows from the sum of magnitudes. */
function compare(
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

function caller(problem: Problem, { a, lda, b, ldb, ldc, bias }: Operands) {
  const { m, n, k } = problem;
  const [pa, pb, pbias] = [bench.f32(a), bench.f32(b), bias ? bench.f32(bias) : 0];
  return (c: number, begin: number, end: number): void => {
    kernels.gemm(
      ...([pa, lda, pb, ldb, c, ldc, m, n, k] as const),
      ...([+problem.transposeA, +problem.transposeB, +problem.accumulate] as const),
      ...([pbias, ACTIVATIONS[problem.activation], SLOPE, begin, end] as const),
    );
  };
}

function check(problem: Problem, fill: Fill = numbers, exact = false): Float32Array {
  bench.reset();
  const data = operands(problem, fill);
  const c = bench.f32(data.c);
  caller(problem, data)(c, 0, kernels.gemmUnits(problem.m, problem.n));
  const got = bench.readF32(c, data.c.length);
  compare(problem, data, got, exact);
  return got;
}

const integers: Fill = (length, seed) => numbers(length, seed, -8, 9).map(Math.floor);

const transposes = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

const problems = (largest: number): fc.Arbitrary<Problem> => {
  const dimension = fc.oneof(fc.constantFrom(...DIMENSIONS.filter((d) => d <= largest)), fc.nat(Math.min(largest, 40)));
  const spare = fc.constantFrom(0, 1, 3, 8);
  const flag = fc.boolean();
  const activation = fc.constantFrom(...(Object.keys(ACTIVATIONS) as Problem['activation'][]));
  return fc.record({
    ...{ m: dimension, n: dimension, k: dimension, transposeA: flag, transposeB: flag },
    ...{ accumulate: flag, bias: flag, activation, spareA: spare, spareB: spare, spareC: spare },
  });
};

describe('gemm', () => {
  describe.each(transposes)('transposeA %s, transposeB %s', (transposeA, transposeB) => {
    it('is exact on integers, over ragged shapes', () => {
      for (const m of DIMENSIONS) {
        for (const n of DIMENSIONS) {
          const k = DIMENSIONS[(DIMENSIONS.indexOf(m) + 3 * DIMENSIONS.indexOf(n)) % DIMENSIONS.length]!;
          if (m * n * k > 2e6) continue;
          check({ ...plain, m, n, k, transposeA, transposeB }, integers, true);
        }
      }
    });

    it('is exact on integers where blocks end', () => {
      for (const [m, n, k] of [
        [257, 17, 513],
        [121, 513, 9],
        [6, 1030, 257],
        [130, 65, 256],
      ] as const) {
        check({ ...plain, m, n, k, transposeA, transposeB, accumulate: k === 9 }, integers, true);
      }
    });
  });

  it('follows float64 with every option', () => {
    fc.assert(
      fc.property(problems(130), (problem) => {
        check(problem);
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('gives the same bits however the range is cut, and writes nothing outside of it', () => {
    fc.assert(
      fc.property(problems(65), (problem) => {
        bench.reset();
        const data = operands(problem, numbers);
        const units = kernels.gemmUnits(problem.m, problem.n);
        const got = inSlices(bench, data.c, units, caller(problem, data));
        compare(problem, data, got, false);
      }),
      { numRuns: 150, seed: 8 },
    );
  });

  it.each([
    [130, 65, 600],
    [65, 130, 600],
    [3, 257, 300],
    [257, 1, 300],
    [257, 2, 300],
    [1, 257, 300],
  ])('cut anywhere, %i x %i x %i', (m, n, k) => {
    for (const [transposeA, transposeB] of transposes) {
      bench.reset();
      const problem: Problem = { ...plain, m, n, k, transposeA, transposeB, bias: true, activation: 'tanh' };
      const data = operands(problem, numbers);
      inSlices(bench, data.c, kernels.gemmUnits(m, n), caller(problem, data));
    }
  });

  it('adds the bias and applies the activation as separate steps would, to the bit', () => {
    for (const [m, n, k] of [
      [17, 33, 9],
      [17, 33, 600],
      [1, 33, 100],
      [33, 1, 100],
    ] as const) {
      const product = check({ ...plain, m, n, k });
      const fused = check({ ...plain, m, n, k, bias: true, activation: 'relu' });
      const bias = numbers(n, 4);
      const separate = product.map((x, i) => Math.max(Math.fround(x + bias[i % n]!), 0));
      expect(bitsOf(fused)).toEqual(bitsOf(separate));
    }
  });

  it('keeps NaN and infinities where they belong', () => {
    for (const m of [2, 7]) {
      for (const activation of Object.keys(ACTIVATIONS) as Problem['activation'][]) {
        bench.reset();
        const a = bench.f32([NaN, Infinity, -Infinity, 1, 2, 3, 4].slice(0, m));
        const b = bench.f32([1, 2, 3]);
        const c = bench.out(m * 3);
        kernels.gemm(a, 1, b, 3, c, 3, m, 3, 1, 0, 0, 0, 0, ACTIVATIONS[activation], SLOPE, 0, kernels.gemmUnits(m, 3));
        const got = bench.readF32(c, m * 3);
        expect([...got.slice(0, 3)]).toEqual([NaN, NaN, NaN]);
        expect([...got.slice(3, 6)]).toEqual(Array(3).fill(activate(Infinity, activation)));
        if (m > 2) expect([...got.slice(6, 9)]).toEqual(Array(3).fill(activate(-Infinity, activation)));
      }
    }
  });

  it('counts its units by rows of 5 or columns of 8', () => {
    for (const m of DIMENSIONS) {
      for (const n of DIMENSIONS) expect(kernels.gemmUnits(m, n)).toBe(m >= n ? Math.ceil(m / 5) : Math.ceil(n / 8));
    }
  });
});

describe('gemmBatched', () => {
  const batch = 7;
  it.each([
    ['own operands', true, true],
    ['shared A', false, true],
    ['shared B', true, false],
  ])('%s: every entry is the plain product', (_, ownA, ownB) => {
    const [m, n, k] = [9, 5, 6];
    for (const [transposeA, transposeB] of transposes) {
      bench.reset();
      const a = bench.f32(numbers(batch * m * k, 1));
      const b = bench.f32(numbers(batch * k * n, 2));
      const [lda, ldb] = [transposeA ? m : k, transposeB ? k : n];
      const [strideA, strideB] = [ownA ? m * k : 0, ownB ? k * n : 0];
      const initial = numbers(batch * m * n, 3);
      const single = bench.f32(initial);
      for (let e = 0; e < batch; e++) {
        const [pa, pb, pc] = [a + 4 * e * strideA, b + 4 * e * strideB, single + 4 * e * m * n];
        kernels.gemm(
          pa,
          lda,
          pb,
          ldb,
          pc,
          n,
          m,
          n,
          k,
          +transposeA,
          +transposeB,
          1,
          0,
          0,
          0,
          0,
          kernels.gemmUnits(m, n),
        );
      }
      const got = inSlices(bench, initial, batch, (c, begin, end) => {
        kernels.gemmBatched(
          ...([a, lda, strideA, b, ldb, strideB, c, n, m * n, m, n, k] as const),
          ...([+transposeA, +transposeB, 1, begin, end] as const),
        );
      });
      expect(bitsOf(got)).toEqual(bitsOf(bench.readF32(single, batch * m * n)));
    }
  });
});
