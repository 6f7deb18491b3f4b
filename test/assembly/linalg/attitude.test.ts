import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { blank, expectClose, inSlices, numbers } from '../../support/slices.js';
import { determinant3, svd64 } from '../../support/svd.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

/** a^T b of 3 by 3 matrices. */
function transposedProduct(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from({ length: 9 }, (_, i) =>
    [0, 3, 6].reduce((sum, row) => sum + a[row + Math.floor(i / 3)]! * b[row + (i % 3)]!, 0),
  );
}

function project(m: Float32Array): Float32Array {
  const count = m.length / 9;
  const pm = bench.f32(m);
  return inSlices(bench, blank(m.length), count, (r, begin, end) => kernels.projectSO3(pm, r, begin, end));
}

/** Orthonormal, det +1, and nearest: R^T M symmetric with the trace s1 + s2 +- s3, which no other rotation exceeds. */
function expectNearest(m: Float32Array, r: Float32Array): void {
  const gram = transposedProduct(r, r);
  gram.forEach((value, i) => expect(Math.abs(value - Number(i % 4 === 0))).toBeLessThan(1e-6));
  expect(Math.abs(determinant3(r) - 1)).toBeLessThan(1e-6);
  const [s1 = 0, s2 = 0, s3 = 0] = svd64(m, 3, 3).values;
  const p = transposedProduct(r, m);
  const best = s1 + s2 + Math.sign(determinant3(m)) * s3;
  expect(Math.abs(p[0]! + p[4]! + p[8]! - best)).toBeLessThanOrEqual(1e-6 * s1);
  for (const [i, j] of [
    [1, 3],
    [2, 6],
    [5, 7],
  ] as const)
    expect(Math.abs(p[i]! - p[j]!)).toBeLessThanOrEqual(1e-6 * s1);
}

/** Random matrices of a kind; rank 1 and 2, reflections, scaled ones, equal singular values. */
const kinds: Record<string, (seed: number) => Float32Array> = {
  random: (seed) => numbers(9, seed),
  reflections: (seed) => {
    const m = numbers(9, seed);
    return determinant3(m) < 0 ? m : m.map((x) => -x);
  },
  'rank 1': (seed) => {
    const [a, b] = [numbers(3, seed), numbers(3, seed + 1)];
    return Float32Array.from({ length: 9 }, (_, i) => a[Math.floor(i / 3)]! * b[i % 3]!);
  },
  'rank 2': (seed) => {
    const [a, b] = [numbers(6, seed), numbers(6, seed + 1)];
    return Float32Array.from({ length: 9 }, (_, i) => {
      const [row, column] = [Math.floor(i / 3), i % 3];
      return a[row]! * b[column]! + a[row + 3]! * b[column + 3]!;
    });
  },
  'nearly a reflection': (seed) =>
    Float32Array.of(-1, 0, 0, 0, -1, 0, 0, 0, -1).map((x, i) => x + 1e-6 * numbers(9, seed)[i]!),
  large: (seed) => numbers(9, seed).map((x) => x * 1e37),
  small: (seed) => numbers(9, seed).map((x) => x * 1e-42),
  'of many scales': (seed) => numbers(9, seed).map((x, i) => x * 10 ** (-2 * (i % 3))),
};

