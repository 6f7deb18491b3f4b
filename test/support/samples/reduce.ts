import type { Shape } from '../../../src/core/shapes.js';
import { all } from '../../../src/ops/all.js';
import { any } from '../../../src/ops/any.js';
import { argmax } from '../../../src/ops/argmax.js';
import { argmin } from '../../../src/ops/argmin.js';
import { cumprod } from '../../../src/ops/cumprod.js';
import { cumsum } from '../../../src/ops/cumsum.js';
import { logSumExp } from '../../../src/ops/logSumExp.js';
import { max } from '../../../src/ops/max.js';
import { mean } from '../../../src/ops/mean.js';
import { min } from '../../../src/ops/min.js';
import { norm } from '../../../src/ops/norm.js';
import { prod } from '../../../src/ops/prod.js';
import { sigmoidCrossEntropy } from '../../../src/ops/sigmoidCrossEntropy.js';
import { logSoftmax, softmax } from '../../../src/ops/softmax.js';
import { softmaxCrossEntropy } from '../../../src/ops/softmaxCrossEntropy.js';
import { std } from '../../../src/ops/std.js';
import { sum } from '../../../src/ops/sum.js';
import { variance } from '../../../src/ops/variance.js';
import type { ReduceOptions } from '../../../src/ops/support/reduction.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { at64, build64, type Array64 } from '../arrays.js';
import { RAGGED, type Input, type Sample } from './sample.js';
import { wrong } from '../wrong.js';

type Fold = (values: readonly number[]) => number;

/** f of the elements that share all other indices; axes counted from 0. */
function reduce64(x: Array64, axes: readonly number[], keepDims: boolean, f: Fold): Array64 {
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const groups = build64(kept, () => 0);
  const members = Array.from(groups.data, (): number[] => []);
  const numbered = build64(kept, (_, flat) => flat);
  build64(x.shape, (index) => {
    members[at64(numbered, index)]!.push(at64(x, index));
    return 0;
  });
  return {
    shape: keepDims ? kept : kept.filter((_, i) => !axes.includes(i)),
    data: Float64Array.from(members, f),
  };
}

interface Family {
  readonly op: string;
  readonly apply: (x: Tensor, options?: ReduceOptions) => Tensor;
  readonly f: Fold;
  /** Whether an empty selection has a value, and so a derivative. */
  readonly empty: boolean;
  /** Values of the input. */
  readonly input?: Omit<Input, 'shape'>;
}

const total: Fold = (values) => values.reduce((sum, value) => sum + value, 0);
const average: Fold = (values) => total(values) / values.length;

/** The largest taken out, so that nothing overflows; itself where it is infinite. */
const logSumExp64: Fold = (values) => {
  const most = Math.max(...values);
  return Math.abs(most) === Infinity ? most : most + Math.log(total(values.map((value) => Math.exp(value - most))));
};

const whole = { dtype: 'i32', low: -9, high: 9 } as const;
const flags = { dtype: 'i32', low: 0, high: 2 } as const;
const some: Fold = (values) => Number(values.some((value) => value !== 0));
const every: Fold = (values) => Number(values.every((value) => value !== 0));

const families: readonly Family[] = [
  { op: 'sum', apply: sum, f: total, empty: true, input: whole },
  { op: 'max', apply: max, f: (values) => Math.max(...values), empty: false, input: whole },
  { op: 'min', apply: min, f: (values) => Math.min(...values), empty: false, input: whole },
  { op: 'any', apply: any, f: some, empty: true, input: { away: [0] } },
  { op: 'any', apply: any, f: some, empty: true, input: flags },
  { op: 'all', apply: all, f: every, empty: true, input: { away: [0] } },
  { op: 'all', apply: all, f: every, empty: true, input: flags },
  { op: 'sum', apply: sum, f: total, empty: true },
  { op: 'mean', apply: mean, f: average, empty: false },
  { op: 'max', apply: max, f: (values) => Math.max(...values), empty: false },
  { op: 'min', apply: min, f: (values) => Math.min(...values), empty: false },
  {
    op: 'variance',
    apply: variance,
    f: (values) => average(values.map((value) => (value - average(values)) ** 2)),
    empty: false,
  },
  { op: 'logSumExp', apply: logSumExp, f: logSumExp64, empty: true },
  { op: 'prod', apply: prod, f: (values) => values.reduce((a, b) => a * b, 1), empty: true },
  { op: 'prod', apply: prod, f: (values) => values.reduce((a, b) => a * b, 1), empty: true, input: { grid: 1 } },
  {
    op: 'std',
    apply: std,
    f: (values) => Math.sqrt(average(values.map((value) => (value - average(values)) ** 2))),
    empty: false,
  },
  { op: 'norm', apply: norm, f: (values) => Math.sqrt(total(values.map((value) => value * value))), empty: true },
];

