import { elu } from '../../../src/ops/elu.js';
import { gelu } from '../../../src/ops/gelu.js';
import { leakyRelu } from '../../../src/ops/leakyRelu.js';
import { relu } from '../../../src/ops/relu.js';
import { sigmoid } from '../../../src/ops/sigmoid.js';
import { silu } from '../../../src/ops/silu.js';
import { softplus } from '../../../src/ops/softplus.js';
import { tanh } from '../../../src/ops/tanh.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { map64 } from '../arrays.js';
import { erf64 } from '../erf.js';
import { unaryCases, type Input, type Sample } from './sample.js';

function row(
  op: string,
  apply: (x: Tensor) => Tensor,
  f: (x: number) => number,
  input: Omit<Input, 'shape'> = { low: -4, high: 4 },
  variant?: string,
): Sample {
  const sample = { op, apply, reference: map64(f), cases: unaryCases(input) };
  return variant === undefined ? sample : { ...sample, variant };
}

const kinked = { low: -4, high: 4, away: [0] };
const sigmoid64 = (x: number): number => 1 / (1 + Math.exp(-x));
const geluTanh64 = (x: number): number => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** Rows of the activations. */
export const activationSamples: readonly Sample[] = [
  row('sigmoid', sigmoid, sigmoid64),
  row('tanh', tanh, Math.tanh),
  row('relu', relu, (x) => Math.max(x, 0), kinked),
  row('leakyRelu', leakyRelu, (x) => (x > 0 ? x : 0.2 * x), kinked),
  row(
    'leakyRelu',
    (x) => leakyRelu(x, -0.5),
    (x) => (x > 0 ? x : -0.5 * x),
    kinked,
    'negative slope',
  ),
  row('elu', elu, (x) => (x > 0 ? x : Math.expm1(x)), kinked),
  row(
    'elu',
    (x) => elu(x, 1.7),
    (x) => (x > 0 ? x : 1.7 * Math.expm1(x)),
    kinked,
    'alpha',
  ),
  row('gelu', gelu, (x) => (x / 2) * (1 + erf64(x / Math.SQRT2))),
  row('gelu', (x) => gelu(x, { approximate: 'tanh' }), geluTanh64, { low: -4, high: 4 }, 'tanh'),
  row('silu', silu, (x) => x * sigmoid64(x)),
  row('softplus', softplus, (x) => Math.log1p(Math.exp(x))),
];
