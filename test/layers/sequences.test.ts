// Weights, shapes and names of the layers for sequences; wrappers against what they are made of; saving and loading.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import {
  avgPool1d,
  bidirectional,
  conv1d,
  conv2d,
  cropping1d,
  dense,
  globalAveragePool1d,
  globalMaxPool1d,
  gru,
  lstm,
  maxPool1d,
  simpleRnn,
  timeDistributed,
  type Layer,
} from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const [B, T, F, U] = [3, 4, 2, 3];
const x = numbers(B * T * F, 1);
const build = (...layers: Layer[]) => sequential({ inputShape: [T, F], seed: 2 }, layers);

describe('weights', () => {
  it.each([
    ['simpleRnn', simpleRnn({ units: U }), [F, U], [U, U], [U]],
    ['lstm', lstm({ units: U }), [F, 4 * U], [U, 4 * U], [4 * U]],
    ['gru', gru({ units: U }), [F, 3 * U], [U, 3 * U], [2, 3 * U]],
    ['gru', gru({ units: U, resetAfter: false }), [F, 3 * U], [U, 3 * U], [3 * U]],
  ])('%s', (name, layer, ...shapes) => {
    const model = build(layer);
    expect(model.weights.map((weight) => [weight.name, weight.shape])).toEqual(
      ['kernel', 'recurrentKernel', 'bias'].map((short, i) => [`${name}_1/${short}`, shapes[i]]),
    );
    expect(model.outputShape).toEqual([U]);
    model.dispose();
  });

  it('useBias: false leaves the bias out; the forget gate starts at 1', () => {
    for (const make of [simpleRnn, lstm, gru]) {
      const model = build(make({ units: U, useBias: false }));
      expect(model.weights.map(({ name }) => name.split('/')[1])).toEqual(['kernel', 'recurrentKernel']);
      const y = model.predict(x);
      expect(y.shape).toEqual([B, U]);
      y.dispose();
      model.dispose();
    }
    const model = build(lstm({ units: 2 }));
    expect([...model.getWeights()['lstm_1/bias']!]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    model.dispose();
    const own = build(lstm({ units: 1, biasInitializer: 'ones' }));
    expect([...own.getWeights()['lstm_1/bias']!]).toEqual([1, 1, 1, 1]);
    own.dispose();
  });

  it('timeDistributed takes sequences of one step', () => {
    expect(timeDistributed(dense({ units: 2 })).outputShape([1, 3])).toEqual([1, 2]);
    expect(() => timeDistributed(dense({ units: 2 })).outputShape([0, 3])).toThrow(
      new ShapeError('timeDistributed: expected input [batch, steps, ...], got [batch, 0, 3]'),
    );
    expect(() => timeDistributed({ ...dense({ units: 2 }), init: wrong(3) })).toThrow(
      typed(TypeError, /^timeDistributed: expected a layer, an object with outputShape and apply, got an object/),
    );
  });

  it('bad options', () => {
    expect(() => lstm({ units: 0 })).toThrow(new RangeError('lstm: expected units to be a whole number >= 1, got 0'));
    expect(() => lstm({ units: 2, unitForgetBias: true, biasInitializer: 'ones' })).toThrow(
      new RangeError(
        "lstm: expected biasInitializer 'zeros' with unitForgetBias, got 'ones' (which needs unitForgetBias: false)",
      ),
    );
    // @ts-expect-error the option is misspelt
    expect(() => gru({ units: 2, resetafter: true })).toThrow(
      typed(TypeError, /^gru: expected options .*, got unknown option 'resetafter'$/),
    );
    // @ts-expect-error not an option of this layer
    expect(() => simpleRnn({ units: 2, recurrentActivation: 'relu' })).toThrow(
      typed(TypeError, /^simpleRnn: expected options .*, got unknown option 'recurrentActivation'$/),
    );
    expect(() => bidirectional(dense({ units: 2 }))).toThrow(
      new TypeError('bidirectional: expected a recurrent layer, got dense'),
    );
    expect(() => timeDistributed(lstm({ units: 2 }))).toThrow(
      new TypeError('timeDistributed: expected a layer without a state, got a recurrent one'),
    );
    // @ts-expect-error a number is no layer
    expect(() => timeDistributed(7)).toThrow(
      new TypeError('timeDistributed: expected a layer, an object with outputShape and apply, got 7'),
    );
    expect(() => sequential({ inputShape: [5] }, [gru({ units: 2 })])).toThrow(
      new ShapeError('sequential: gru_1: gru: expected input [batch, steps, features], got [batch, 5]'),
    );
  });
});

describe('bidirectional', () => {
  it.each([true, false])('both directions side by side, returnSequences %s', (returnSequences) => {
    const model = build(bidirectional(lstm({ units: U, returnSequences })));
    expect(model.weights.map(({ name }) => name)).toEqual(
      ['forward', 'backward'].flatMap((way) =>
        ['kernel', 'recurrentKernel', 'bias'].map((short) => `bidirectional_1/${way}/${short}`),
      ),
    );
    const lengths = [4, 1, 3];
    const both = model.predict(x, { lengths });
    const values = model.getWeights();
    ['forward', 'backward'].forEach((way, side) => {
      const single = build(lstm({ units: U, returnSequences, name: 'one' }));
      single.setWeights(
        Object.fromEntries(
          ['kernel', 'recurrentKernel', 'bias'].map((short) => [
            `one/${short}`,
            values[`bidirectional_1/${way}/${short}`]!,
          ]),
        ),
      );
      const input =
        side === 0
          ? x
          : x.map((_, i) => {
              const [b, t, f] = [Math.floor(i / (T * F)), Math.floor(i / F) % T, i % F];
              return t < lengths[b]! ? x[(b * T + lengths[b]! - 1 - t) * F + f]! : NaN;
            });
      const expected = single.predict(input, { lengths });
      const [got, wanted] = [both.data(), expected.data()];
      for (let b = 0; b < B; b++)
        for (let t = 0; t < (returnSequences ? T : 1); t++)
          for (let j = 0; j < U; j++) {
            const steps = returnSequences ? T : 1;
            const from = returnSequences && side === 1 && t < lengths[b]! ? lengths[b]! - 1 - t : t;
            expect(got[(b * steps + t) * 2 * U + side * U + j]).toBe(wanted[(b * steps + from) * U + j]);
          }
      expected.dispose();
      single.dispose();
    });
    both.dispose();
    model.dispose();
  });

  it('sum and mean', () => {
    const outputs = (['concat', 'sum', 'mean'] as const).map((merge) => {
      const model = build(bidirectional(gru({ units: 2 }), { merge }));
      const y = model.predict(x);
      const values = y.data();
      y.dispose();
      model.dispose();
      return values;
    });
    const sums = Array.from(
      { length: B * 2 },
      (_, i) => outputs[0]![Math.floor(i / 2) * 4 + (i % 2)]! + outputs[0]![Math.floor(i / 2) * 4 + 2 + (i % 2)]!,
    );
    expectClose(outputs[1]!, sums, 1e-6);
    expectClose(
      outputs[2]!,
      sums.map((value) => value / 2),
      1e-6,
    );
  });
});

describe('timeDistributed', () => {
  it('carries the inner names, and is dense over time', () => {
    const wrapped = build(timeDistributed(dense({ units: 3, activation: 'softmax' })));
    const plain = build(dense({ units: 3, activation: 'softmax', name: 'timeDistributed_1' }));
    expect(wrapped.weights.map(({ name }) => name)).toEqual(['timeDistributed_1/kernel', 'timeDistributed_1/bias']);
    plain.setWeights(wrapped.getWeights());
    const y = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2];
    const results = [wrapped, plain].map((model) => {
      const trainer = model.trainer({ loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), batchSize: B });
      const losses = [1, 2].map(() => trainer.step(x, y, { lengths: [4, 2, 1] }));
      const output = model.predict(x);
      const bits = bitPatterns(output.data());
      output.dispose();
      trainer.dispose();
      model.dispose();
      return [losses, bits];
    });
    expect(results[0]).toEqual(results[1]);
  });

  it('runs layers of images over each step', () => {
    const model = sequential({ inputShape: [2, 5, 5, 1] }, [timeDistributed(conv2d({ filters: 2, kernelSize: 3 }))]);
    expect(model.outputShape).toEqual([2, 3, 3, 2]);
    const y = model.predict(numbers(3 * 50, 1));
    expect(y.shape).toEqual([3, 2, 3, 3, 2]);
    y.dispose();
    model.dispose();
  });
});

