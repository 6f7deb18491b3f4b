import type { Shape } from '../../../src/core/shapes.js';
import { concat, stack } from '../../../src/ops/concat.js';
import { diag } from '../../../src/ops/diag.js';
import { expandDims } from '../../../src/ops/expandDims.js';
import { flip } from '../../../src/ops/flip.js';
import { gather } from '../../../src/ops/gather.js';
import { oneHot } from '../../../src/ops/oneHot.js';
import { repeat } from '../../../src/ops/repeat.js';
import { reshape } from '../../../src/ops/reshape.js';
import { roll } from '../../../src/ops/roll.js';
import { pad, slice, type Padding } from '../../../src/ops/slice.js';
import { split } from '../../../src/ops/split.js';
import { squeeze } from '../../../src/ops/squeeze.js';
import { tile } from '../../../src/ops/tile.js';
import { transpose } from '../../../src/ops/transpose.js';
import { tril, triu } from '../../../src/ops/triangle.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { at64, build64, type Array64 } from '../arrays.js';
import type { Input, Sample } from './sample.js';
import { wrong } from '../wrong.js';

/** The same row once for f32 and once for i32. */
function bothTypes(sample: Sample): Sample[] {
  const whole = sample.cases.map((inputs) =>
    inputs.map((input) => ({ ...input, dtype: 'i32' as const, low: -9, high: 9 })),
  );
  return [sample, { ...sample, variant: `${sample.variant ?? ''} i32`, cases: whole }];
}

function transposeRow(axes: readonly number[] | undefined, order: readonly number[], shapes: readonly Shape[]): Sample {
  return {
    op: 'transpose',
    variant: axes ? JSON.stringify(axes) : `reversed, rank ${order.length}`,
    apply: (x) => transpose(x, axes),
    reference: (x) =>
      build64(
        order.map((axis) => x.shape[axis]!),
        (index) => {
          const from: number[] = [];
          order.forEach((axis, i) => (from[axis] = index[i]!));
          return at64(x, from);
        },
      ),
    cases: shapes.map((shape) => [{ shape }]),
  };
}

function sliceRow(
  shape: Shape,
  begin: readonly number[],
  size: readonly number[],
  out: Shape,
  strides?: readonly number[],
): Sample {
  const first = (axis: number): number => (begin[axis] ?? 0) + ((begin[axis] ?? 0) < 0 ? shape[axis]! : 0);
  return {
    op: 'slice',
    variant: `${JSON.stringify(shape)} from ${JSON.stringify(begin)} size ${JSON.stringify(size)} by ${JSON.stringify(strides)}`,
    apply: (x) => slice(x, begin, size, strides),
    reference: (x) =>
      build64(out, (index) =>
        at64(
          x,
          index.map((i, axis) => first(axis) + i * (strides?.[axis] ?? 1)),
        ),
      ),
    cases: [[{ shape }]],
  };
}

function padRow(shape: Shape, padding: Padding, value?: number): Sample {
  return {
    op: 'pad',
    variant: `${JSON.stringify(shape)} by ${JSON.stringify(padding)} with ${value ?? 'nothing'}`,
    apply: (x) => pad(x, padding, value),
    reference: (x) =>
      build64(
        shape.map((n, i) => n + padding[i]![0] + padding[i]![1]),
        (index) => {
          const inside = index.map((i, axis) => i - padding[axis]![0]);
          return inside.every((i, axis) => i >= 0 && i < shape[axis]!) ? at64(x, inside) : (value ?? 0);
        },
      ),
    cases: [[{ shape }]],
  };
}

function concatRow(axis: number, shapes: readonly Shape[]): Sample {
  const at = axis < 0 ? axis + shapes[0]!.length : axis;
  return {
    op: 'concat',
    variant: `${JSON.stringify(shapes)} along ${axis}`,
    apply: (...list) => concat(list, axis),
    reference: (...list) => {
      const length = list.reduce((sum, { shape }) => sum + shape[at]!, 0);
      return build64(
        list[0]!.shape.map((size, i) => (i === at ? length : size)),
        (index) => {
          let k = index[at]!;
          let from = 0;
          while (k >= list[from]!.shape[at]!) k -= list[from++]!.shape[at]!;
          return at64(
            list[from]!,
            index.map((i, a) => (a === at ? k : i)),
          );
        },
      );
    },
    cases: [shapes.map((shape) => ({ shape }))],
  };
}

function stackRow(axis: number, shape: Shape, count: number): Sample {
  const at = axis < 0 ? axis + shape.length + 1 : axis;
  return {
    op: 'stack',
    variant: `${count} of ${JSON.stringify(shape)} along ${axis}`,
    apply: (...list) => stack(list, axis),
    reference: (...list) =>
      build64([...shape.slice(0, at), count, ...shape.slice(at)], (index) =>
        at64(
          list[index[at]!]!,
          index.filter((_, i) => i !== at),
        ),
      ),
    cases: [Array.from({ length: count }, () => ({ shape }))],
  };
}

