// Sorting, and picking and adding by index.
import type { Shape } from '../../../src/core/shapes.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { argsort } from '../../../src/ops/argsort.js';
import { customGradient } from '../../../src/ops/customGradient.js';
import { exp } from '../../../src/ops/exp.js';
import { mul } from '../../../src/ops/mul.js';
import { scatterAdd } from '../../../src/ops/scatterAdd.js';
import { segmentSum } from '../../../src/ops/segmentSum.js';
import { sort } from '../../../src/ops/sort.js';
import { stopGradient } from '../../../src/ops/stopGradient.js';
import { takeAlongAxis } from '../../../src/ops/takeAlongAxis.js';
import { topK } from '../../../src/ops/topK.js';
import { at64, build64, map64, type Array64 } from '../arrays.js';
import { wrong } from '../wrong.js';
import { unaryCases, type Input, type Sample } from './sample.js';

const replaced = (index: readonly number[], axis: number, k: number): number[] =>
  index.map((i, a) => (a === axis ? k : i));

/** As NumPy: NaN after all numbers. */
const ascending = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b)
    ? Number(Number.isNaN(a)) - Number(Number.isNaN(b))
    : Number(a > b) - Number(a < b);

/** The positions of the elements along an axis, in ascending order. */
function positions64(x: Array64, axis: number): Array64 {
  return build64(x.shape, (index) => {
    const at = (k: number): number => at64(x, replaced(index, axis, k));
    const order = Array.from({ length: x.shape[axis]! }, (_, k) => k).sort((a, b) => ascending(at(a), at(b)));
    return order[index[axis]!]!;
  });
}

function picked64(x: Array64, indices: Array64, axis: number): Array64 {
  const shape = indices.shape.map((size, i) => (size === 1 && i !== axis ? x.shape[i]! : size));
  return build64(shape, (index) => at64(x, replaced(index, axis, at64(indices, index))));
}

/** Different values in any order, far enough apart for differences. */
const distinct = (shape: Shape): Input => {
  const n = shape.reduce((product, size) => product * size, 1);
  const step = [7, 11, 13, 17].find((prime) => n % prime !== 0)!;
  return { shape, values: Array.from({ length: n }, (_, i) => ((i * step + 3) % n) / 4 - 2) };
};

const axes: readonly (readonly [axis: number, shape: Shape])[] = [
  [0, [1]],
  [-1, [9]],
  [-1, [3, 5]],
  [0, [4, 3]],
  [1, [2, 5, 3]],
  [-3, [3, 2, 2]],
  [0, [0]],
  [1, [2, 0]],
];
const modulo = (axis: number, shape: Shape): number => (axis + shape.length) % shape.length;

const sorts = axes.flatMap(([axis, shape]): Sample[] => [
  {
    op: 'argsort',
    variant: `axis ${axis} of ${JSON.stringify(shape)}`,
    apply: (x) => wrong(argsort(x, axis)),
    reference: (x) => positions64(x, modulo(axis, shape)),
    cases: [[distinct(shape)], [{ shape, grid: 1 }]],
    differentiable: [],
  },
  {
    op: 'sort',
    variant: `axis ${axis} of ${JSON.stringify(shape)}`,
    apply: (x) => sort(x, axis),
    reference: (x) => picked64(x, positions64(x, modulo(axis, shape)), modulo(axis, shape)),
    cases: [[distinct(shape)]],
  },
  ...[sort, argsort].map((f): Sample => ({
    op: f.name,
    variant: `i32, axis ${axis} of ${JSON.stringify(shape)}`,
    apply: (x) => wrong(f(wrong<Tensor<'i32'>>(x), axis)),
    reference: (x) => {
      const positions = positions64(x, modulo(axis, shape));
      return f === argsort ? positions : picked64(x, positions, modulo(axis, shape));
    },
    cases: [[{ shape, dtype: 'i32', low: -4, high: 5 }], [{ shape, dtype: 'i32', low: -(2 ** 24), high: 2 ** 24 }]],
    differentiable: [],
  })),
]);

const largest = (
  [
    [3, [7]],
    [2, [3, 4]],
    [1, [2, 2, 3]],
    [0, [3]],
    [5, [5]],
  ] as const
).map(([k, shape]): Sample => ({
  op: 'topK',
  variant: `${k} of ${JSON.stringify(shape)}`,
  apply: (x) => topK(x, k)[0],
  handles: 2,
  reference: (x) => {
    const order = positions64(x, shape.length - 1);
    const last = shape.at(-1)!;
    const indices = build64([...shape.slice(0, -1), k], (index) =>
      at64(order, replaced(index, shape.length - 1, last - 1 - index.at(-1)!)),
    );
    return picked64(x, indices, shape.length - 1);
  },
  cases: [[distinct(shape)]],
}));