it('saved and loaded models with recurrent layers and wrappers predict the same bits', () => {
  const model = build(
    bidirectional(lstm({ units: 2, returnSequences: true }), { merge: 'sum' }),
    simpleRnn({ units: 3, returnSequences: true, activation: 'relu' }),
    gru({ units: 3, returnSequences: true, name: 'memory' }),
    timeDistributed(dense({ units: 2, activation: 'softmax' })),
  );
  const copy = loadModel(saveModel(model));
  expect(copy.summary()).toBe(model.summary());
  const input = tensor(x, [B, T, F]);
  const [a, b] = [model.predict(input), copy.predict(input)];
  expect(bitPatterns(b.data())).toEqual(bitPatterns(a.data()));
  for (const made of [input, a, b]) made.dispose();
  model.dispose();
  copy.dispose();
});

describe('layers on sequences that are layers on images of width 1', () => {
  it.each([
    ['maxPool1d', () => maxPool1d({ poolSize: T + 1 }), /^maxPool1d: expected a kernel that fits/],
    ['avgPool1d', () => avgPool1d({ poolSize: T + 1 }), /^avgPool1d: expected a kernel that fits/],
    ['conv1d', () => conv1d({ filters: 1, kernelSize: T + 1 }), /^conv1d: expected a kernel that fits/],
    ['cropping1d', () => cropping1d({ cropping: [T, 0] }), /^cropping1d: expected more than 4 steps, got 4$/],
  ])('%s names itself in errors', (_, make, message) => {
    expect(() => make().outputShape([T, F])).toThrow(typed(ShapeError, message));
    const inModel = new RegExp(message.source.replace('^', '^sequential: \\w+_1: '));
    expect(() => build(make())).toThrow(typed(ShapeError, inModel));
  });
});

