export interface BenchmarkRequest {
  readonly threads: number;
}

export interface Contender {
  readonly name: string;
  /** Without WebAssembly. */
  readonly plain: boolean;
  /** Billions of multiplications and additions a second. */
  readonly gflops: number;
}

export type BenchmarkReply =
  | { readonly kind: 'size'; readonly size: number; readonly contenders: readonly Contender[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

/** Sizes of the matrices. */
export const SIZES = [64, 128, 256, 512] as const;
