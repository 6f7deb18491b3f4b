import type { Shape } from '../../../src/core/shapes.js';
import { batchNormalization } from '../../../src/ops/batchNormalization.js';
import { layerNormalization } from '../../../src/ops/layerNormalization.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { at64, build64, type Array64 } from '../arrays.js';
import type { Input, Sample } from './sample.js';

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

function moments(values: readonly number[]): Moments {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length };
}

/** Mean and variance of each group of elements. */
function grouped(x: Array64, group: (flat: number) => number): Moments[] {
  const members: number[][] = [];
  x.data.forEach((value, flat) => (members[group(flat)] ??= []).push(value));
  return members.map(moments);
}

function normalise64(x: Array64, gamma: Array64, beta: Array64, epsilon: number, along: 'rows' | 'columns'): Array64 {
  const features = x.shape.at(-1)!;
  const group = (flat: number): number => (along === 'rows' ? Math.floor(flat / features) : flat % features);
  const statistics = grouped(x, group);
  return build64(x.shape, (index, flat) => {
    const { mean, variance } = statistics[group(flat)]!;
    const standard = (at64(x, index) - mean) / Math.sqrt(variance + epsilon);
    return standard * gamma.data[flat % features]! + beta.data[flat % features]!;
  });
}

/** One of the three results, the others freed. */
const result =
  (which: 0 | 1 | 2, epsilon?: number) =>
  (...[x, gamma, beta]: Tensor[]): Tensor => {
    const all = batchNormalization(x!, gamma!, beta!, epsilon === undefined ? {} : { epsilon });
    all.forEach((each, i) => {
      if (i !== which) each.dispose();
    });
    return all[which];
  };

const statistic64 =
  (which: keyof Moments) =>
  (...[x]: Array64[]): Array64 => {
    const features = x!.shape.at(-1)!;
    const data = Float64Array.from(
      grouped(x!, (flat) => flat % features),
      (each) => each[which],
    );
    return { shape: [features], data };
  };

const shapes: readonly Shape[] = [
  [4, 3],
  [7, 1],
  [2, 5],
  [5, 4],
  [3, 8],
  [2, 3, 2],
  [2, 2, 2, 5],
  [9, 17],
];
const cases = shapes.map((shape): Input[] => [{ shape }, { shape: [shape.at(-1)!] }, { shape: [shape.at(-1)!] }]);

// A single row or feature has variance 0, so only epsilon is under the root.
const flatCase: Input[] = [{ shape: [1, 3] }, { shape: [3] }, { shape: [3] }];
const deepCase: Input[] = [{ shape: [4, 1] }, { shape: [1] }, { shape: [1] }];
const tolerances = { gradientTolerance: 1e-4, secondTolerance: 2e-3 };

export const normalizationSamples: readonly Sample[] = [
  {
    op: 'batchNormalization',
    apply: result(0),
    reference: (x, gamma, beta) => normalise64(x, gamma, beta, 1e-3, 'columns'),
    cases: [...cases, flatCase],
    ...tolerances,
  },
  {
    op: 'batchNormalization',
    variant: 'epsilon 0.5',
    apply: result(0, 0.5),
    reference: (x, gamma, beta) => normalise64(x, gamma, beta, 0.5, 'columns'),
    cases,
    ...tolerances,
  },
  { op: 'batchNormalization', variant: 'mean', apply: result(1), reference: statistic64('mean'), cases, ...tolerances },
  {
    op: 'batchNormalization',
    variant: 'variance',
    apply: result(2),
    reference: statistic64('variance'),
    cases,
    ...tolerances,
  },
  {
    op: 'layerNormalization',
    apply: (x, gamma, beta) => layerNormalization(x, gamma, beta),
    reference: (x, gamma, beta) => normalise64(x, gamma, beta, 1e-3, 'rows'),
    cases: [...cases, deepCase],
    ...tolerances,
  },
  {
    op: 'layerNormalization',
    variant: 'epsilon 0.5',
    apply: (x, gamma, beta) => layerNormalization(x, gamma, beta, { epsilon: 0.5 }),
    reference: (x, gamma, beta) => normalise64(x, gamma, beta, 0.5, 'rows'),
    cases,
    ...tolerances,
  },
];
