import { sizeOf, type Shape } from '../../../src/core/shapes.js';
import { avgPool2d } from '../../../src/ops/avgPool2d.js';
import { conv1d, type Conv1dOptions } from '../../../src/ops/conv1d.js';
import { conv2d } from '../../../src/ops/conv2d.js';
import { conv2dAffine } from '../../../src/ops/conv2dAffine.js';
import { conv2dTranspose } from '../../../src/ops/conv2dTranspose.js';
import { depthwiseConv2d } from '../../../src/ops/depthwiseConv2d.js';
import { maxPool2d } from '../../../src/ops/maxPool2d.js';
import { at64, build64, type Array64 } from '../arrays.js';
import type { Input, Sample } from './sample.js';

type Pair = readonly [number, number];

/** Options with their defaults filled in. */
interface Plan {
  readonly strides?: Pair;
  readonly dilations?: Pair;
  readonly padding?: 'valid' | 'same' | readonly [Pair, Pair];
  readonly groups?: number;
}

interface Axis {
  readonly size: number;
  readonly before: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
}

/** Sizes along one axis, by TensorFlow's definitions. */
function axisOf(size: number, kernel: number, axis: 0 | 1, plan: Plan): Axis {
  const stride = plan.strides?.[axis] ?? 1;
  const dilation = plan.dilations?.[axis] ?? 1;
  const reach = (kernel - 1) * dilation + 1;
  if (plan.padding === 'same') {
    const output = Math.ceil(size / stride);
    const total = Math.max((output - 1) * stride + reach - size, 0);
    return { size, before: Math.floor(total / 2), output, stride, dilation };
  }
  const [before, after] = plan.padding === undefined || plan.padding === 'valid' ? [0, 0] : plan.padding[axis];
  return { size, before, output: Math.floor((size + before + after - reach) / stride) + 1, stride, dilation };
}

/** The input position that tap i of output position r reads; undefined in the padding. */
function tap({ size, before, stride, dilation }: Axis, r: number, i: number): number | undefined {
  const at = r * stride + i * dilation - before;
  return at >= 0 && at < size ? at : undefined;
}

function conv64(x: Array64, f: Array64, plan: Plan, bias?: Array64): Array64 {
  const [batch, height, width] = x.shape as [number, number, number, number];
  const [kh, kw, channels, out] = f.shape as [number, number, number, number];
  const rows = axisOf(height, kh, 0, plan);
  const columns = axisOf(width, kw, 1, plan);
  const perGroup = out / (plan.groups ?? 1);
  return build64([batch, rows.output, columns.output, out], ([b, r, s, n]) => {
    let sum = bias?.data[n!] ?? 0;
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++) {
        const [y, z] = [tap(rows, r!, i), tap(columns, s!, j)];
        if (y === undefined || z === undefined) continue;
        const first = Math.floor(n! / perGroup) * channels;
        for (let c = 0; c < channels; c++) sum += at64(x, [b!, y, z, first + c]) * at64(f, [i, j, c, n!]);
      }
    return sum;
  });
}

const pairs = (list: readonly (readonly Shape[])[]): Input[][] =>
  list.map((shapes) => shapes.map((shape) => ({ shape })));

const tolerances = { tolerance: 5e-6, gradientTolerance: 1e-4, secondTolerance: 1e-3 };

function convRow(plan: Plan, shapes: readonly (readonly [Shape, Shape])[]): Sample {
  return {
    op: 'conv2d',
    variant: JSON.stringify(plan),
    apply: (x, f) => conv2d(x, f, plan),
    reference: (x, f) => conv64(x, f, plan),
    cases: pairs(shapes),
    ...tolerances,
  };
}

