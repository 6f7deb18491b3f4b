import type { Shape } from '../../../src/core/shapes.js';
import { lstsq } from '../../../src/linalg/lstsq.js';
import { projectSO3 } from '../../../src/linalg/projectSO3.js';
import { unitQuaternion } from '../../../src/linalg/unitQuaternion.js';
import type { Array64 } from '../arrays.js';
import { determinant3, lstsq64, svd64 } from '../svd.js';
import type { Input, Sample } from './sample.js';

/** Applies a function to each row of `width` numbers. */
function eachRow(size: number, f: (row: Float64Array) => ArrayLike<number>): (x: Array64) => Array64 {
  return ({ shape, data }) => {
    const result = new Float64Array(data.length);
    for (let at = 0; at < data.length; at += size) result.set(f(data.subarray(at, at + size)), at);
    return { shape, data: result };
  };
}

/** U diag(1, 1, det(U V^T)) V^T, row-major. */
function nearestRotation64(m: ArrayLike<number>): Float64Array {
  const { left, right } = svd64(m, 3, 3);
  const sign = Math.sign(determinant3(left.flat()) * determinant3(right.flat()));
  return Float64Array.from({ length: 9 }, (_, at) =>
    left.reduce((sum, u, i) => sum + (i === 2 ? sign : 1) * u[Math.floor(at / 3)]! * right[i]![at % 3]!, 0),
  );
}

// Rotated, scaled, mirrored; sums of singular values far from zero.
const MATRICES = [
  [1.5, -0.5, 0.25, 0.75, 1.25, -0.5, -0.25, 0.5, 2],
  [0.5, 2, -0.25, -1.5, 0.25, 0.5, 0.75, 0.25, 1],
  [2, 0.5, 0.25, -0.25, 1.75, 0.5, 0.5, 0.25, -0.5],
].flat();

const matrices: Input[][] = [
  [{ shape: [3, 3], values: MATRICES.slice(0, 9) }],
  [{ shape: [3, 3, 3], values: MATRICES }],
  [{ shape: [1, 2, 3, 3], values: MATRICES.slice(9) }],
  [{ shape: [0, 3, 3] }],
];

const systems: readonly (readonly [Shape, Shape])[] = [
  [[4, 2], [4]],
  [
    [5, 3],
    [5, 2],
  ],
  [[2, 4], [2]],
  [
    [2, 3],
    [2, 2],
  ],
  [[1, 1], [1]],
];

export const linalgSamples: readonly Sample[] = [
  {
    op: 'unitQuaternion',
    apply: unitQuaternion,
    reference: eachRow(4, (q) => {
      const length = Math.sqrt(q.reduce((sum, x) => sum + x * x, 0));
      return q.map((x) => x / length);
    }),
    cases: [[4], [3, 4], [2, 1, 4], [0, 4]].map((shape) => [{ shape, low: 0.5 }]),
  },
  {
    op: 'projectSO3',
    apply: projectSO3,
    reference: eachRow(9, nearestRotation64),
    cases: matrices,
  },
  {
    op: 'lstsq',
    apply: (a, b) => lstsq(a, b),
    reference: (a, b) => {
      const [m = 0, n = 0] = a.shape;
      const k = b.shape[1] ?? 1;
      return { shape: [n, ...b.shape.slice(1)], data: lstsq64(a.data, b.data, m, n, k) };
    },
    cases: systems.map((shapes) => shapes.map((shape) => ({ shape }))),
    gradientTolerance: 1e-4,
    secondTolerance: 1e-3,
  },
];
