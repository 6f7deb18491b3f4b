import type { Shape } from '../../../src/core/shapes.js';
import { affine, type AffineActivation } from '../../../src/ops/affine.js';
import { matmul, type MatmulOptions } from '../../../src/ops/matmul.js';
import { at64, build64, map64, type Array64 } from '../arrays.js';
import type { Input, Sample } from './sample.js';

const pairs = (list: readonly (readonly [Shape, Shape])[]): Input[][] =>
  list.map((shapes) => shapes.map((shape) => ({ shape })));

const swap = (x: Array64): Array64 => {
  const shape = [...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!];
  return build64(shape, (index) => at64(x, [...index.slice(0, -2), index.at(-1)!, index.at(-2)!]));
};

/** By the definition, for ranks >= 2. */
function product64(a: Array64, b: Array64): Array64 {
  const rank = Math.max(a.shape.length, b.shape.length);
  const lead = Array.from({ length: rank - 2 }, (_, i) =>
    Math.max(a.shape[i - rank + a.shape.length] ?? 1, b.shape[i - rank + b.shape.length] ?? 1),
  );
  return build64([...lead, a.shape.at(-2)!, b.shape.at(-1)!], (index) => {
    const entry = index.slice(0, -2);
    let sum = 0;
    for (let p = 0; p < b.shape.at(-2)!; p++) {
      sum += at64(a, [...entry, index.at(-2)!, p]) * at64(b, [...entry, p, index.at(-1)!]);
    }
    return sum;
  });
}

function row(options: MatmulOptions, shapes: readonly (readonly [Shape, Shape])[]): Sample {
  const { transposeA = false, transposeB = false } = options;
  return {
    op: 'matmul',
    variant: `${transposeA ? 'transposed' : 'plain'} by ${transposeB ? 'transposed' : 'plain'}`,
    apply: (a, b) => matmul(a, b, options),
    reference: (a, b) => product64(transposeA ? swap(a) : a, transposeB ? swap(b) : b),
    cases: pairs(shapes),
    gradientTolerance: 1e-4,
  };
}

const vectors: Sample = {
  op: 'matmul',
  variant: 'vectors',
  apply: (a, b) => matmul(a, b),
  reference: (a, b) => {
    const [row, column] = [a.shape.length === 1, b.shape.length === 1];
    const { shape, data } = product64(
      row ? { shape: [1, ...a.shape], data: a.data } : a,
      column ? { shape: [...b.shape, 1], data: b.data } : b,
    );
    const m = row ? [] : [shape.at(-2)!];
    const n = column ? [] : [shape.at(-1)!];
    return { shape: [...shape.slice(0, -2), ...m, ...n], data };
  },
  cases: pairs([
    [[3], [3]],
    [[3], [3, 4]],
    [[2, 3], [3]],
    [[2, 3, 2], [2]],
    [[2], [3, 2, 1]],
  ]),
};

const functions: Record<AffineActivation, (z: number) => number> = {
  linear: (z) => z,
  relu: (z) => Math.max(z, 0),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  leakyRelu: (z) => (z > 0 ? z : 0.1 * z),
};

function affineRow(activation: AffineActivation): Sample {
  return {
    op: 'affine',
    variant: activation,
    apply: (x, kernel, bias) => affine(x, kernel, bias, activation, 0.1),
    reference: (x, kernel, bias = { shape: [1], data: Float64Array.of(0) }) => {
      const z = product64(x.shape.length === 1 ? { ...x, shape: [1, ...x.shape] } : x, kernel);
      const y = map64((sum, b) => functions[activation](sum + b))(z, bias);
      return { shape: [...x.shape.slice(0, -1), kernel.shape[1]!], data: y.data };
    },
    cases: [
      [{ shape: [3, 4] }, { shape: [4, 2] }, { shape: [2] }],
      [{ shape: [1, 3] }, { shape: [3, 5] }],
      [{ shape: [6, 2] }, { shape: [2, 1] }, { shape: [1] }],
      [{ shape: [2, 2, 3] }, { shape: [3, 2] }, { shape: [2] }],
      [{ shape: [3] }, { shape: [3, 2] }, { shape: [2] }],
      [{ shape: [2, 0] }, { shape: [0, 3] }, { shape: [3] }],
      [{ shape: [0, 2] }, { shape: [2, 3] }, { shape: [3] }],
    ],
    gradientTolerance: 1e-4,
  };
}

/** Rows of the matmul operations. */
export const matmulSamples: readonly Sample[] = [
  row({}, [
    [
      [3, 4],
      [4, 2],
    ],
    [
      [1, 5],
      [5, 3],
    ],
    [
      [2, 0],
      [0, 3],
    ],
    [
      [0, 2],
      [2, 3],
    ],
    [
      [2, 3, 2],
      [2, 2],
    ],
    [
      [2, 3, 2],
      [1, 2, 2],
    ],
    [
      [2, 3],
      [2, 3, 2],
    ],
    [
      [3, 2, 2],
      [3, 2, 2],
    ],
    [
      [2, 1, 2, 3],
      [3, 3, 1],
    ],
    [
      [2, 1, 2, 1, 2],
      [2, 1, 2, 1],
    ],
  ]),
  row({ transposeA: true }, [
    [
      [4, 3],
      [4, 2],
    ],
    [
      [2, 2, 3],
      [2, 2],
    ],
    [
      [2, 3],
      [2, 2, 2],
    ],
  ]),
  row({ transposeB: true }, [
    [
      [3, 4],
      [2, 4],
    ],
    [
      [2, 3, 2],
      [3, 2],
    ],
    [
      [3, 2],
      [2, 2, 2],
    ],
  ]),
  row({ transposeA: true, transposeB: true }, [
    [
      [4, 3],
      [2, 4],
    ],
    [
      [2, 2, 3],
      [2, 2, 2],
    ],
    [
      [2, 2, 3],
      [3, 2],
    ],
  ]),
  vectors,
  affineRow('linear'),
  affineRow('relu'),
  affineRow('sigmoid'),
  affineRow('tanh'),
  affineRow('leakyRelu'),
];
