// Matrix products: pure JavaScript against the kernel and the operation, the result written to its own memory.
import { matmul, tensor } from 'wasmgrad';
import layers from './shapes/layers.json';
import squares from './shapes/square.json';
import type { Case, Family, Scale } from './support/family.js';
import { blocked, naiveIjk, naiveIkj, type Product, type ProductShape } from './support/javascript/matmul.js';
import { Kernels } from './support/kernels.js';
import { candidate, type Candidate } from './support/measure.js';
import { randomValues } from './support/random.js';

const JAVASCRIPT: Readonly<Record<string, Product>> = {
  'JS ijk': naiveIjk,
  'JS ikj': naiveIkj,
  'JS 4x4 tile': blocked,
};

/** The kernel itself on addresses. */
function kernelCandidate(kernels: Kernels, a: Float32Array, b: Float32Array, shape: ProductShape): Candidate {
  const { m, n, k, transposeA = false, transposeB = false } = shape;
  kernels.reset();
  const [pa, pb, pc] = [kernels.place(a), kernels.place(b), kernels.place(new Float32Array(m * n))];
  const { wasm } = kernels;
  const lda = transposeA ? m : k;
  const ldb = transposeB ? k : n;
  const [ta, tb] = [Number(transposeA), Number(transposeB)];
  const units = wasm.gemmUnits(m, n);
  return candidate('wasm kernel', () => {
    wasm.gemm(pa, lda, pb, ldb, pc, n, m, n, k, ta, tb, 0, 0, 0, 0, 0, units);
  });
}

/** Products of one shape. */
export function productCase(name: string, shape: ProductShape, kernels: Kernels): Case {
  const { m, n, k, transposeA = false, transposeB = false } = shape;
  const [a, b, c] = [randomValues(m * k, 1), randomValues(k * n, 2), new Float32Array(m * n)];
  const x = tensor(a, transposeA ? [k, m] : [m, k]);
  const y = tensor(b, transposeB ? [n, k] : [k, n]);
  const flags = { transposeA, transposeB };
  const javascript = Object.entries(JAVASCRIPT).map(([label, product]) =>
    candidate(label, () => {
      product(a, b, c, shape);
    }),
  );
  const operation = candidate('matmul()', () => {
    matmul(x, y, flags).dispose();
  });
  return {
    name,
    work: 2 * m * n * k,
    candidates: [...javascript, kernelCandidate(kernels, a, b, shape), operation],
    dispose: () => {
      x.dispose();
      y.dispose();
    },
  };
}

function* cases(scale: Scale): Generator<Case> {
  const kernels = new Kernels();
  const limit = scale === 'smoke' ? 1e5 : Infinity;
  for (const n of squares) {
    if (n ** 3 < limit) yield productCase(`${n} x ${n} x ${n}`, { m: n, n, k: n }, kernels);
  }
  for (const shape of layers) {
    if (shape.m * shape.n * shape.k >= limit) continue;
    const sizes = `${shape.m}x${shape.k}x${shape.n}`;
    yield productCase(`${shape.name} (${sizes})`, shape, kernels);
  }
}

export const family: Family = {
  name: 'matmul',
  title: 'Matrix product C[m,n] = A[m,k] B[k,n], one thread, strict SIMD',
  unit: 'GFLOP/s',
  ours: 'wasm kernel',
  others: Object.keys(JAVASCRIPT),
  shareOfPeak: true,
  cases,
};
