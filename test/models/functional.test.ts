// Models that are no row of layers: residual connections, several inputs and outputs, shared layers.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import { addLayers, concatenate, dense, lstm, multiplyLayers, reshape } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import {
  connect,
  input,
  lossPerOutput,
  model,
  packRows,
  sequential,
  unpackRows,
  type Model,
} from '../../src/models/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { wrong } from '../support/wrong.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';

withRuntime();

const B = 4;
const x4 = numbers(B * 4, 1);
const x3 = numbers(B * 3, 2);

/** Rows of `width` times a kernel, plus a bias. */
function affine64(x: ArrayLike<number>, width: number, kernel: Float32Array, bias: Float32Array): number[] {
  const n = bias.length;
  return Array.from({ length: (x.length / width) * n }, (_, i) => {
    let total = bias[i % n]!;
    for (let k = 0; k < width; k++) total += x[Math.floor(i / n) * width + k]! * kernel[k * n + (i % n)]!;
    return total;
  });
}

it('a residual connection adds, a gate multiplies, concatenate joins', () => {
  const x = input({ shape: [4] });
  const hidden = connect(dense({ units: 4, activation: 'relu', biasInitializer: 'randomNormal' }), x);
  const sum = connect(addLayers(), x, hidden, x);
  const y = connect(concatenate(), connect(multiplyLayers(), sum, hidden), x);
  const network = model({ inputs: x, outputs: y, seed: 4 });
  expect(network.parameterCount).toBe(20);
  expect(network.outputShape).toEqual([8]);
  const weights = network.getWeights();
  const h = affine64(x4, 4, weights['dense_1/kernel']!, weights['dense_1/bias']!).map((value) => Math.max(value, 0));
  const prediction = network.predict(x4);
  expectClose(
    prediction.data(),
    Array.from({ length: B * 8 }, (_, i) => {
      const at = Math.floor(i / 8) * 4 + (i % 4);
      return i % 8 < 4 ? (2 * x4[at]! + h[at]!) * h[at]! : x4[at]!;
    }),
    2e-6,
  );
  expect(network.summary()).toMatch(/addLayers_1 \(input, dense_1, input\)/);
  prediction.dispose();
  network.dispose();
});

it('a row of connected layers is the sequential model, bit by bit, fused loss and lengths included', () => {
  const layers = () => [lstm({ units: 3, returnSequences: true }), dense({ units: 2, activation: 'softmax' as const })];
  const x = input({ shape: [5, 2] });
  const models = [
    model({ inputs: x, outputs: connect(layers(), x), seed: 9 }),
    sequential({ inputShape: [5, 2], seed: 9 }, layers()),
  ];
  const results = models.map((network) => {
    const trainer = network.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 0.1 }), batchSize: 2 });
    const losses = [1, 2, 3].map(() =>
      trainer.step(numbers(20, 3), [0, 1, 0, 1, 1, 1, 0, 0, 1, 0], { lengths: [2, 5] }),
    );
    const [output, state] = network.predictState([[[1, 2]], [[3, 4]]]);
    const bits = bitPatterns(output.data());
    output.dispose();
    for (const entry of state) for (const part of Object.values(entry as Record<string, Tensor>)) part.dispose();
    trainer.dispose();
    const text = network.summary();
    network.dispose();
    return [losses, bits, text];
  });
  expect(results[0]).toEqual(results[1]);
});