function gatherRow(axis: number, x: Input, indices: Shape): Sample {
  const at = axis < 0 ? axis + x.shape.length : axis;
  return {
    op: 'gather',
    variant: `${JSON.stringify(indices)} ${x.dtype ?? ''} of ${JSON.stringify(x.shape)} along ${axis}`,
    apply: (a, i) => gather(a, wrong(i), axis),
    reference: (a, i) =>
      build64([...x.shape.slice(0, at), ...indices, ...x.shape.slice(at + 1)], (index) => {
        const k = at64(i, index.slice(at, at + indices.length));
        return at64(a, [...index.slice(0, at), k, ...index.slice(at + indices.length)]);
      }),
    cases: [[x, { shape: indices, dtype: 'i32', low: 0, high: x.shape[at]! }]],
  };
}

function reshapeRow(from: Shape, asked: Shape, to: Shape): Sample {
  return {
    op: 'reshape',
    variant: `${JSON.stringify(from)} to ${JSON.stringify(asked)}`,
    apply: (x) => reshape(x, asked),
    reference: (x): Array64 => ({ shape: to, data: x.data }),
    cases: [[{ shape: from }]],
  };
}

/** An operation that gives each element of its result from one place of its input; `undefined` is 0. */
function placed(
  op: string,
  options: readonly unknown[],
  shape: Shape,
  apply: (x: Tensor) => Tensor,
  out: Shape,
  from: (index: readonly number[]) => readonly number[] | undefined,
  handles = 1,
): Sample {
  return {
    op,
    variant: `${JSON.stringify(shape)} by ${JSON.stringify(options)}`,
    apply,
    reference: (x) =>
      build64(out, (index) => {
        const place = from(index);
        return place ? at64({ shape: [x.data.length], data: x.data }, [flatOf(place, shape)]) : 0;
      }),
    cases: [[{ shape }]],
    handles,
  };
}

const flatOf = (index: readonly number[], shape: Shape): number =>
  shape.reduce((flat, size, i) => flat * size + index[i]!, 0);
const modulo = (a: number, b: number): number => ((a % b) + b) % b;