describe.each([
  ['globalAveragePool1d', globalAveragePool1d],
  ['globalMaxPool1d', globalMaxPool1d],
])('%s of sequences of different lengths', (_, pool) => {
  // As many features as steps: the pooled axis must not be taken for one of steps.
  const lengths = [2, 4, 1];
  const sequences = numbers(B * T * T, 7).map((value) => value - 3);

  it.each([false, true])('is that of each sequence alone, whatever is past its end (keepDims: %s)', (keepDims) => {
    const model = sequential({ inputShape: [T, T], seed: 1 }, [
      dense({ units: T, biasInitializer: 'ones' }),
      pool({ keepDims }),
    ]);
    const garbage = sequences.map((value, i) => {
      const [row, step] = [Math.floor(i / (T * T)), Math.floor(i / T) % T];
      return step < (lengths[row] ?? 0) ? value : 1e30;
    });
    const together = model.predict(garbage, { lengths });
    lengths.forEach((length, row) => {
      const short = sequential({ inputShape: [length, T], seed: 1 }, [dense({ units: T }), pool({ keepDims })]);
      short.setWeights(model.getWeights());
      const alone = short.predict(sequences.slice(row * T * T, row * T * T + length * T));
      expectClose(together.data().slice(row * T, row * T + T), alone.data(), 2e-6);
      alone.dispose();
      short.dispose();
    });
    const none = model.predict(garbage, { lengths: [1, 1, 1] });
    expect(none.shape).toEqual(together.shape);
    none.dispose();
    together.dispose();
    model.dispose();
  });

  it('trains on all of its features, with the same bits in a worker', async () => {
    const bits: string[][] = [];
    for (const worker of [false, true]) {
      const model = sequential({ inputShape: [T, T], seed: 1 }, [pool(), dense({ units: T, useBias: false })]);
      const data = dataset(sequences, numbers(B * T, 8), { shape: [T, T], lengths: [2, 4, 0] });
      const options = { loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.01 }), epochs: 5, worker };
      const { epochs } = await model.fit(data, options);
      expect(epochs.at(-1)?.loss).toBeLessThan(epochs[0]?.loss ?? 0);
      bits.push(Object.values(model.getWeights()).map((values) => bitPatterns(values).join()));
      model.dispose();
    }
    expect(bits[1]).toEqual(bits[0]);
  });
});