describe('several inputs and outputs', () => {
  const build = () => {
    const [a, b] = [input({ shape: [4] }), input({ shape: [3] })];
    const first = connect(dense({ units: 2, activation: 'softmax', name: 'kind' }), a);
    const second = connect(reshape({ shape: [2, 1] }), connect(dense({ units: 2, name: 'size' }), b));
    return model({ inputs: [a, b], outputs: [first, second], seed: 2 });
  };
  const rows = packRows(B, x4, x3);
  const kinds = [1, 0, 0, 1, 0, 1, 1, 0];
  const values = numbers(B * 2, 5);
  const targets = packRows(B, kinds, values);

  it('two branches train as two models do', () => {
    const network = build();
    const loss = lossPerOutput(network, [crossEntropy(), meanSquaredError()], { weights: [1, 0.5] });
    const parts = [
      {
        alone: sequential({ inputShape: [4] }, [dense({ units: 2, activation: 'softmax', name: 'kind' })]),
        x: x4,
        y: kinds,
        loss: crossEntropy(),
        rate: 0.1,
      },
      {
        alone: sequential({ inputShape: [3] }, [dense({ units: 2, name: 'size' })]),
        x: x3,
        y: values,
        loss: meanSquaredError(),
        rate: 0.05,
      },
    ];
    const all = network.getWeights();
    for (const { alone } of parts)
      alone.setWeights(Object.fromEntries(alone.weights.map(({ name }) => [name, all[name]!])));
    const trainer = network.trainer({ loss, optimizer: sgd({ learningRate: 0.1 }), batchSize: B });
    const single = parts.map(({ alone, loss: own, rate }) =>
      alone.trainer({ loss: own, optimizer: sgd({ learningRate: rate }), batchSize: B }),
    );
    for (let step = 0; step < 3; step++) {
      const together = trainer.step(rows, targets);
      const [one, two] = single.map((each, i) => each.step(parts[i]!.x, parts[i]!.y)) as [number, number];
      expect(together).toBeCloseTo(one + 0.5 * two, 5);
    }
    for (const { alone } of parts)
      for (const [name, value] of Object.entries(alone.getWeights()))
        expectClose(network.getWeights()[name]!, value, 2e-6);
    const outputs = network.predict(rows); // inputs may still be packed
    expect(unpackRows(network, outputs)).toEqual(outputs);
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [B, 2],
      [B, 2, 1],
    ]);
    parts.forEach(({ alone, x }, i) => {
      const expected = alone.predict(x);
      expectClose(outputs[i]!.data(), expected.data(), 2e-6);
      expected.dispose();
    });
    for (const made of [...outputs, trainer, ...single, network, ...parts.map(({ alone }) => alone)]) made.dispose();
  });

  it('fit, evaluate, predictor, save and load', async () => {
    const network = build();
    const loss = lossPerOutput(network, [crossEntropy(), meanSquaredError()]);
    const data = dataset(rows, targets, { shape: [7] });
    const before = network.evaluate(data, { loss }).loss;
    const history = await network.fit(data, {
      loss,
      optimizer: adam({ learningRate: 0.05 }),
      epochs: 20,
      batchSize: 2,
    });
    expect(history.epochs).toHaveLength(20);
    expect(network.evaluate(data, { loss }).loss).toBeLessThan(0.8 * before);
    const copy = loadModel(saveModel(network));
    expect(copy.summary()).toBe(network.summary());
    const predictor = network.predictor({ batchSize: B });
    const output = new Float32Array(B * 4);
    predictor(rows, output);
    const packed = tensor(output, [B, 4]);
    const parts = [...unpackRows(network, packed), ...unpackRows(copy, copy.predict(rows))];
    expect(parts.map(({ shape }) => shape)).toEqual([
      [B, 2],
      [B, 2, 1],
      [B, 2],
      [B, 2, 1],
    ]);
    for (const i of [0, 1]) expect(bitPatterns(parts[i + 2]!.data())).toEqual(bitPatterns(parts[i]!.data()));
    for (const made of [predictor, packed, ...parts, copy, network]) made.dispose();
  });

  it('refuses lengths, as none of them is a sequence', () => {
    const network = build();
    expect(() => network.predict(rows, { lengths: [1, 1, 1, 1] })).toThrow(
      new TypeError('predict: expected a model with a sequence among its inputs for lengths, got none'),
    );
    network.dispose();
  });
});