const convRows: readonly Sample[] = [
  convRow({}, [
    [
      [2, 4, 5, 3],
      [3, 2, 3, 4],
    ],
    [
      [1, 3, 3, 1],
      [3, 3, 1, 2],
    ],
    [
      [0, 3, 3, 2],
      [2, 2, 2, 3],
    ],
  ]),
  convRow({}, [
    [
      [2, 2, 3, 3],
      [1, 1, 3, 2],
    ],
  ]),
  convRow({ strides: [2, 3], padding: 'same' }, [
    [
      [1, 5, 7, 2],
      [3, 2, 2, 3],
    ],
    [
      [2, 4, 4, 1],
      [2, 2, 1, 1],
    ],
  ]),
  convRow({ strides: [3, 2], padding: 'valid' }, [
    [
      [1, 6, 5, 1],
      [2, 1, 1, 2],
    ],
  ]),
  convRow({ dilations: [2, 1], padding: 'same' }, [
    [
      [1, 5, 3, 2],
      [2, 3, 2, 2],
    ],
  ]),
  convRow(
    {
      padding: [
        [1, 0],
        [2, 1],
      ],
      strides: [2, 2],
      dilations: [1, 2],
    },
    [
      [
        [1, 4, 5, 2],
        [2, 2, 2, 3],
      ],
    ],
  ),
  convRow({ groups: 2, padding: 'same' }, [
    [
      [1, 3, 3, 4],
      [2, 2, 2, 6],
    ],
  ]),
];

const functions = {
  linear: (z: number): number => z,
  relu: (z: number): number => Math.max(z, 0),
  sigmoid: (z: number): number => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  leakyRelu: (z: number): number => (z > 0 ? z : 0.1 * z),
};

function affineRow(activation: keyof typeof functions): Sample {
  const plan: Plan = { padding: 'same', strides: [2, 1] };
  return {
    op: 'conv2dAffine',
    variant: activation,
    apply: (x, f, bias) => conv2dAffine(x, f, bias, { ...plan, activation, slope: 0.1 }),
    reference: (x, f, bias) => {
      const { shape, data } = conv64(x, f, plan, bias);
      return { shape, data: data.map(functions[activation]) };
    },
    cases: pairs([
      [[1, 3, 4, 2], [2, 2, 2, 3], [3]],
      [
        [2, 3, 2, 1],
        [1, 2, 1, 2],
      ],
    ]),
    ...tolerances,
  };
}

function depthwiseRow(plan: Plan, shapes: readonly (readonly [Shape, Shape])[]): Sample {
  return {
    op: 'depthwiseConv2d',
    variant: JSON.stringify(plan),
    apply: (x, f) => depthwiseConv2d(x, f, plan),
    reference: (x, f) => {
      const [kh, kw, channels, multiplier] = f.shape as [number, number, number, number];
      const grouped = { shape: [kh, kw, 1, channels * multiplier], data: f.data };
      return conv64(x, grouped, { ...plan, groups: channels });
    },
    cases: pairs(shapes),
    ...tolerances,
  };
}

/** By its definition: every cell of x adds its multiple of the filter. `same` cuts the surplus off. */
function transposed64(x: Array64, f: Array64, plan: Plan): Array64 {
  const [batch, height, width, from] = x.shape as [number, number, number, number];
  const [kh, kw, out] = f.shape as [number, number, number, number];
  const full = (n: number, kernel: number, axis: 0 | 1): number => {
    const stride = plan.strides?.[axis] ?? 1;
    const reach = (kernel - 1) * (plan.dilations?.[axis] ?? 1) + 1;
    return plan.padding === 'same' ? n * stride : n * stride + Math.max(reach - stride, 0);
  };
  const [rows, columns] = [axisOf(full(height, kh, 0), kh, 0, plan), axisOf(full(width, kw, 1), kw, 1, plan)];
  return build64([batch, rows.size, columns.size, out], ([b, y, z, n]) => {
    let sum = 0;
    for (let r = 0; r < height; r++)
      for (let s = 0; s < width; s++)
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++) {
            if (tap(rows, r, i) !== y || tap(columns, s, j) !== z) continue;
            for (let c = 0; c < from; c++) sum += at64(x, [b!, r, s, c]) * at64(f, [i, j, n!, c]);
          }
    return sum;
  });
}

function transposedRow(plan: Plan, shapes: readonly (readonly [Shape, Shape])[]): Sample {
  return {
    op: 'conv2dTranspose',
    variant: JSON.stringify(plan),
    apply: (x, f) => conv2dTranspose(x, f, plan),
    reference: (x, f) => transposed64(x, f, plan),
    cases: pairs(shapes),
    ...tolerances,
  };
}

