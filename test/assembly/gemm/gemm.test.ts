import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { gemmUnits } from '../../../src/ops/support/gemm.js';
import { kernelBench } from '../../support/kernels.js';
import { bitsOf, inSlices, numbers } from '../../support/slices.js';
import {
  ACTIVATIONS,
  DIMENSIONS,
  SLOPE,
  activate,
  compare,
  integers,
  operands,
  plain,
  transposes,
} from './reference.js';
import type { Fill, Operands, Problem } from './reference.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

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

const activations = Object.keys(ACTIVATIONS) as Problem['activation'][];

const problems = (largest: number): fc.Arbitrary<Problem> => {
  const dimension = fc.oneof(fc.constantFrom(...DIMENSIONS.filter((d) => d <= largest)), fc.nat(Math.min(largest, 40)));
  const spare = fc.constantFrom(0, 1, 3, 8);
  const flag = fc.boolean();
  const activation = fc.constantFrom(...activations);
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
      { numRuns: 80, seed: 8 },
    );
  });

  it.each([
    [62, 33, 600],
    [33, 62, 600],
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

  it.each([
    [17, 33, 9],
    [17, 33, 600],
    [1, 33, 100],
    [4, 3, 2],
    [33, 1, 100],
  ])('%i x %i x %i: bias and activation have the bits of separate kernels', (m, n, k) => {
    const separate = {
      linear: () => undefined,
      relu: (y: number) => kernels.reluMap(y, y, 0, m * n),
      sigmoid: (y: number) => kernels.sigmoidMap(y, y, 0, m * n),
      tanh: (y: number) => kernels.tanhMap(y, y, 0, m * n),
      leakyRelu: (y: number) => kernels.leakyReluMap(y, y, SLOPE, 0, m * n),
    };
    const product = check({ ...plain, m, n, k });
    const bias = numbers(n, 4);
    const sums = product.map((x, i) => x + bias[i % n]!);
    for (const activation of activations) {
      const fused = check({ ...plain, m, n, k, bias: true, activation });
      const y = bench.f32(sums);
      separate[activation](y);
      expect(bitsOf(fused), activation).toEqual(bitsOf(bench.readF32(y, m * n)));
    }
  });

  it('keeps NaN and infinities where they belong', () => {
    for (const m of [2, 7]) {
      for (const activation of activations) {
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

  it('counts its units as the operations do', () => {
    for (const m of DIMENSIONS) {
      for (const n of DIMENSIONS) expect(kernels.gemmUnits(m, n)).toBe(gemmUnits(m, n));
    }
  });
});
