// Layers against PyTorch in float64: references/make.py writes inputs, output, and gradients of sum(y cos(position)).
import { expect, test } from 'vitest';
import { cos, mul, arange, reshape, sum, tensor, tidy, valueAndGrad, type Tensor } from '../../src/index.js';
import * as layers from '../../src/layers/index.js';
import { connect, input, model } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import references from './references/cases.json';

withRuntime();

type Case = (typeof references)[keyof typeof references];

interface Setting {
  readonly layer: layers.Layer;
  /** The shapes of samples by PyTorch's names. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** The order in which the layer takes them. */
  readonly order?: readonly string[];
  /** Valid steps. */
  readonly lengths?: readonly number[];
}

const recurrent = { units: 2, useBias: false, returnSequences: true };

const settings: Readonly<Record<keyof typeof references, Setting>> = {
  groupNorm: { layer: layers.groupNorm({ groups: 3 }), inputs: { x: [3, 2, 6] } },
  'groupNorm of a row': { layer: layers.groupNorm({ groups: 2, epsilon: 1e-5 }), inputs: { x: [4] } },
  'groupNorm of one group': { layer: layers.groupNorm({ groups: 1 }), inputs: { x: [5, 3] } },
  'groupNorm of each channel': { layer: layers.groupNorm({ groups: 3 }), inputs: { x: [5, 3] } },
  rmsNorm: { layer: layers.rmsNorm(), inputs: { x: [3, 5] } },
  attention: {
    layer: layers.multiHeadAttention({ heads: 2, keyDim: 3, valueDim: 2, useBias: false }),
    inputs: { value: [4, 4], query: [3, 5], key: [4, 6] },
    order: ['query', 'value', 'key'],
    lengths: [4, 3],
  },
  lstm: { layer: layers.lstm(recurrent), inputs: { x: [4, 3], h: [2], c: [2] } },
  gru: { layer: layers.gru(recurrent), inputs: { x: [4, 3], h: [2] } },
  simpleRnn: { layer: layers.simpleRnn(recurrent), inputs: { x: [4, 3], h: [2] } },
};

function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual.length, what).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    const difference = Math.abs((actual[i] ?? NaN) - value);
    if (!(difference <= 3e-6 * Math.max(1, largest))) expect.fail(`${what} ${i}: ${actual[i]}, PyTorch ${value}`);
  });
}

test.each(Object.entries(settings))('%s', (name, { layer, inputs, order = Object.keys(inputs), lengths }) => {
  const reference: Case = references[name as keyof typeof references];
  const given: Readonly<Record<string, readonly number[]>> = reference.inputs;
  const gradients: Readonly<Record<string, readonly number[]>> = reference.gradients;
  const symbols = Object.fromEntries(Object.entries(inputs).map(([key, shape]) => [key, input({ shape })]));
  using network = model({
    inputs: symbols,
    outputs: connect({ ...layer, name: 'l' }, ...order.flatMap((key) => symbols[key] ?? [])),
    seed: 1,
  });
  tidy(() => {
    const rows = (given[Object.keys(inputs)[0] ?? ''] ?? []).length / (Object.values(inputs)[0] ?? []).reduce((a, b) => a * b, 1); // prettier-ignore
    const weights = Object.fromEntries(
      network.weights.map(({ name: full, shape }) => [full, tensor(Float32Array.from(given[full.slice(2)] ?? []), shape)]), // prettier-ignore
    );
    const xs = Object.fromEntries(
      Object.entries(inputs).map(([key, shape]) => [
        key,
        tensor(Float32Array.from(given[key] ?? []), [rows, ...shape]),
      ]),
    );
    let output: ArrayLike<number> = [];
    const f = (values: { weights: Record<string, Tensor>; xs: Record<string, Tensor> }): Tensor => {
      const y = network.apply(values.weights, values.xs, lengths && { lengths });
      output = Float32Array.from(y.data());
      return sum(mul(y, reshape(cos(arange(y.size)), y.shape)));
    };
    const [, made] = valueAndGrad(f)({ weights, xs });
    expectClose(output, reference.output, 'output');
    for (const [full, gradient] of Object.entries(made.weights))
      expectClose(gradient.data(), gradients[full.slice(2)] ?? [], full);
    for (const [key, gradient] of Object.entries(made.xs)) expectClose(gradient.data(), gradients[key] ?? [], key);
  });
});