it('a layer applied twice has one set of weights, which gets both gradients', () => {
  const shared = dense({ units: 3, activation: 'tanh' });
  const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
  const y = connect(dense({ units: 1 }), connect(addLayers(), connect(shared, a), connect(shared, b)));
  const network = model({ inputs: [a, b], outputs: y, seed: 1 });
  expect(network.weights.map(({ name }) => name)).toEqual([
    'dense_1/kernel',
    'dense_1/bias',
    'dense_2/kernel',
    'dense_2/bias',
  ]);
  expect(network.summary()).toContain('shared');
  const rows = packRows(B, x4, x4);
  const single = sequential({ inputShape: [4] }, [shared, dense({ units: 1 })]);
  const weights = network.getWeights();
  single.setWeights({ ...weights, 'dense_2/kernel': weights['dense_2/kernel']!.map((value) => 2 * value) });
  const [both, one] = [network.predict(rows), single.predict(x4)];
  expectClose(both.data(), one.data(), 2e-6);
  const y1 = numbers(B, 3);
  const step = (of: Model, x: Float32Array): Float32Array => {
    const trainer = of.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: B });
    const kernel = of.getWeights()['dense_1/kernel']!;
    trainer.step(x, y1);
    trainer.dispose();
    return of.getWeights()['dense_1/kernel']!.map((value, i) => kernel[i]! - value);
  };
  expectClose(step(network, rows), step(single, x4), 1e-5); // the same function: the same gradient
  const copy = loadModel(saveModel(network));
  const again = [network, copy].map((each) => each.predict(rows));
  expect(bitPatterns(again[1]!.data())).toEqual(bitPatterns(again[0]!.data()));
  for (const made of [both, one, ...again, copy, network, single]) made.dispose();
});

it('refuses what cannot be connected', () => {
  const [a, b] = [input({ shape: [4] }), input({ shape: [3] })];
  expect(() => connect(addLayers(), a, b)).toThrow(
    new ShapeError('connect: addLayers: expected inputs of one shape, got [4] and [3]'),
  );
  expect(() => connect(concatenate({ axis: 2 }), a, b)).toThrow(
    new ShapeError('connect: concatenate: expected inputs with an axis 2 after the batch axis, got 1 axes'),
  );
  expect(() => connect(dense({ units: 2 }), a, b)).toThrow(
    /^connect: expected one value for dense \(addLayers and concatenate take several\), got 2$/,
  );
  expect(() => connect(dense({ units: 2 }))).toThrow(
    new TypeError('connect: expected a layer and what to apply it to, got no value'),
  );
  expect(() => connect([], a)).toThrow(new TypeError('connect: expected at least one layer, got none'));
  const foreign = tensor([1]);
  expect(() => connect(dense({ units: 2 }), wrong(foreign))).toThrow(
    new TypeError('connect: expected values made by input() and connect(), got an f32 tensor [1]'),
  );
  foreign.dispose();
  expect(() => input({ shape: [0] })).toThrow(new ShapeError('input: expected inputShape of sizes >= 1, got [0]'));
  const y = connect(dense({ units: 2 }), a);
  expect(() => model({ inputs: b, outputs: y })).toThrow(
    new TypeError('model: expected every input among inputs, got outputs that need another, [4]'),
  );
  expect(() => model({ inputs: y, outputs: y })).toThrow(
    new TypeError('model: expected inputs made by input(), got the output of a layer'),
  );
  expect(() => model({ inputs: [a, a], outputs: y })).toThrow(
    new TypeError('model: expected distinct inputs, got one twice'),
  );
  expect(() => model({ inputs: a, outputs: a })).toThrow(
    new TypeError('model: expected an output that a layer makes, got an input'),
  );
  expect(() => model({ inputs: a, outputs: [] })).toThrow(
    new TypeError('model: expected outputs to be a value, or an array or object of values, got []'),
  );
  // @ts-expect-error the option is misspelt
  expect(() => model({ input: a, outputs: y })).toThrow(
    typed(TypeError, /^model: expected options .*, got unknown option 'input'$/),
  );
  const shared = dense({ units: 2 });
  expect(() =>
    model({ inputs: [a, b], outputs: connect(addLayers(), connect(shared, a), connect(shared, b)) }),
  ).toThrow(new ShapeError('model: dense_1: expected inputs for which kernel is [4, 2], got one that needs [3, 2]'));
  expect(() => packRows(2, [1, 2, 3])).toThrow(
    new ShapeError('packRows: expected part 1 to be 2 whole rows, got 3 values'),
  );
  const network = model({ inputs: a, outputs: y });
  expect(() => lossPerOutput(network, [])).toThrow(
    new TypeError('lossPerOutput: expected 1 losses and weights, one for each output, got 0 and 0'),
  );
  network.dispose();
});