const otherOrders: readonly Sample[] = [
  {
    op: 'sort',
    variant: 'descending',
    apply: (x) => sort(x, 0, { descending: true }),
    reference: (x) => {
      const order = positions64(x, 0);
      const last = x.shape[0]! - 1;
      return picked64(
        x,
        build64(x.shape, (index) => at64(order, replaced(index, 0, last - index[0]!))),
        0,
      );
    },
    cases: [[distinct([5, 3])], [distinct([4])], [distinct([0, 2])]],
  },
  {
    op: 'topK',
    variant: 'the smallest along the first axis',
    apply: (x) => topK(x, 2, { axis: 0, largest: false })[0],
    handles: 2,
    reference: (x) => {
      const order = positions64(x, 0);
      return picked64(
        x,
        build64([2, ...x.shape.slice(1)], (index) => at64(order, index)),
        0,
      );
    },
    cases: [[distinct([5, 3])], [distinct([2])]],
  },
];

const takes = (
  [
    [0, [5], [3]],
    [-1, [2, 4], [2, 6]],
    [0, [3, 4], [2, 4]],
    [1, [2, 3, 2], [2, 5, 2]],
    [0, [4], [0]],
    [1, [0, 3], [0, 2]],
    [1, [3, 4], [1, 2]],
    [0, [3, 1], [2, 4]],
    [-2, [1, 3, 2], [2, 2, 1]],
    [0, [2, 0], [3, 1]],
  ] as const
).flatMap(([axis, shape, indices]) =>
  (['f32', 'i32'] as const).map((dtype): Sample => ({
    op: 'takeAlongAxis',
    variant: `${dtype} ${JSON.stringify(indices)} of ${JSON.stringify(shape)} along ${axis}`,
    apply: (x, i) => takeAlongAxis(x, wrong(i), axis),
    reference: (x, i) => picked64(x, i, modulo(axis, shape)),
    cases: [
      [
        { shape, dtype, low: -9, high: 9 },
        { shape: indices, dtype: 'i32', low: 0, high: shape.at(axis)! },
      ],
    ],
  })),
);

function scatter64(x: Array64, indices: Array64, updates: Array64, axis: number): Array64 {
  return build64(x.shape, (index) => {
    let total = at64(x, index);
    build64(indices.shape, (at, flat) => {
      if (indices.data[flat] === index[axis]) {
        const place = [...index.slice(0, axis), ...at, ...index.slice(axis + 1)];
        total += updates.data[place.reduce((sum, i, a) => sum * updates.shape[a]! + i, 0)]!;
      }
      return 0;
    });
    return total;
  });
}

const scatters: readonly Sample[] = [
  ...(
    [
      [0, [4], [3], [3]],
      [0, [4, 3], [5], [5, 3]],
      [1, [2, 4, 3], [2, 2], [2, 2, 2, 3]],
      [-1, [3, 5], [2], [3, 2]],
      [0, [3], [], []],
      [0, [3, 2], [0], [0, 2]],
    ] as const
  ).map(([axis, shape, indices, updates]): Sample => ({
    op: 'scatterAdd',
    variant: `${JSON.stringify(indices)} of ${JSON.stringify(shape)} along ${axis}`,
    apply: (x, i, u) => scatterAdd(x, wrong(i), u, axis),
    reference: (x, i, u) => scatter64(x, i, u, modulo(axis, shape)),
    cases: [[{ shape }, { shape: indices, dtype: 'i32', low: 0, high: shape.at(axis)! }, { shape: updates }]],
  })),
  ...([[4], [5, 3], [2, 3, 2], [0], [1]] as const).map((shape): Sample => ({
    op: 'segmentSum',
    variant: JSON.stringify(shape),
    apply: (x, s) => segmentSum(x, wrong(s), 3),
    reference: (x, s) => {
      const target = [3, ...shape.slice(1)];
      return scatter64(
        build64(target, () => 0),
        s,
        x,
        0,
      );
    },
    cases: [[{ shape }, { shape: [shape[0]], dtype: 'i32', low: 0, high: 3 }]],
  })),
];

const rules: readonly Sample[] = [
  {
    op: 'stopGradient',
    apply: (x) => stopGradient(x),
    reference: map64((x) => x),
    cases: unaryCases(),
    differentiable: [],
  },
  {
    op: 'customGradient',
    apply: (x, y) => {
      const f = customGradient(
        (a, b) => mul(exp(a), b),
        (c, [a], output) => [mul(c, output), mul(c, exp(a))], // d/da = output, d/db = exp a
      );
      return f(x, y);
    },
    reference: map64((x, y) => Math.exp(x) * y),
    cases: [[], [3], [2, 5], [0]].map((shape) => [{ shape }, { shape }]),
  },
];

/** Rows of sorting, of picking and adding by index, and of functions with rules of their own. */
export const sortingSamples: readonly Sample[] = [
  ...sorts,
  ...largest,
  ...otherOrders,
  ...takes,
  ...scatters,
  ...rules,
];
