import { describe, expect, it } from 'vitest';
import { NonFiniteError, tensor, tidy } from '../../src/index.js';
import { dataset } from '../../src/data/index.js';
import { activation, dense, embedding, flatten, reshape } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const table = [[1, 2], [3, 4], [5, 6]]; // prettier-ignore
const lookup = (inputShape: readonly number[] = [2]): Model => {
  const model = sequential({ inputShape }, [embedding({ inputDim: 3, outputDim: 2 })]);
  model.setWeights({ 'embedding_1/embeddings': table });
  return model;
};

describe('embedding', () => {
  it('gives the vector of each index', () => {
    const model = lookup();
    expect(model.outputShape).toEqual([2, 2]);
    expect(model.weights.map(({ name, shape }) => [name, shape])).toEqual([['embedding_1/embeddings', [3, 2]]]);
    tidy(() => {
      const expected = [[[5, 6], [1, 2]], [[3, 4], [3, 4]]]; // prettier-ignore
      expect(model.predict([[2, 0], [1, 1]]).toArray()).toEqual(expected); // prettier-ignore
      expect(model.predict(tensor([[2, 0], [1, 1]], [2, 2], 'i32')).toArray()).toEqual(expected); // prettier-ignore
      const weights = Object.fromEntries(model.weights.map((weight) => [weight.name, weight.tensor]));
      expect(model.apply(weights, [[2, 0], [1, 1]]).toArray()).toEqual(expected); // prettier-ignore
    });
    model.dispose();
    const single = lookup([]);
    const y = single.predict(Float32Array.of(1, 2));
    expect(y.toArray()).toEqual([[3, 4], [5, 6]]); // prettier-ignore
    y.dispose();
    single.dispose();
  });

  it('starts within 0.05 of zero, as Keras', () => {
    const model = sequential({ inputShape: [1] }, [embedding({ inputDim: 50, outputDim: 40 })]);
    const largest = Math.max(...model.getWeights()['embedding_1/embeddings']!.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(0.05);
    expect(largest).toBeGreaterThan(0.049);
    model.dispose();
  });

  it('learns the vectors that were used, adding up where an index comes twice', () => {
    const model = lookup();
    const trainer = model.trainer({
      loss: meanSquaredError({ reduction: 'sum' }),
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 2,
    });
    trainer.step(Float32Array.of(2, 0, 2, 2), [0, 0, 0, 0, 0, 0, 0, 0]);
    // gradient 2 v, once for index 0 and three times for index 2
    const expected = [1, 2]
      .map((v) => v - 0.2 * v)
      .concat(
        [3, 4],
        [5, 6].map((v) => v - 0.6 * v),
      );
    [...model.getWeights()['embedding_1/embeddings']!].forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 5));
    trainer.dispose();
    model.dispose();
  });

  it.each([[3], [-1], [0.5], [NaN]])('refuses %d before anything runs, wherever it comes in', async (bad) => {
    const model = lookup();
    const before = model.getWeights();
    const [loss, optimizer] = [meanSquaredError(), sgd()];
    expect(() => model.predict([[0, bad]])).toThrow(
      typed(RangeError, /^predict: expected indices from 0 to 2, got .* at position 1$/),
    );
    expect(() => model.apply({ 'embedding_1/embeddings': model.weights[0]!.tensor }, [[0, bad]])).toThrow(
      typed(RangeError, /^apply: expected indices from 0 to 2, got .* at position 1$/),
    );
    const trainer = model.trainer({ loss, optimizer, batchSize: 1 });
    expect(() => trainer.step(Float32Array.of(0, bad), new Float32Array(4))).toThrow(
      typed(RangeError, /^step: expected indices from 0 to 2, got .* at position 1$/),
    );
    const predictor = model.predictor();
    expect(() => {
      predictor(Float32Array.of(0, bad), new Float32Array(4));
    }).toThrow(typed(RangeError, /^predictor: expected indices from 0 to 2, got .* at position 1$/));
    if (!Number.isNaN(bad)) {
      const data = dataset([[0, bad]], [[[1, 2], [3, 4]]]); // prettier-ignore
      await expect(model.fit(data, { loss, optimizer })).rejects.toThrow(
        typed(RangeError, /^fit: expected indices from 0 to 2, got .* at position 1$/),
      );
      expect(() => model.evaluate(data, { loss })).toThrow(
        typed(RangeError, /^evaluate: expected indices from 0 to 2, got .* at position 1$/),
      );
      await expect(model.fit([{ x: data.x, y: [[1, 2, 3, 4]] }], { loss, optimizer })).rejects.toThrow(
        typed(RangeError, /^fit: batch 1: expected indices from 0 to 2, got .* at position 1$/),
      );
    }
    expect(model.getWeights()).toEqual(before);
    trainer.dispose();
    predictor.dispose();
    model.dispose();
  });

  it('looks at no more of a sequence than its length', () => {
    const model = lookup([3]);
    const y = model.predict([[1, 7, -1]], { lengths: [1] });
    expect([...y.data().subarray(0, 2)]).toEqual([3, 4]);
    y.dispose();
    expect(() => model.predict([[1, 7, 0]], { lengths: [2] })).toThrow(
      new RangeError('predict: expected indices from 0 to 2, got 7 at position 1'),
    );
    model.dispose();
  });

  it('is found behind reshape; deeper, a bad index makes NaN and ends training with the weights as they were', async () => {
    const shaped = sequential({ inputShape: [2, 2] }, [flatten(), reshape({ shape: [4] }), embedding({ inputDim: 3, outputDim: 1 })]); // prettier-ignore
    expect(() => shaped.predict([[[0, 1], [2, 3]]])).toThrow(new RangeError("predict: expected indices from 0 to 2, got 3 at position 3")); // prettier-ignore
    shaped.dispose();
    const deep = sequential({ inputShape: [1] }, [
      activation('relu'),
      embedding({ inputDim: 3, outputDim: 1 }),
      flatten(),
      dense({ units: 1 }),
    ]);
    const before = deep.getWeights();
    const y = deep.predict([[5]]);
    expect(y.item()).toBeNaN();
    y.dispose();
    const run = deep.fit(dataset([[5]], [[0]]), { loss: meanSquaredError(), optimizer: sgd() });
    await expect(run).rejects.toThrow(
      typed(
        NonFiniteError,
        /^fit: expected a finite loss, gradient and update, got loss NaN in epoch 1, batch 1 \(last finite loss none\)$/,
      ),
    );
    expect(deep.getWeights()).toEqual(before);
    deep.dispose();
  });

  it('refuses bad options', () => {
    expect(() => embedding({ inputDim: 0, outputDim: 2 })).toThrow(
      new RangeError('embedding: expected inputDim to be a whole number >= 1 and <= 16777216, got 0'),
    );
    expect(() => embedding({ inputDim: 2 ** 25, outputDim: 2 })).toThrow(
      new RangeError('embedding: expected inputDim to be a whole number >= 1 and <= 16777216, got 33554432'),
    );
    expect(() => embedding({ inputDim: 2, outputDim: 1.5 })).toThrow(
      new RangeError('embedding: expected outputDim to be a whole number >= 1, got 1.5'),
    );
    expect(() => embedding(wrong({ inputDim: 2 }))).toThrow(
      new TypeError('embedding: expected outputDim to be a whole number >= 1, got undefined'),
    );
    expect(() => embedding(wrong({ inputDim: 2, outputDim: 2, maskZero: true }))).toThrow(
      typed(TypeError, /^embedding: expected options .*, got unknown option 'maskZero'$/),
    );
    expect(() => embedding({ inputDim: 2, outputDim: 2, embeddingsInitializer: wrong('none') })).toThrow(
      typed(RangeError, /^embedding: expected embeddingsInitializer to be one of .*, got 'none'$/),
    );
  });
});
