// How the recurrent kernels divide their work: a block of sequences goes through all steps before the next block
// starts, so that its states stay in the cache. Blocks are independent. The range counts blocks, whose size depends
// only on the batch, so that bits do not depend on the number of threads.
import { prepacked } from "../gemm/blocked";
import { gemm, gemmUnits } from "../gemm/gemm";

/**
 * C (+)= A B + bias over all work units, for n columns of a matrix from column `first` on. `packed`: whether the matrix
 * consists of panels (packPanels). Every step reads it again, and its rows would evict each other from the cache.
 */
export function product(
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  first: i32,
  packed: i32,
  c: usize,
  ldc: i32,
  m: i32,
  n: i32,
  k: i32,
  accumulate: i32,
  bias: usize,
  activation: i32,
  slope: f32,
): void {
  if (packed) {
    prepacked(a, lda << 2, b, ldb, first, c, ldc << 2, m, n, k, accumulate, bias, activation, slope);
    return;
  }
  const column = b + ((<usize>first) << 2);
  gemm(a, lda, column, ldb, c, ldc, m, n, k, 0, 0, accumulate, bias, activation, slope, 0, gemmUnits(m, n));
}
