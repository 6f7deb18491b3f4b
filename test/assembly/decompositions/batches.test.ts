// Kernels on batches: any division of the batch gives the same bits, nothing is written beside the results, and memory handed
// over for large matrices is used like the workspace.
import { beforeEach, describe, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { blank, expectClose, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

/** Matrices with a strong diagonal, symmetric ones if asked. */
function matrices(units: number, m: number, n: number, isSymmetric = false): Float32Array {
  const values = numbers(units * m * n, m + n, -1, 1);
  return values.map((x, at) => {
    const [i, j] = [Math.floor(at / n) % m, at % n];
    if (i === j) return x + n;
    return isSymmetric && j > i ? values[at - i * n - j + j * n + i]! : x;
  });
}

interface Run {
  readonly name: string;
  readonly input: (units: number, n: number) => Float32Array;
  /** Results: the elements of one matrix, and how to compute one of them, the others going elsewhere. */
  readonly outputs: readonly {
    readonly each: (n: number) => number;
    readonly run: (a: number, y: number, scratch: number, n: number, begin: number, end: number) => void;
  }[];
}

const ROWS = 3; // more than columns, where that is allowed
const place = (): number => bench.out(20000);

const runs: readonly Run[] = [
  {
    name: 'cholesky',
    input: (units, n) => matrices(units, n, n, true),
    outputs: [
      { each: (n) => n * n, run: (a, y, scratch, n, begin, end) => kernels.cholesky(a, y, scratch, n, begin, end) },
    ],
  },
  {
    name: 'determinant',
    input: (units, n) => matrices(units, n, n),
    outputs: [
      { each: () => 1, run: (a, y, scratch, n, begin, end) => kernels.determinant(a, y, scratch, n, begin, end) },
    ],
  },
  {
    name: 'cofactor',
    input: (units, n) => matrices(units, n, n),
    outputs: [
      { each: (n) => n * n, run: (a, y, scratch, n, begin, end) => kernels.cofactor(a, 0, y, scratch, n, begin, end) },
      { each: (n) => n * n, run: (a, y, scratch, n, begin, end) => kernels.cofactor(a, a, y, scratch, n, begin, end) },
    ],
  },
  {
    name: 'solveSquare',
    input: (units, n) => matrices(units, n, n),
    outputs: [
      {
        each: (n) => n * n,
        run: (a, y, scratch, n, begin, end) => kernels.solveSquare(a, 0, y, scratch, 0, n, n, begin, end),
      },
      {
        each: (n) => n * n,
        run: (a, y, scratch, n, begin, end) => kernels.solveSquare(a, a, y, scratch, 1, n, n, begin, end),
      },
    ],
  },
  {
    name: 'solveTriangular',
    input: (units, n) => matrices(units, n, n),
    outputs: ([[0, 0], [0, 1], [1, 0], [1, 1]] as const).map(([upper, transposed]) => ({
      each: (n: number) => n * n,
      run: (a: number, y: number, scratch: number, n: number, begin: number, end: number) =>
        kernels.solveTriangular(a, a, y, scratch, upper, transposed, n, n, begin, end),
    })), // prettier-ignore
  },
  {
    name: 'qr',
    input: (units, n) => matrices(units, n + ROWS, n),
    outputs: [
      {
        each: (n) => (n + ROWS) * n,
        run: (a, y, scratch, n, begin, end) => kernels.qr(a, y, place(), scratch, n + ROWS, n, begin, end),
      },
      {
        each: (n) => n * n,
        run: (a, y, scratch, n, begin, end) => kernels.qr(a, place(), y, scratch, n + ROWS, n, begin, end),
      },
    ],
  },
  {
    name: 'eigh',
    input: (units, n) => matrices(units, n, n, true),
    outputs: [
      { each: (n) => n, run: (a, y, scratch, n, begin, end) => kernels.eigh(a, y, place(), scratch, n, begin, end) },
      {
        each: (n) => n * n,
        run: (a, y, scratch, n, begin, end) => kernels.eigh(a, place(), y, scratch, n, begin, end),
      },
    ],
  },
  {
    name: 'svd',
    input: (units, n) => matrices(units, n + ROWS, n),
    outputs: [
      {
        each: (n) => (n + ROWS) * n,
        run: (a, y, scratch, n, begin, end) => kernels.svd(a, y, place(), place(), scratch, n + ROWS, n, begin, end),
      },
      {
        each: (n) => n,
        run: (a, y, scratch, n, begin, end) => kernels.svd(a, place(), y, place(), scratch, n + ROWS, n, begin, end),
      },
      {
        each: (n) => n * n,
        run: (a, y, scratch, n, begin, end) => kernels.svd(a, place(), place(), y, scratch, n + ROWS, n, begin, end),
      },
    ],
  },
];

describe.each(runs)('$name', ({ input, outputs }) => {
  it.each([1, 2, 3, 5, 8, 13, 33])('of size %i, divided anywhere', (n) => {
    const units = n > 8 ? 3 : 7;
    for (const { each, run } of outputs) {
      const a = bench.f32(input(units, n));
      const initial = blank(units * each(n));
      const whole = inSlices(bench, initial, units, (y, begin, end) => run(a, y, 0, n, begin, end));
      const given = bench.out(200000);
      expectClose(
        inSlices(bench, initial, units, (y, begin, end) => run(a, y, given, n, begin, end)),
        whole,
        0,
      );
      bench.reset();
    }
  });
});
