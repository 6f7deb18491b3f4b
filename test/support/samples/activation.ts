// The activations in float64, and their rows for the generic tests. The type of the references requires one for every
// name in the table src/ops/activations.ts.
import { activations } from '../../../src/ops/activations.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { map64 } from '../arrays.js';
import { erf } from '../special.js';
import { unaryCases, type Sample } from './sample.js';

type Scalar = (x: number) => number;
export type ActivationName = keyof typeof activations;

/** An activation by its definition. */
interface Reference {
  readonly f: Scalar;
  /** Values and slopes at -Infinity and Infinity. */
  readonly ends: { readonly values: readonly [number, number]; readonly slopes: readonly [number, number] };
  /** Where the first or second derivative jumps. */
  readonly kinks?: readonly number[];
  /** Values of the parameter besides its default, each with the function for it. */
  readonly variants?: readonly { readonly parameter: number | string; readonly f: Scalar; readonly name: string }[];
  /** The name of the operation, if different. */
  readonly op?: string;
}

const sigmoid: Scalar = (x) => 1 / (1 + Math.exp(-x));
const silu: Scalar = (x) => x * sigmoid(x);
const softplus: Scalar = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const geluTanh: Scalar = (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const gate: Scalar = (x) => Math.min(Math.max(x + 3, 0), 6) / 6;
const leakyRelu =
  (slope: number): Scalar =>
  (x) =>
    x > 0 ? x : slope * x;
const elu =
  (alpha: number, rate = 1): Scalar =>
  (x) =>
    x > 0 ? x : alpha * Math.expm1(rate * x);

/** Limits of functions that are 0 on the left and x on the right. */
const RAMP = { values: [0, Infinity], slopes: [0, 1] } as const;

/** One entry for each name of the table but softmax, which works on rows. */
export const activations64: Readonly<Record<Exclude<ActivationName, 'softmax'>, Reference>> = {
  linear: { f: (x) => x, ends: { values: [-Infinity, Infinity], slopes: [1, 1] } },
  sigmoid: { f: sigmoid, ends: { values: [0, 1], slopes: [0, 0] } },
  tanh: { f: Math.tanh, ends: { values: [-1, 1], slopes: [0, 0] } },
  relu: { f: (x) => Math.max(x, 0), ends: RAMP, kinks: [0] },
  leakyRelu: {
    f: leakyRelu(0.2),
    ends: { values: [-Infinity, Infinity], slopes: [0.2, 1] },
    kinks: [0],
    variants: [
      { parameter: 0.5, f: leakyRelu(0.5), name: 'slope' },
      { parameter: -0.5, f: leakyRelu(-0.5), name: 'negative slope' },
    ],
  },
  elu: {
    f: elu(1),
    ends: { values: [-1, Infinity], slopes: [0, 1] },
    kinks: [0],
    variants: [{ parameter: 1.7, f: elu(1.7), name: 'alpha' }],
  },
  gelu: {
    f: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
    ends: RAMP,
    variants: [{ parameter: 'tanh', f: geluTanh, name: 'tanh' }],
  },
  silu: { f: silu, ends: RAMP },
  softplus: { f: softplus, ends: RAMP },
  mish: { f: (x) => x * Math.tanh(softplus(x)), ends: RAMP },
  selu: {
    f: (x) => 1.0507009873554805 * elu(1.6732632423543772)(x),
    ends: { values: [-1.7580993408473766, Infinity], slopes: [0, 1.0507009873554805] },
    kinks: [0],
  },
  relu6: { f: (x) => Math.min(Math.max(x, 0), 6), ends: { values: [0, 6], slopes: [0, 0] }, kinks: [0, 6] },
  hardSigmoid: {
    f: gate,
    ends: { values: [0, 1], slopes: [0, 0] },
    kinks: [-3, -2.5, 2.5, 3],
    variants: [{ parameter: 0.2, f: (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1), name: 'of Keras 2' }],
  },
  hardSwish: { f: (x) => x * gate(x), ends: RAMP, kinks: [-3, 3] },
  softsign: { f: (x) => x / (1 + Math.abs(x)), ends: { values: [-1, 1], slopes: [0, 0] }, kinks: [0] },
  celu: {
    f: elu(1),
    ends: { values: [-1, Infinity], slopes: [0, 1] },
    kinks: [0],
    variants: [
      { parameter: 2.5, f: elu(2.5, 1 / 2.5), name: 'alpha' },
      { parameter: 0.3, f: elu(0.3, 1 / 0.3), name: 'small alpha' },
    ],
  },
  exponential: { f: Math.exp, ends: { values: [0, Infinity], slopes: [0, Infinity] }, op: 'exp' },
  swish: { f: silu, ends: RAMP },
};

/** The function of the table, its parameter bound; `undefined` for the default. */
export function activationFunction(name: ActivationName, parameter?: unknown): (x: Tensor) => Tensor {
  const entry = activations[name];
  return typeof entry === 'function' ? entry : entry.bind(name, parameter).apply;
}

/** An activation as a row of the generic tests; linear returns its input and is not an operation. */
function rowsOf(name: keyof typeof activations64): Sample[] {
  const { f, kinks, variants = [], op = name } = activations64[name];
  if (name === 'linear') return [];
  const cases = unaryCases({ low: -8, high: 8, ...(kinks && { away: kinks }) });
  const row = { op, cases };
  return [
    { ...row, apply: activationFunction(name), reference: map64(f), ...(op !== name && { variant: name }) },
    ...variants.map((variant) => ({
      ...row,
      variant: variant.name,
      apply: activationFunction(name, variant.parameter),
      reference: map64(variant.f),
    })),
  ];
}

const hasReference = (name: string): name is keyof typeof activations64 => Object.hasOwn(activations64, name);

/** Rows of the activations. */
export const activationSamples: readonly Sample[] = Object.keys(activations).filter(hasReference).flatMap(rowsOf);
