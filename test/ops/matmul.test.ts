import { describe, expect, it } from 'vitest';
import { graph } from '../../src/autodiff/graph.js';
import { vjp } from '../../src/ops/differentiation.js';
import { DTypeError, DisposedError, ShapeError } from '../../src/core/errors.js';
import { matmul } from '../../src/ops/matmul.js';
import { sum } from '../../src/ops/sum.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { wrong } from '../support/wrong.js';

withRuntime();

/** [m, k] by [k, n] in float64. */
function product64(a: Float32Array, b: Float32Array, m: number, n: number, k: number): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) c[i * n + j]! += a[i * k + p]! * b[p * n + j]!;
    }
  }
  return c;
}

describe('matmul', () => {
  it.each([
    [64, 128, 784],
    [1, 128, 784],
    [65, 10, 33],
    [100, 100, 257],
  ])('is right for layers of %i x %i x %i, and so are its gradients', (m, n, k) => {
    tidy(() => {
      const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)];
      const dc = numbers(m * n, 3);
      const [c, pull] = vjp((x, y) => matmul(x, y), [tensor(a, [m, k]), tensor(b, [k, n])]);
      expectClose(c.data(), product64(a, b, m, n, k), 1e-4);
      const flip = (x: Float32Array, rows: number, columns: number): Float32Array =>
        x.map((_, i) => x[(i % rows) * columns + Math.floor(i / rows)]!);
      const [da, db] = pull(tensor(dc, [m, n]));
      expectClose(da!.data(), product64(dc, flip(b, k, n), m, k, n), 1e-4);
      expectClose(db!.data(), product64(flip(a, m, k), dc, k, n, m), 1e-4);
      pull.dispose();
    });
  });

  it.each([
    [21, 300, 13],
    [22, 300, 16],
    [37, 1100, 21], // B is packed from 21 rows on where the sum is long
  ])('gives the rows of a partial tile the bits of a whole one: %i rows of %i by %i columns', (m, k, n) => {
    const [more, columns] = [40, numbers(k * n, 2)];
    const values = numbers(more * k, 1);
    const bits = (rows: number): number[] =>
      tidy(() => bitPatterns(matmul(tensor(values.slice(0, rows * k), [rows, k]), tensor(columns, [k, n])).data()));
    expect(bits(m)).toEqual(bits(more).slice(0, m * n));
  });

  it('makes one product of a batch by a shared matrix', () => {
    const f = (x: Parameters<typeof matmul>[0]) => matmul(x, weights);
    const weights = tensor(numbers(6, 1), [3, 2]);
    tidy(() => {
      const x = tensor(numbers(24, 2), [2, 4, 3]);
      expect(f(x).data()).toEqual(matmul(tensor(numbers(24, 2), [8, 3]), weights).data());
      const steps = graph(f, [x]).nodes.filter(({ op }) => op === 'matmul');
      expect(steps.map(({ shape }) => shape)).toEqual([[8, 2]]);
    });
    weights.dispose();
  });

  it('names both shapes when they do not fit', () => {
    tidy(() => {
      const [a, b, v] = [zeros([2, 3]), zeros([2, 4]), zeros([3])];
      expect(() => matmul(a, b)).toThrow(
        new ShapeError('matmul: expected inner sizes that agree, got [2, 3] and [2, 4]'),
      );
      expect(() => matmul(a, b, { transposeB: true })).toThrow('transposeB true');
      expect(() => matmul(zeros([2, 2, 3]), zeros([3, 3, 4]))).toThrow(
        new ShapeError('matmul: expected shapes that broadcast, got [2] and [3]'),
      );
      expect(() => matmul(tensor(1), v)).toThrow('expected at least one axis each, got [] and [3]');
      expect(() => matmul(v, a, { transposeA: true })).toThrow('expected two axes or more to transpose');
      expect(() => matmul(b, v)).toThrow(
        new ShapeError('matmul: expected inner sizes that agree, got [2, 4] and [3, 1]'),
      );
      expect(() => matmul(zeros([1, 1, 1, 1, 1, 1]), zeros([1, 2]))).not.toThrow();
    });
  });

  it('refuses other arguments', () => {
    tidy(() => {
      const a = zeros([2, 2]);
      expect(() => matmul(a, wrong(tensor([[1, 2]], [2, 1], 'i32')))).toThrow(
        new DTypeError('matmul: expected f32, got i32 of shape [2, 1]'),
      );
      // @ts-expect-error a misspelt option
      expect(() => matmul(a, a, { transposeX: true })).toThrow("unknown option 'transposeX'");
      // @ts-expect-error an option of another type
      expect(() => matmul(a, a, { transposeA: 1 })).toThrow(
        new TypeError('matmul: expected transposeA to be true or false, got 1'),
      );
      expect(() => matmul(a, wrong([[1, 2]]))).toThrow(new TypeError('matmul: expected a tensor, got [[1, 2]]'));
      const gone = zeros([2, 2]);
      gone.dispose();
      expect(() => matmul(a, gone)).toThrow(
        new DisposedError('matmul: expected a live tensor, got one of shape [2, 2] after dispose()'),
      );
      expect(sum(a).item()).toBe(0);
    });
  });
});