const rearranged: readonly Sample[] = [
  ...(
    [
      [0, [3], [1, 3]],
      [-1, [3], [3, 1]],
      [1, [2, 0], [2, 1, 0]],
      [0, [], [1]],
      [[-1, 0], [3], [1, 3, 1]],
      [
        [1, 2],
        [2, 3],
        [2, 1, 1, 3],
      ],
      [[], [2], [2]],
    ] as const
  ).map(([axis, shape, out]) =>
    placed(
      'expandDims',
      [axis],
      shape,
      (x) => expandDims(x, axis),
      out,
      (index) => index.filter((_, i) => ![axis].flat().some((at) => modulo(at, out.length) === i)),
    ),
  ),
  ...(
    [
      [undefined, [1, 3, 1], [3]],
      [0, [1, 3, 1], [3, 1]],
      [-1, [2, 1], [2]],
      [[0, 2], [1, 2, 1], [2]],
      [undefined, [1], []],
    ] as const
  ).map(([axis, shape, out]) => ({
    op: 'squeeze',
    variant: `${JSON.stringify(shape)} by ${JSON.stringify(axis)}`,
    apply: (x: Tensor): Tensor => squeeze(x, axis),
    reference: ({ data }: Array64): Array64 => ({ shape: out, data }),
    cases: [[{ shape }]],
  })),
  ...(
    [
      [undefined, [0, 1], [3, 4]],
      [0, [0], [5]],
      [-1, [1], [3, 5]],
      [
        [0, 2],
        [0, 2],
        [2, 3, 4],
      ],
      [undefined, [0], [0]],
      [undefined, [], []],
    ] as const
  ).map(([axis, axes, shape]) =>
    placed(
      'flip',
      [axis],
      shape,
      (x) => flip(x, axis),
      shape,
      (index) => index.map((i, k) => ((axes as readonly number[]).includes(k) ? shape[k]! - 1 - i : i)),
    ),
  ),
  ...(
    [
      [1, 0, [5]],
      [-2, 0, [5]],
      [7, 1, [2, 5]],
      [0, 0, [3]],
      [2, 0, [0]],
      [1, -1, [3, 1]],
    ] as const
  ).map(([shift, axis, shape]) =>
    placed(
      'roll',
      [shift, axis],
      shape,
      (x) => roll(x, shift, axis),
      shape,
      (index) => index.map((i, k) => (k === modulo(axis, shape.length) ? modulo(i - shift, shape[k]!) : i)),
    ),
  ),
  placed(
    'roll',
    [
      [1, -1],
      [0, 1],
    ],
    [3, 4],
    (x) => roll(x, [1, -1], [0, 1]),
    [3, 4],
    ([i, k]) => [modulo(i! - 1, 3), modulo(k! + 1, 4)],
  ),
  placed(
    'roll',
    [2],
    [2, 3],
    (x) => roll(x, 2),
    [2, 3],
    ([i, k]) => {
      const flat = modulo(i! * 3 + k! - 2, 6);
      return [Math.floor(flat / 3), flat % 3];
    },
  ),
  ...(
    [
      [2, [3], [6]],
      [
        [2, 3],
        [2, 2],
        [4, 6],
      ],
      [[2, 1], [3], [2, 3]],
      [2, [2, 3], [2, 6]],
      [0, [3], [0]],
      [
        [2, 1, 3],
        [1, 2, 2],
        [2, 2, 6],
      ],
      [1, [], [1]],
    ] as const
  ).map(([repeats, shape, out]) =>
    placed(
      'tile',
      [repeats],
      shape,
      (x) => tile(x, repeats),
      out,
      (index) => index.slice(index.length - shape.length).map((i, k) => i % shape[k]!),
    ),
  ),
  ...(
    [
      [2, 0, [3], [6]],
      [3, 1, [2, 2], [2, 6]],
      [2, -2, [2, 2, 3], [2, 4, 3]],
      [0, 0, [3], [0]],
      [2, 0, [0], [0]],
    ] as const
  ).map(([count, axis, shape, out]) =>
    placed(
      'repeat',
      [count, axis],
      shape,
      (x) => repeat(x, count, axis),
      out,
      (index) => index.map((i, k) => (k === modulo(axis, shape.length) ? Math.floor(i / count) : i)),
    ),
  ),
  placed(
    'repeat',
    [2],
    [2, 2],
    (x) => repeat(x, 2),
    [8],
    ([i]) => [i! >> 2, (i! >> 1) % 2],
  ),
  placed(
    'repeat',
    [[2, 0, 1], 1],
    [2, 3],
    (x) => repeat(x, [2, 0, 1], 1),
    [2, 3],
    ([i, k]) => [i!, [0, 0, 2][k!]!],
  ),
  placed(
    'split',
    [3],
    [6],
    (x) => split(x, 3)[1]!,
    [2],
    ([i]) => [i! + 2],
    3,
  ),
  placed(
    'split',
    [2, -1],
    [2, 4],
    (x) => split(x, 2, -1)[1]!,
    [2, 2],
    ([i, k]) => [i!, k! + 2],
    2,
  ),
  placed(
    'split',
    [[1, 3]],
    [4, 2],
    (x) => split(x, [1, 3])[1]!,
    [2, 2],
    ([i, k]) => [i! + 1, k!],
    3,
  ),
  placed(
    'split',
    [[-3, -1]],
    [4, 2],
    (x) => split(x, [-3, -1])[1]!,
    [2, 2],
    ([i, k]) => [i! + 1, k!],
    3,
  ),
  placed(
    'split',
    [[2, 2]],
    [3],
    (x) => split(x, [2, 2])[1]!,
    [0],
    ([i]) => [i!],
    3,
  ),
  ...([0, 1, -2] as const).flatMap((k) => [
    placed(
      'diag',
      [k],
      [3],
      (x) => diag(x, k),
      [3 + Math.abs(k), 3 + Math.abs(k)],
      ([i, j]) => (j! - i! === k ? [Math.min(i!, j!)] : undefined),
    ),
    placed(
      'diag',
      [k],
      [4, 3],
      (x) => diag(x, k),
      [k === 1 ? 2 : k === 0 ? 3 : 2],
      ([i]) => [i! + Math.max(-k, 0), i! + Math.max(k, 0)],
    ),
    ...(
      [
        [3, 3],
        [2, 4],
        [2, 3, 2],
        [0, 2],
      ] as const
    ).flatMap((shape) => [
      placed(
        'tril',
        [k],
        shape,
        (x) => tril(x, k),
        shape,
        (index) => (index.at(-1)! - index.at(-2)! <= k ? index : undefined),
      ),
      placed(
        'triu',
        [k],
        shape,
        (x) => triu(x, k),
        shape,
        (index) => (index.at(-1)! - index.at(-2)! >= k ? index : undefined),
      ),
    ]),
  ]),
  placed(
    'diag',
    [0],
    [1],
    (x) => diag(x),
    [1, 1],
    () => [0],
  ),
  placed(
    'diag',
    [1],
    [0],
    (x) => diag(x, 1),
    [1, 1],
    () => undefined,
  ),
  placed(
    'diag',
    [5],
    [2, 3],
    (x) => diag(x, 5),
    [0],
    (index) => index,
  ),
];

