import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { bitsOf, inSlices, numbers } from '../../support/slices.js';
import { transposes } from './reference.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

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