/** Axis option, the axes it means at this rank, and shapes. */
const selections: readonly (readonly [options: ReduceOptions | undefined, axes: readonly number[], shape: Shape])[] = [
  [{ axis: 0 }, [0], [4, 3]],
  [{ axis: 0 }, [0], [3, 5, 2]],
  [{ axis: 1 }, [1], [4, 3]],
  [{ axis: -1 }, [2], [2, 3, 5]],
  [{ axis: -1, keepDims: true }, [2], [2, 2, 4]],
  [{ axis: [0, 2] }, [0, 2], [3, 2, 4]],
  [{ axis: [-1, 0], keepDims: true }, [0, 2], [2, 3, 2]],
  [{ axis: [1, 2] }, [1, 2], [2, 3, 4]],
  [{ axis: [] }, [], [2, 3]],
  [{ keepDims: true }, [0, 1], [3, 3]],
  [{ axis: 1 }, [1], [0, 3]],
  [{ axis: 0 }, [0], [1, 4]],
];

function rowsOf({ op, apply, f, empty, input }: Family): Sample[] {
  const type = input?.dtype ?? 'f32';
  const over = (options: ReduceOptions, axes: readonly number[], shape: Shape): Sample => ({
    op,
    variant: `${type} ${JSON.stringify(options)} of ${JSON.stringify(shape)}`,
    apply: (x) => apply(x, options),
    reference: (x) => reduce64(x, axes, options.keepDims ?? false, f),
    cases: [[{ ...input, shape }]],
  });
  const ragged = RAGGED.filter((shape) => empty || !shape.includes(0));
  return [
    {
      op,
      variant: type,
      apply: (x) => apply(x),
      reference: (x) =>
        reduce64(
          x,
          x.shape.map((_, i) => i),
          false,
          f,
        ),
      cases: ragged.map((shape) => [{ ...input, shape }]),
    },
    ...selections.map(([options, axes, shape]) => over(options ?? {}, axes, shape)),
  ];
}

/** NaN for a row with an infinite largest value, which is as in NumPy and PyTorch. */
function logSoftmax64(values: readonly number[]): number[] {
  const below = values.map((value) => value - Math.max(...values));
  return below.map((value) => value - Math.log(total(below.map(Math.exp))));
}

const softmax64 = (values: readonly number[]): number[] => logSoftmax64(values).map(Math.exp);

/** A function of rows applied along an axis. */
function along64(x: Array64, axis: number, f: (values: readonly number[]) => readonly number[]): Array64 {
  return build64(x.shape, (index) => {
    const row = Array.from({ length: x.shape[axis]! }, (_, k) =>
      at64(
        x,
        index.map((i, a) => (a === axis ? k : i)),
      ),
    );
    return f(row)[index[axis]!]!;
  });
}

function rowwise(op: 'softmax' | 'logSoftmax', axis: number, shape: Shape): Sample {
  const at = (axis + shape.length) % shape.length;
  const f = op === 'softmax' ? softmax64 : logSoftmax64;
  return {
    op,
    variant: `axis ${axis} of ${JSON.stringify(shape)}`,
    apply: (x) => (op === 'softmax' ? softmax : logSoftmax)(x, axis),
    reference: (x) => along64(x, at, f),
    cases: [[{ shape }]],
  };
}

const rowwiseSamples = (['softmax', 'logSoftmax'] as const).flatMap((op) => [
  ...[[1], [2], [3], [5], [9], [3, 4], [4, 1], [2, 2, 3], [0, 3], [3, 0]].map((shape) => rowwise(op, -1, shape)),
  rowwise(op, 0, [4, 3]),
  rowwise(op, 1, [2, 3, 2]),
]);

const scalar = (value: number): Array64 => ({ shape: [], data: Float64Array.of(value) });

/** -sum t log softmax(z) over all rows, targets by row or by class. */
function crossEntropy64(z: Array64, t: Array64): number {
  const logs = along64(z, z.shape.length - 1, logSoftmax64);
  const classes = z.shape.at(-1)!;
  if (t.shape.length === z.shape.length)
    return -logs.data.reduce((sum, log, i) => sum + (t.data[i] === 0 ? 0 : t.data[i]! * log), 0); // 0 log 0 is 0
  return -t.data.reduce((sum, label, row) => sum + logs.data[row * classes + label]!, 0);
}

