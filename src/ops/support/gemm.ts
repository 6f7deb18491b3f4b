import type { Shape } from '../../core/shapes.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { COLUMN_GRAIN, ROW_GRAIN } from '../../runtime/generated/layout.js';
import { callNamed } from '../../runtime/kernels.js';

/** Sizes of a matrix product: op(A) is [m, k], op(B) is [k, n]. */
export interface ProductSizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Which operands are stored transposed. */
export interface TransposeFlags {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Sizes of the product over the last two axes of shapes that fit. */
export function productSizes(a: Shape, b: Shape, { transposeA, transposeB }: TransposeFlags): ProductSizes {
  const [rows, columns] = [a.at(-2) ?? 1, a.at(-1) ?? 1];
  const [m, k] = transposeA ? [columns, rows] : [rows, columns];
  return { m, k, n: b.at(transposeB ? -2 : -1) ?? 1 };
}

/** What the kernel applies to each sum: activation(sum + bias). */
export interface Epilogue {
  /** Address of n floats, 0 for none. */
  readonly bias: number;
  /** The kernel's number of the activation, 0 for none. */
  readonly activation: number;
  readonly slope: number;
}

/** Neither bias nor activation. */
export const NOTHING: Epilogue = { bias: 0, activation: 0, slope: 0 };

/** Work units of an m x n product, as in `gemmUnits` of assembly/gemm/gemm.ts. */
export function gemmUnits(m: number, n: number): number {
  return m >= n ? Math.ceil(m / ROW_GRAIN) : Math.ceil(n / COLUMN_GRAIN);
}

/** C = activation(op(A) op(B) + bias) of contiguous matrices given by address. */
export function callGemm(
  a: number,
  b: number,
  c: number,
  { m, n, k }: ProductSizes,
  { transposeA, transposeB }: TransposeFlags,
  { bias, activation, slope }: Epilogue = NOTHING,
): void {
  if (m * n === 0) return;
  callNamed(kernels.gemm, {
    a,
    lda: transposeA ? m : k,
    b,
    ldb: transposeB ? k : n,
    c,
    ldc: n,
    m,
    n,
    k,
    transposeA: Number(transposeA),
    transposeB: Number(transposeB),
    accumulate: 0,
    bias,
    activation,
    slope,
    end: gemmUnits(m, n),
  });
}

/**
 * The same for `count` consecutive matrices. `stepA` and `stepB` count matrices; 0 uses the same one for all products.
 */
export function callGemmBatched(
  a: number,
  stepA: number,
  b: number,
  stepB: number,
  c: number,
  { m, n, k }: ProductSizes,
  { transposeA, transposeB }: TransposeFlags,
  count: number,
): void {
  if (m * n === 0) return;
  callNamed(kernels.gemmBatched, {
    a,
    lda: transposeA ? m : k,
    strideA: stepA * m * k,
    b,
    ldb: transposeB ? k : n,
    strideB: stepB * k * n,
    c,
    ldc: n,
    strideC: m * n,
    m,
    n,
    k,
    transposeA: Number(transposeA),
    transposeB: Number(transposeB),
    accumulate: 0,
    end: count,
  });
}