describe('projectSO3', () => {
  it.each(Object.entries(kinds))('2,000 matrices: %s', (_, make) => {
    const count = 2000;
    const m = new Float32Array(9 * count);
    for (let i = 0; i < count; i++) m.set(make(2 * i + 1), 9 * i);
    const r = bench.out(9 * count);
    kernels.projectSO3(bench.f32(m), r, 0, count);
    const results = bench.readF32(r, 9 * count);
    for (let i = 0; i < count; i++) expectNearest(m.slice(9 * i, 9 * i + 9), results.slice(9 * i, 9 * i + 9));
  });

  it('leaves rotations alone, and makes the identity of the zero matrix', () => {
    const rotation = Float32Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1);
    expectClose(project(rotation), rotation, 1e-7);
    expect([...project(new Float32Array(9))]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it.each([0, 1, 2, 3, 5, 8, 13])('%i matrices in pieces', (count) => {
    const m = numbers(9 * count, count);
    const r = project(m);
    for (let i = 0; i < count; i++) expectNearest(m.slice(9 * i, 9 * i + 9), r.slice(9 * i, 9 * i + 9));
  });

  it('gives NaN for what is not finite, and leaves the neighbour alone', () => {
    const m = Float32Array.of(NaN, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1);
    const r = project(m);
    expect([...r.slice(0, 9)].every(Number.isNaN)).toBe(true);
    expect([...r.slice(9)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });
});

/** U (E * (X - X^T)) V^T, X = U^T G V, E = 1 / (s_i + s_j): the formula of Levinson et al. in the singular basis. */
function derivative64(m: Float32Array, g: Float32Array): number[] {
  const { values, left, right } = svd64(m, 3, 3);
  const sign = Math.sign(determinant3(m));
  const s = [values[0]!, values[1]!, sign * values[2]!];
  const u = left.map((column, j) => column.map((x) => (j === 2 ? sign * x : x)));
  const x = (i: number, j: number): number =>
    u[i]!.reduce(
      (sum, a, row) => sum + right[j]!.reduce((inner, b, column) => inner + a * g[3 * row + column]! * b, 0),
      0,
    );
  return Array.from({ length: 9 }, (_, at) => {
    let sum = 0;
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        if (i !== j) sum += (u[i]![Math.floor(at / 3)]! * right[j]![at % 3]! * (x(i, j) - x(j, i))) / (s[i]! + s[j]!);
    return sum;
  });
}

function derivative(m: Float32Array, g: Float32Array): Float32Array {
  const count = m.length / 9;
  const r = bench.out(m.length, 0);
  const [pm, pg] = [bench.f32(m), bench.f32(g)];
  kernels.projectSO3(pm, r, 0, count);
  return inSlices(bench, blank(m.length), count, (d, begin, end) =>
    kernels.projectSO3Derivative(pg, pm, r, d, begin, end),
  );
}

describe('projectSO3Derivative', () => {
  it.each([1, 2, 3, 7, 40])('the closed form in the singular basis, %i matrices', (count) => {
    const [m, g] = [numbers(9 * count, count + 7), numbers(9 * count, count + 8)];
    const d = derivative(m, g);
    for (let i = 0; i < count; i++) {
      const [own, direction] = [m.slice(9 * i, 9 * i + 9), g.slice(9 * i, 9 * i + 9)];
      const [s1 = 0, s2 = 0, s3 = 0] = svd64(own, 3, 3).values;
      const gap = (s2 + Math.sign(determinant3(own)) * s3) / s1;
      expectClose(d.slice(9 * i, 9 * i + 9), derivative64(own, direction), 2e-6 / gap);
    }
  });

  it('stays finite and bounded where the nearest rotation is not unique', () => {
    for (const kind of ['rank 1', 'nearly a reflection'] as const) {
      for (let seed = 1; seed < 200; seed++) {
        const m = kinds[kind]!(seed);
        const d = derivative(m, numbers(9, seed + 5));
        const [s1 = 0] = svd64(m, 3, 3).values;
        expect(Math.max(...d.map(Math.abs)), `seed ${seed}`).toBeLessThan(2 ** 22 / s1);
        bench.reset();
      }
    }
    expect([...derivative(new Float32Array(9), numbers(9, 3))].map(Math.abs)).toEqual(new Array(9).fill(0));
    const reflection = Float32Array.of(-1, 0, 0, 0, -1, 0, 0, 0, -1);
    expect(derivative(reflection, numbers(9, 3)).every(Number.isFinite)).toBe(true);
  });
});

describe('unitQuaternionRows', () => {
  const normalise = (q: Float32Array): { y: Float32Array; inverse: Float32Array } => {
    const rows = q.length / 4;
    const [pq, inverse] = [bench.f32(q), bench.out(rows)];
    const y = inSlices(bench, blank(q.length), rows, (py, begin, end) =>
      kernels.unitQuaternionRows(pq, py, inverse, begin, end),
    );
    return { y, inverse: bench.readF32(inverse, rows) };
  };

  it.each([0, 1, 2, 3, 5, 17])('%i rows', (rows) => {
    for (const scale of [1, 1e37, 1e-37]) {
      const q = numbers(4 * rows, rows + 3).map((x) => x * scale);
      const { y, inverse } = normalise(q);
      for (let i = 0; i < rows; i++) {
        const row = [...q.slice(4 * i, 4 * i + 4)];
        const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
        expectClose(
          y.slice(4 * i, 4 * i + 4),
          row.map((x) => x / length),
          1e-7,
        );
        expect(Math.abs(inverse[i]! * length - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it('makes zero of zero', () => {
    const { y, inverse } = normalise(Float32Array.of(0, 0, -0, 0, 0, 3, 0, 4));
    expect([...y].map(Math.abs)).toEqual([0, 0, 0, 0, 0, Math.fround(0.6), 0, Math.fround(0.8)]);
    expect([...inverse]).toEqual([0, Math.fround(0.2)]);
  });
});
