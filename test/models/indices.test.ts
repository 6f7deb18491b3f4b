// Indices of embeddings are checked wherever they come in and wherever in a model the embedding stands.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { concatenate, dense, embedding, flatten, lstm, reshape, timeDistributed } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, sequential, type Model, type Symbolic } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const words = () => embedding({ inputDim: 4, outputDim: 2 });

/** One output from a value, of whatever shape. */
const end = (x: Symbolic): Symbolic => connect([flatten(), dense({ units: 1 })], x);

const models: Readonly<Record<string, () => Model>> = {
  sequential: () => sequential({ inputShape: [2] }, [words(), flatten(), dense({ units: 1 })]),
  'after reshapes': () =>
    sequential({ inputShape: [2] }, [reshape({ shape: [2, 1] }), words(), flatten(), dense({ units: 1 })]),
  'within timeDistributed': () =>
    sequential({ inputShape: [2] }, [timeDistributed(words()), flatten(), dense({ units: 1 })]),
  'of steps of a timeDistributed': () =>
    sequential({ inputShape: [2, 1] }, [timeDistributed(words()), flatten(), dense({ units: 1 })]),
  'before a recurrent layer': () => sequential({ inputShape: [2] }, [words(), lstm({ units: 1 })]),
  functional: () => {
    const x = input({ shape: [2] });
    return model({ inputs: x, outputs: end(connect(words(), x)) });
  },
  'beside another use of the input': () => {
    const x = input({ shape: [2] });
    const sum = connect(concatenate(), connect(dense({ units: 2 }), x), connect([words(), flatten()], x));
    return model({ inputs: x, outputs: end(sum) });
  },
  'of two embeddings, the smaller': () => {
    const x = input({ shape: [2] });
    const large = connect(embedding({ inputDim: 9, outputDim: 2 }), x);
    return model({ inputs: x, outputs: end(connect(concatenate(), large, connect(words(), x))) });
  },
  'of two inputs put together': () => {
    const [a, b] = [input({ shape: [1] }), input({ shape: [1] })];
    return model({ inputs: [a, b], outputs: end(connect([concatenate(), words()], a, b)) });
  },
  'of one input of two': () => {
    const [a, b] = [input({ shape: [1] }), input({ shape: [1] })];
    const vector = connect([words(), flatten()], b);
    return model({ inputs: [a, b], outputs: end(connect(concatenate(), a, vector)) });
  },
};

describe.each(Object.entries(models))('an embedding: %s', (_, make) => {
  it.each([4, -1, 1.5])('refuses %d wherever it comes in', async (bad) => {
    const network = make();
    const { weights, inputShape } = network;
    const rows = Float32Array.of(0, bad);
    const message = /^(\w+): (input \d: )?expected indices from 0 to 3, got -?[\d.]+ at position [01]$/;
    const loss = meanSquaredError();
    const training = { loss, optimizer: sgd() };
    const before = network.getWeights();
    const data = dataset(rows, [[0]], { shape: inputShape });
    const trainer = network.trainer({ ...training, batchSize: 1 });
    const predictor = network.predictor();
    const tree = Object.fromEntries(weights.map(({ name, tensor }) => [name, tensor]));
    expect(() => network.predict(rows)).toThrow(message);
    expect(() => network.apply(tree, rows)).toThrow(message);
    expect(() => network.apply(tree, rows)).toThrow(/^apply: /);
    expect(() => network.evaluate(data, { loss })).toThrow(message);
    expect(() => trainer.step(rows, [0])).toThrow(message);
    expect(() => predictor(rows, new Float32Array(1))).toThrow(message);
    await expect(network.fit(data, training)).rejects.toThrow(message);
    expect(network.getWeights()).toEqual(before);
    rows[1] = 3;
    expect(Number.isFinite(network.evaluate(dataset(rows, [[0]], { shape: inputShape }), { loss }).loss)).toBe(true);
    predictor.dispose();
    trainer.dispose();
    network.dispose();
  });
});

it('an input of numbers beside one of indices takes any number', () => {
  const network = models['of one input of two']?.();
  const y = network?.predict(Float32Array.of(-7.5, 3));
  expect(y?.shape).toEqual([1, 1]);
  y?.dispose();
  network?.dispose();
});

it('padding past a length is not looked at', () => {
  const network = sequential({ inputShape: [2] }, [words(), lstm({ units: 1 })]);
  network.predict([[0, 77]], { lengths: [1] }).dispose();
  const tree = Object.fromEntries(network.weights.map(({ name, tensor }) => [name, tensor]));
  network.apply(tree, [[0, 77]], { lengths: [1] }).dispose();
  expect(() => network.apply(tree, [[0, 77]], { lengths: [2] })).toThrow(/^apply: expected indices/);
  network.dispose();
});
