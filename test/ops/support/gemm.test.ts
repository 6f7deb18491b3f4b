import { expect, it } from 'vitest';
import { gemmUnits } from '../../../src/ops/support/gemm.js';
import { kernelBench } from '../../support/kernels.js';

const bench = kernelBench();
const SIZES = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 24, 25, 40, 41];

/** How many elements of C the units [begin, end) write. */
function written(m: number, n: number, begin: number, end: number): number {
  bench.reset();
  const [a, b, c] = [bench.f32(new Float32Array(m)), bench.f32(new Float32Array(n)), bench.out(m * n)];
  bench.kernels.gemm(a, 1, b, n, c, n, m, n, 1, 0, 0, 0, 0, 0, 0, begin, end);
  return bench.readF32(c, m * n).filter((value) => !Number.isNaN(value)).length;
}

it('counts the units of a product as the kernel does', () => {
  for (const m of SIZES) {
    for (const n of SIZES) {
      const units = gemmUnits(m, n);
      const all = `${m} x ${n}`;
      expect(written(m, n, 0, units), all).toBe(m * n);
      expect(written(m, n, units - 1, units), `last of ${all}`).toBeGreaterThan(0);
      expect(written(m, n, units, units + 1), `past ${all}`).toBe(0);
    }
  }
});