function sequenceRow(
  options: Conv1dOptions,
  columns: Pair | 'valid' | 'same',
  shapes: readonly [Shape, Shape],
): Sample {
  const { strides = 1, dilations = 1, groups = 1 } = options;
  return {
    op: 'conv1d',
    variant: JSON.stringify(options),
    apply: (x, f) => conv1d(x, f, options),
    reference: (x, f) => {
      const image = { shape: [x.shape[0]!, 1, ...x.shape.slice(1)], data: x.data };
      const padding = typeof columns === 'string' ? columns : ([[0, 0], columns] as const);
      const plan = { strides: [1, strides], dilations: [1, dilations], groups, padding } as const;
      const { shape, data } = conv64(image, { shape: [1, ...f.shape], data: f.data }, plan);
      return { shape: [shape[0]!, ...shape.slice(2)], data };
    },
    cases: pairs([shapes]),
    ...tolerances,
  };
}

function pool64(x: Array64, kernel: Pair, plan: Plan, fold: (values: number[]) => number): Array64 {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const rows = axisOf(height, kernel[0], 0, plan);
  const columns = axisOf(width, kernel[1], 1, plan);
  return build64([batch, rows.output, columns.output, channels], ([b, r, s, c]) => {
    const values: number[] = [];
    for (let i = 0; i < kernel[0]; i++)
      for (let j = 0; j < kernel[1]; j++) {
        const [y, z] = [tap(rows, r!, i), tap(columns, s!, j)];
        if (y !== undefined && z !== undefined) values.push(at64(x, [b!, y, z, c!]));
      }
    return fold(values);
  });
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function poolRows(kernel: Pair, plan: Plan, shapes: readonly Shape[]): Sample[] {
  const options = { poolSize: kernel, ...plan };
  const bound = { ...plan, strides: plan.strides ?? kernel };
  // All below zero, and far enough apart for finite differences not to change which is the largest.
  const apart = (shape: Shape): number[] => Array.from({ length: sizeOf(shape) }, (_, i) => ((37 * i) % 127) / 10 - 13);
  const cases = shapes.map((shape) => [{ shape, values: apart(shape) }]);
  const variant = JSON.stringify(options);
  return [
    {
      op: 'maxPool2d',
      variant,
      apply: (x) => maxPool2d(x, options),
      reference: (x) => pool64(x, kernel, bound, (values) => Math.max(...values)),
      cases,
    },
    {
      op: 'avgPool2d',
      variant,
      apply: (x) => avgPool2d(x, options),
      reference: (x) => pool64(x, kernel, bound, mean),
      cases,
    },
  ];
}

/** Rows of the operations on images and sequences. */
export const convSamples: readonly Sample[] = [
  ...convRows,
  ...(['linear', 'relu', 'sigmoid', 'tanh', 'leakyRelu'] as const).map(affineRow),
  depthwiseRow({ padding: 'same' }, [
    [
      [2, 3, 3, 5],
      [2, 3, 5, 1],
    ],
  ]),
  depthwiseRow({ strides: [2, 2], dilations: [1, 2] }, [
    [
      [1, 5, 5, 2],
      [2, 2, 2, 3],
    ],
  ]),
  depthwiseRow({}, [
    [
      [1, 3, 3, 1],
      [2, 2, 1, 2],
    ],
  ]),
  transposedRow({}, [
    [
      [2, 2, 3, 2],
      [3, 2, 4, 2],
    ],
  ]),
  transposedRow({ strides: [2, 3] }, [
    [
      [1, 3, 2, 2],
      [3, 2, 3, 2],
    ],
  ]),
  transposedRow({ strides: [2, 2], padding: 'same', dilations: [2, 1] }, [
    [
      [1, 2, 3, 1],
      [3, 3, 2, 1],
    ],
  ]),
  sequenceRow({}, 'valid', [
    [2, 6, 3],
    [3, 3, 4],
  ]),
  sequenceRow({ strides: 2, padding: 'same' }, 'same', [
    [1, 7, 2],
    [3, 2, 3],
  ]),
  sequenceRow(
    { dilations: 2, padding: 'causal' },
    [4, 0],
    [
      [1, 6, 2],
      [3, 2, 2],
    ],
  ),
  sequenceRow(
    { padding: [2, 1], groups: 2 },
    [2, 1],
    [
      [1, 4, 4],
      [2, 2, 2],
    ],
  ),
  ...poolRows([2, 2], {}, [
    [2, 4, 5, 3],
    [0, 2, 2, 1],
  ]),
  ...poolRows([3, 2], { strides: [2, 1], padding: 'same' }, [[1, 5, 4, 5]]),
  ...poolRows(
    [2, 3],
    {
      strides: [3, 2],
      padding: [
        [1, 0],
        [1, 2],
      ],
    },
    [[1, 4, 5, 2]],
  ),
];
