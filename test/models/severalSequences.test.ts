// Lengths in models with several inputs, and layers that take them: initial states, cross-attention, recurrent dropout.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { checkGradients, grad, mul, sum, tensor, tidy, type Tensor } from '../../src/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import * as layers from '../../src/layers/index.js';
import type { Layer } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, sequential, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { bitPatterns } from '../support/bits.js';
import { numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';

withRuntime();

const [B, T, F] = [6, 5, 2];
const a = numbers(B * T * F, 1);
const b = numbers(B * T * F, 2);
const lengths = Int32Array.of(5, 1, 3, 2, 4, 5);

const tail = (): Layer[] => [layers.gru({ units: 3, returnSequences: true, name: 'g' }), layers.dense({ units: 1, name: 'd' })]; // prettier-ignore

function twoInputs() {
  const [one, two] = [input({ shape: [T, F] }), input({ shape: [T, F] })];
  const outputs = connect(tail(), connect(layers.addLayers(), one, two));
  return model({ inputs: { one, two }, outputs, seed: 4 });
}

describe('lengths of several inputs', () => {
  const added = a.map((value, i) => Math.fround(value + (b[i] ?? 0)));

  it('mask every sequence: predictions and training are those of a model of one input, also after loading', async () => {
    using both = twoInputs();
    using one = sequential({ inputShape: [T, F] }, tail());
    one.setWeights(both.getWeights());
    const y = numbers(B * T, 3);
    const options = { loss: meanSquaredError(), optimizer: adam(), batchSize: 4, epochs: 3, seed: 2 };
    const [data, sums] = tidy(() => {
      const target = tensor(y, [B, T, 1]);
      const parts = { one: tensor(a, [B, T, F]), two: tensor(b, [B, T, F]) };
      return [dataset(parts, target, { lengths }), dataset(tensor(added, [B, T, F]), target, { lengths })];
    });
    await both.fit(data, options);
    await one.fit(sums, options);
    const weights = one.getWeights();
    for (const [name, value] of Object.entries(both.getWeights()))
      expect(bitPatterns(value)).toEqual(bitPatterns(weights[name] ?? new Float32Array()));
    using copy = loadModel(saveModel(both));
    tidy(() => {
      const expected = one.predict(added, { lengths }).data();
      const xs = { one: tensor(a, [B, T, F]), two: tensor(b, [B, T, F]) };
      expect(both.predict(xs, { lengths }).data()).toEqual(expected);
      expect(copy.predict(tensor(rowsOf(), [B, 2 * T * F]), { lengths }).data()).toEqual(expected);
    });
  });

  /** Both inputs side by side in rows. */
  const rowsOf = (): Float32Array =>
    Float32Array.from({ length: 2 * a.length }, (_, i) => {
      const [row, at] = [Math.floor(i / (2 * T * F)), i % (2 * T * F)];
      return (at < T * F ? a : b)[row * T * F + (at % (T * F))] ?? NaN;
    });

  it('belong to indices of an embedding, and not to inputs of other sizes', () => {
    const [words, more, features] = [input({ shape: [T] }), input({ shape: [T, F] }), input({ shape: [T] })];
    const embedded = connect(layers.embedding({ inputDim: 4, outputDim: F }), words);
    const sequence = connect(layers.gru({ units: 2 }), connect(layers.addLayers(), embedded, more));
    const outputs = connect(layers.dense({ units: 1 }), connect(layers.concatenate(), sequence, features));
    using network = model({ inputs: { words, more, features }, outputs, seed: 1 });
    tidy(() => {
      const xs = { words: [[1, 2, 3, 0, 1]], more: tensor(a.slice(0, T * F), [1, T, F]), features: [[1, 2, 3, 4, 5]] };
      const changed = { ...xs, words: [[1, 2, 0, 3, 2]], more: tensor(a.map((v, i) => (i < 2 * F ? v : 9)).slice(0, T * F), [1, T, F]) }; // prettier-ignore
      const y = network.predict(xs, { lengths: [2] }).item();
      expect(network.predict(changed, { lengths: [2] }).item()).toBe(y);
      expect(network.predict({ ...xs, features: [[1, 2, 3, 4, 6]] }, { lengths: [2] }).item()).not.toBe(y);
    });
    expect(() => network.predict({ words: [[1, 2, 3, 0, 1]], more: [new Array(T).fill([0, 0])], features: [[1, 2, 3, 4, 5]] }, { lengths: [6] })).toThrow(typed(RangeError, /^predict: expected lengths from 1 to 5, got 6/)); // prettier-ignore
  });
});

describe('recurrent dropout', () => {
  const make = (kind: 'lstm' | 'gru' | 'simpleRnn', options: object): Layer =>
    layers[kind]({ units: 2, returnSequences: true, name: 'r', ...options });
  const kinds = ['lstm', 'gru', 'simpleRnn'] as const;

  it.each(kinds)('%s: dropout is one mask for all steps of the input', (kind) => {
    using dropping = sequential({ inputShape: [4, 60], seed: 1 }, [make(kind, { dropout: 0.5 })]);
    const weights = Object.fromEntries(dropping.weights.map(({ name, tensor: value }) => [name, value]));
    tidy(() => {
      // The mask shows in the gradient of x: 0 where it drops.
      const x = tensor(numbers(4 * 60, 5), [1, 4, 60]);
      const rows = [1, 2].map((seed) => maskOf((v) => dropping.apply(weights, v, { training: true, seed }), x));
      expect(rows[0]).not.toEqual(rows[1]);
      for (const row of rows) for (const step of row) expect(step).toEqual(row[0]);
    });
  });

  it.each(kinds)('%s: gradients with both rates, and nothing changes in prediction', (kind) => {
    const options = { dropout: 0.3, recurrentDropout: 0.4 };
    using dropping = sequential({ inputShape: [3, 2], seed: 1 }, [make(kind, options)]);
    using plain = sequential({ inputShape: [3, 2], seed: 1 }, [make(kind, {})]);
    tidy(() => {
      const x = tensor(numbers(12, 6), [2, 3, 2]);
      expect(dropping.predict(x).data()).toEqual(plain.predict(x).data());
      const weights = Object.fromEntries(dropping.weights.map(({ name, tensor: value }) => [name, value]));
      const f = (value: Tensor): Tensor => {
        const y = dropping.apply(weights, value, { training: true, seed: 3 });
        return sum(mul(y, y));
      };
      checkGradients(f, [x], { tolerance: 2e-2 });
      const still = sequential({ inputShape: [3, 2], seed: 1 }, [make(kind, { recurrentDropout: 0.9 })]);
      const apart = still.apply(weights, x, { training: true, seed: 3 }).data();
      // Steps after the first feel it, the first does not: its state before is 0.
      expect([...apart.slice(0, 2)].map((v) => v.toFixed(5))).toEqual([...plain.predict(x).data().slice(0, 2)].map((v) => v.toFixed(5))); // prettier-ignore
      expect(apart).not.toEqual(plain.predict(x).data());
      still.dispose();
    });
  });

  it('refuses rates outside of [0, 1)', () => {
    expect(() => layers.gru({ units: 1, recurrentDropout: 1 })).toThrow(typed(RangeError, /^gru: expected recurrentDropout/)); // prettier-ignore
    expect(() => layers.lstm({ units: 1, dropout: -1 })).toThrow(typed(RangeError, /^lstm: expected dropout/));
  });
});

/** Which inputs of each step have a gradient. */
function maskOf(f: (x: Tensor) => Tensor, x: Tensor): boolean[][] {
  const gradient = grad((v: Tensor) => sum(f(v)))(x).data();
  const width = x.shape[2] ?? 1;
  return Array.from({ length: x.shape[1] ?? 0 }, (_, t) => Array.from(gradient.slice(t * width, (t + 1) * width), (v) => v !== 0)); // prettier-ignore
}

describe('initial states', () => {
  it.each([
    ['lstm', layers.lstm({ units: 2, initialState: 'learned', name: 'r' }), ['r/initialH', 'r/initialC']],
    ['gru', layers.gru({ units: 2, initialState: 'learned', name: 'r' }), ['r/initialState']],
    ['simpleRnn', layers.simpleRnn({ units: 2, initialState: 'learned', name: 'r' }), ['r/initialState']],
  ])('%s: learned ones are weights that training changes', async (_, layer, names) => {
    using network: Model = sequential({ inputShape: [T, F], seed: 1 }, [layer, layers.dense({ units: 1 })]);
    const data = tidy(() => dataset(tensor(a, [B, T, F]), tensor(numbers(B, 3), [B, 1])));
    await network.fit(data, { loss: meanSquaredError(), optimizer: adam(), epochs: 2, seed: 1 });
    for (const name of names)
      expect(
        network.weights
          .find((weight) => weight.name === name)
          ?.tensor.data()
          .every((v) => v !== 0),
      ).toBe(true);
  });

  it('that do not fit', () => {
    const [x, h, wide] = [input({ shape: [T, F] }), input({ shape: [2] }), input({ shape: [3] })];
    expect(() => connect(layers.lstm({ units: 2 }), x, h)).toThrow(
      new ShapeError('connect: lstm: expected 2 initial states [batch, 2], got [2]'),
    );
    expect(() => connect(layers.gru({ units: 2 }), x, wide)).toThrow(
      new ShapeError('connect: gru: expected 1 initial state [batch, 2], got [3]'),
    );
    expect(() => connect(layers.gru({ units: 2, initialState: 'learned' }), x, h)).toThrow(
      new TypeError("connect: gru: expected no states where initialState is 'learned', got 1"),
    );
  });
});

it('cross-attention refuses what does not fit', () => {
  const attention = layers.multiHeadAttention({ heads: 1, keyDim: 2 });
  const [q, v, k, row] = [[3, 2], [4, 5], [3, 5], [4]].map((shape) => input({ shape }));
  if (!q || !v || !k || !row) return;
  expect(connect(attention, q, v).shape).toEqual([3, 2]);
  expect(() => connect(attention, q, v, k)).toThrow(typed(ShapeError, /a key of 4 steps, like the value/));
  expect(() => connect(attention, q, row)).toThrow(typed(ShapeError, /input \[batch, steps, features\]/));
  expect(() => connect(attention, q, v, v, v)).toThrow(typed(TypeError, /query, value and key/));
});