/** Rows of the shape operations. */
export const shapeSamples: readonly Sample[] = [
  ...rearranged,
  transposeRow(undefined, [], [[]]),
  transposeRow(undefined, [0], [[5]]),
  transposeRow(
    undefined,
    [1, 0],
    [
      [3, 5],
      [1, 4],
      [4, 4],
      [0, 3],
    ],
  ),
  transposeRow(undefined, [2, 1, 0], [[2, 3, 4]]),
  transposeRow([1, 0, 2], [1, 0, 2], [[2, 3, 4]]),
  transposeRow([0, -1, 1], [0, 2, 1], [[2, 3, 5]]),
  transposeRow([2, 0, 1], [2, 0, 1], [[2, 3, 4]]),
  transposeRow([3, 1, 0, 2], [3, 1, 0, 2], [[2, 1, 3, 2]]),
  transposeRow([5, 3, 1, 0, 2, 4], [5, 3, 1, 0, 2, 4], [[2, 1, 2, 2, 1, 2]]),
  reshapeRow([2, 3], [3, 2], [3, 2]),
  reshapeRow([2, 3], [-1], [6]),
  reshapeRow([2, 3], [3, -1, 1], [3, 2, 1]),
  reshapeRow([0, 3], [3, -1], [3, 0]),
  reshapeRow([1], [], []),
  sliceRow([5], [1], [3], [3]),
  sliceRow([5], [2], [-1], [3]),
  sliceRow([3, 4], [0, 1], [2, 2], [2, 2]),
  sliceRow([3, 4], [1], [], [2, 4]),
  sliceRow([3, 4], [3, 0], [0, -1], [0, 4]),
  sliceRow([2, 3, 4], [1, 0, 2], [1, -1, 2], [1, 3, 2]),
  sliceRow([5], [-2], [], [2]),
  sliceRow([3, 4], [-1, -3], [1, 2], [1, 2]),
  sliceRow([7], [1], [], [3], [2]),
  sliceRow([7], [0], [2], [2], [3]),
  sliceRow([7], [-1], [], [7], [-1]),
  sliceRow([9], [-2], [], [3], [-3]),
  sliceRow([6, 7], [5, 1], [3, -1], [3, 3], [-2, 2]),
  sliceRow([2, 5, 6], [0, 4, -1], [], [2, 5, 6], [1, -1, -1]),
  sliceRow([5, 4], [-1], [], [5, 4], [-1]),
  sliceRow([17, 19], [16, 18], [], [17, 19], [-1, -1]),
  sliceRow([0, 3], [0, 2], [], [0, 2], [-1, -2]),
  padRow([3], [[1, 2]]),
  padRow([4], [[0, 1]], 7),
  padRow(
    [2, 3],
    [
      [0, 1],
      [2, 0],
    ],
    5,
  ),
  padRow(
    [2, 2, 2],
    [
      [1, 0],
      [0, 0],
      [1, 1],
    ],
    -1,
  ),
  padRow(
    [0, 2],
    [
      [1, 0],
      [0, 1],
    ],
    3,
  ),
  padRow([], []),
  concatRow(0, [[2], [3], [0], [1]]),
  concatRow(0, [
    [2, 3],
    [1, 3],
  ]),
  concatRow(1, [
    [2, 3],
    [2, 1],
    [2, 4],
  ]),
  concatRow(-2, [
    [2, 1, 3],
    [2, 2, 3],
  ]),
  concatRow(0, [[4]]),
  stackRow(0, [3], 2),
  stackRow(1, [2, 3], 3),
  stackRow(-1, [2, 2], 2),
  stackRow(0, [], 3),
]
  .flatMap((sample) => bothTypes(sample))
  .concat([
    gatherRow(0, { shape: [4, 3] }, [5]),
    gatherRow(1, { shape: [2, 4, 3] }, [2, 3]),
    gatherRow(-1, { shape: [3, 5] }, [2]),
    gatherRow(0, { shape: [6] }, []),
    gatherRow(0, { shape: [3, 2] }, [0]),
    gatherRow(0, { shape: [4, 3], dtype: 'i32', low: -9, high: 9 }, [5]),
    ...[[5], [2, 3], [], [0]].map((shape): Sample => ({
      op: 'oneHot',
      variant: JSON.stringify(shape),
      apply: (indices) => oneHot(wrong(indices), 4),
      reference: (indices) =>
        build64([...shape, 4], (index) => Number(at64(indices, index.slice(0, -1)) === index.at(-1))),
      cases: [[{ shape, dtype: 'i32', low: 0, high: 4 }]],
    })),
  ]);
