import type { Shape } from '../../../src/core/shapes.js';
import { sizeOf } from '../../../src/core/shapes.js';
import { cholesky } from '../../../src/linalg/cholesky.js';
import { det } from '../../../src/linalg/det.js';
import { eigh } from '../../../src/linalg/eigh.js';
import { inv } from '../../../src/linalg/inv.js';
import { qr } from '../../../src/linalg/qr.js';
import { solve } from '../../../src/linalg/solve.js';
import { svd } from '../../../src/linalg/svd.js';
import type { Array64 } from '../arrays.js';
import { cholesky64, eigh64, factors64, gauss64, laplace64, qr64, type Matrix } from '../decompositions.js';
import { numbers } from '../slices.js';
import type { Input, Sample } from './sample.js';

/** The matrices of a batch, as rows. */
function matricesOf({ shape, data }: Array64): Matrix[] {
  const [m = 0, n = 0] = shape.slice(-2);
  return Array.from({ length: sizeOf(shape.slice(0, -2)) }, (_, unit) =>
    Array.from({ length: m }, (__, i) => Array.from(data.subarray((unit * m + i) * n, (unit * m + i + 1) * n))),
  );
}

/** f of each matrix; `inner`: the shape of its result. */
const each =
  (inner: (m: number, n: number) => Shape, f: (a: Matrix, n: number) => readonly (number | readonly number[])[]) =>
  (a: Array64): Array64 => {
    const [m = 0, n = 0] = a.shape.slice(-2);
    const data = matricesOf(a).flatMap((matrix) => f(matrix, n).flat());
    return { shape: [...a.shape.slice(0, -2), ...inner(m, n)], data: Float64Array.from(data) };
  };

/** Random matrices with a number added to the diagonal, more from row to row, so that pivots and gaps are not small. */
function matrices(shape: Shape, diagonal: number, seed = 3): Input {
  const [m = 0, n = 0] = shape.slice(-2);
  const values = Array.from(numbers(sizeOf(shape), seed, -1, 1), (x, at) => {
    const [i, j] = [Math.floor(at / n) % m, at % n];
    return i === j ? x + diagonal * (1 + 0.5 * i) : x;
  });
  return { shape, values };
}

const SQUARES: readonly Shape[] = [
  [1, 1],
  [3, 3],
  [2, 2, 2],
  [1, 2, 4, 4],
  [0, 3, 3],
  [2, 0, 0],
];
const TALL: readonly Shape[] = [
  [3, 2],
  [2, 4, 3],
  [3, 0],
];
const WIDE: readonly Shape[] = [
  [2, 3],
  [2, 1, 3],
  [0, 3],
];

const squares = (diagonal: number): Input[][] => SQUARES.map((shape) => [matrices(shape, diagonal)]);
const rectangles = (diagonal: number): Input[][] =>
  [...SQUARES, ...TALL, ...WIDE].map((shape) => [matrices(shape, diagonal)]);

const square = (n: number): Shape => [n, n];
const TOLERANCES = { gradientTolerance: 1e-4, secondTolerance: 2e-3 };

/** Broadcast leading axes, and right sides of one axis. */
const SYSTEMS: readonly (readonly [Shape, Shape])[] = [
  [[1, 1], [1]],
  [[3, 3], [3]],
  [[2, 3, 3], [3]],
  [
    [3, 3],
    [3, 2],
  ],
  [
    [2, 1, 2, 2],
    [3, 2, 2],
  ],
  [
    [2, 2],
    [2, 2, 1],
  ],
  [
    [2, 2],
    [2, 0],
  ],
];

function solve64(a: Array64, b: Array64): Array64 {
  const n = a.shape.at(-1) ?? 0;
  const isVector = b.shape.length === 1;
  const [leadA, leadB] = [a.shape.slice(0, -2), isVector ? [] : b.shape.slice(0, -2)];
  const rank = Math.max(leadA.length, leadB.length);
  const sizeAt = (lead: Shape, axis: number): number => lead[axis - rank + lead.length] ?? 1;
  const lead = Array.from({ length: rank }, (_, axis) => Math.max(sizeAt(leadA, axis), sizeAt(leadB, axis)));
  const [as, bs] = [matricesOf(a), matricesOf(isVector ? { shape: [n, 1], data: b.data } : b)];
  const entry = (of: Shape, unit: number): number => {
    let [rest, step, at] = [unit, 1, 0];
    for (let axis = rank - 1; axis >= 0; axis--) {
      const i = rest % lead[axis]!;
      rest = (rest - i) / lead[axis]!;
      const size = sizeAt(of, axis);
      if (size > 1) at += step * i;
      step *= size;
    }
    return at;
  };
  const data = Array.from({ length: sizeOf(lead) }, (_, unit) =>
    gauss64(as[entry(leadA, unit)]!, bs[entry(leadB, unit)]!).x.flat(),
  ).flat();
  return { shape: [...lead, ...(isVector ? [n] : b.shape.slice(-2))], data: Float64Array.from(data) };
}

export const decompositionSamples: readonly Sample[] = [
  { op: 'cholesky', apply: cholesky, reference: each(square, cholesky64), cases: squares(3), ...TOLERANCES },
  {
    op: 'solve',
    apply: solve,
    reference: solve64,
    cases: SYSTEMS.map(([a, b]) => [matrices(a, 2), { shape: b }]),
    ...TOLERANCES,
  },
  {
    op: 'inv',
    apply: inv,
    reference: each(
      square,
      (a) =>
        gauss64(
          a,
          a.map((_, i) => a.map((__, j) => Number(i === j))),
        ).x,
    ),
    cases: squares(2),
    ...TOLERANCES,
  },
  {
    op: 'det',
    apply: det,
    reference: each(
      () => [],
      (a) => [laplace64(a)],
    ),
    cases: [
      ...squares(1),
      // of rank 2, 1 and 0
      [
        {
          shape: [3, 3, 3],
          values: [1, 2, 3, 4, 5, 6, 5, 7, 9, 1, 2, 3, 2, 4, 6, 3, 6, 9, ...Array<number>(9).fill(0)],
        },
      ],
    ],
    tolerance: 1e-5,
    ...TOLERANCES,
  },
  ...([0, 1] as const).map((part): Sample => ({
    op: 'qr',
    variant: ['q', 'r'][part]!,
    apply: (a) => qr(a)[part],
    reference: each(
      (m, n) =>
        [
          [m, Math.min(m, n)],
          [Math.min(m, n), n],
        ][part]!,
      (a, n) => [qr64(a, n).q, qr64(a, n).r][part]!,
    ),
    cases: rectangles(2),
    handles: 2,
    ...TOLERANCES,
  })),
  ...([0, 1] as const).map((part): Sample => ({
    op: 'eigh',
    variant: ['values', 'vectors'][part]!,
    apply: (a) => eigh(a)[part],
    reference: each(
      (n) => [[n], [n, n]][part]!,
      (a) => [eigh64(a).values, eigh64(a).vectors][part]!,
    ),
    cases: squares(4),
    handles: 2,
    ...TOLERANCES,
  })),
  ...([0, 1, 2] as const).map((part): Sample => ({
    op: 'svd',
    variant: ['u', 's', 'vt'][part]!,
    apply: (a) => svd(a)[part],
    reference: each(
      (m, n) => [[m, Math.min(m, n)], [Math.min(m, n)], [Math.min(m, n), n]][part]!,
      (a, n) => [factors64(a, n).u, factors64(a, n).s, factors64(a, n).vt][part]!,
    ),
    cases: rectangles(4),
    handles: 3,
    ...TOLERANCES,
  })),
];