const lossSamples: readonly Sample[] = [
  {
    op: 'softmaxCrossEntropy',
    apply: (z, t) => softmaxCrossEntropy(z, t, 0.3),
    reference: (z, t) => scalar(0.3 * crossEntropy64(z, t)),
    cases: [
      [{ shape: [3, 4] }, { shape: [3, 4], low: 0, high: 1 }],
      [{ shape: [2, 2, 3] }, { shape: [2, 2, 3], low: 0, high: 1 }],
      [{ shape: [5] }, { shape: [5], low: 0, high: 1 }],
      [{ shape: [0, 5] }, { shape: [0, 5] }],
      [{ shape: [4, 3] }, { shape: [4], dtype: 'i32', low: 0, high: 3 }],
      [{ shape: [2, 2, 5] }, { shape: [2, 2], dtype: 'i32', low: 0, high: 5 }],
      [{ shape: [3] }, { shape: [], dtype: 'i32', low: 0, high: 3 }],
    ],
  },
  {
    op: 'sigmoidCrossEntropy',
    apply: (z, t) => sigmoidCrossEntropy(z, t, 0.3),
    reference: (z, t) =>
      scalar(
        0.3 *
          z.data.reduce((sum, v, i) => sum + Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - v * t.data[i]!, 0),
      ),
    cases: [[], [1], [5], [3, 4], [0, 2]].map((shape) => [{ shape }, { shape, low: 0, high: 1 }]),
  },
];

/** The first of the largest; NaN counts as largest. */
const argmax64: Fold = (values) => {
  const missing = values.findIndex(Number.isNaN);
  return missing < 0 ? values.indexOf(Math.max(...values)) : missing;
};

/** The row of an operation that keeps the shape, along an axis and of the flat array. */
function cumulative(
  op: 'cumsum' | 'cumprod',
  join: (a: number, b: number) => number,
  input: Omit<Input, 'shape'>,
): Sample[] {
  const apply = op === 'cumsum' ? cumsum : cumprod;
  const f = (values: readonly number[]): number[] => {
    let last = op === 'cumsum' ? 0 : 1;
    return values.map((value) => (last = join(last, value)));
  };
  const variant = JSON.stringify(input);
  return [
    {
      op,
      variant,
      apply: (x) => apply(x),
      reference: ({ data }) => along64({ shape: [data.length], data }, 0, f),
      cases: RAGGED.map((shape) => [{ ...input, shape }]),
    },
    ...(
      [
        [0, [5]],
        [0, [4, 3]],
        [1, [4, 3]],
        [-2, [2, 7, 3]],
        [-1, [2, 0]],
        [0, [1, 2]],
      ] as const
    ).map(([axis, shape]): Sample => ({
      op,
      variant: `${variant} axis ${axis} of ${JSON.stringify(shape)}`,
      apply: (x) => apply(x, axis),
      reference: (x) => along64(x, (axis + shape.length) % shape.length, f),
      cases: [[{ ...input, shape }]],
    })),
  ];
}

/** The first of the smallest; NaN counts as smallest. */
const argmin64: Fold = (values) => {
  const missing = values.findIndex(Number.isNaN);
  return missing < 0 ? values.indexOf(Math.min(...values)) : missing;
};

/** Rows of the reduce operations. */
export const reduceSamples: readonly Sample[] = [
  ...families.flatMap(rowsOf),
  ...rowwiseSamples,
  ...lossSamples,
  ...cumulative('cumsum', (a, b) => a + b, {}),
  ...cumulative('cumprod', (a, b) => a * b, {}),
  ...cumulative('cumprod', (a, b) => a * b, { grid: 1 }),
  ...cumulative('cumsum', (a, b) => a + b, { dtype: 'i32', low: -(2 ** 20), high: 2 ** 20 }),
  ...cumulative('cumprod', (a, b) => a * b, { dtype: 'i32', low: -2, high: 3 }),
  ...(
    [
      ['argmax', argmax, argmax64],
      ['argmin', argmin, argmin64],
    ] as const
  ).flatMap(([op, apply, f]) => [
    {
      op,
      apply: (x: Tensor): Tensor => wrong(apply(x)),
      reference: (x: Array64): Array64 =>
        reduce64(
          x,
          x.shape.map((_, i) => i),
          false,
          f,
        ),
      cases: RAGGED.filter((shape) => !shape.includes(0)).flatMap((shape) => [[{ shape }], [{ shape, ...whole }]]),
      differentiable: [],
    },
    ...(
      [
        [0, [4, 3]],
        [1, [4, 3]],
        [1, [2, 5, 3]],
        [2, [2, 2, 9]],
        [1, [0, 2]],
      ] as const
    ).map(([axis, shape]): Sample => ({
      op,
      variant: `axis ${axis} of ${JSON.stringify(shape)}`,
      apply: (x) => wrong(apply(x, axis)),
      reference: (x) => reduce64(x, [axis], false, f),
      cases: [[{ shape }], [{ shape, ...whole }]],
      differentiable: [],
    })),
  ]),
  ...[variance, std].map((f): Sample => {
    const corrected: Fold = (values) =>
      total(values.map((value) => (value - average(values)) ** 2)) / (values.length - 1);
    return {
      op: f.name,
      variant: 'correction 1',
      apply: (x) => f(x, { axis: 1, correction: 1 }),
      reference: (x) =>
        reduce64(x, [1], false, (values) => (f === std ? Math.sqrt(corrected(values)) : corrected(values))),
      cases: [[{ shape: [3, 4] }], [{ shape: [2, 5, 2] }], [{ shape: [0, 3] }]],
    };
  }),
];
