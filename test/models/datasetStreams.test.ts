// Streams of the rows of datasets train, evaluate and predict with the bits of the datasets: they are the same rows.
import { describe, expect, it } from 'vitest';
import { dataset, stream, type Dataset } from '../../src/data/index.js';
import { conv2d, dense, embedding, flatten, globalAveragePool1d, gru } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, sequential, type FitOptions, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { numbers } from './reference.js';

withRuntime();

const ROWS = 22;
const x = (width: number, seed = 1): Float32Array => Float32Array.from(numbers(ROWS * width, seed));
const classes = Int32Array.from({ length: ROWS }, (_, i) => (i * 7) % 3);
const positive = (count: number): Float32Array => Float32Array.from(numbers(count, 9), Math.abs);
const nested = (values: Float32Array, width: number): number[][] =>
  Array.from({ length: ROWS }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);

interface Case {
  readonly make: () => Model;
  readonly data: () => Dataset;
  readonly loss: FitOptions['loss'];
}

function severalInputs(): Model {
  const [a, b] = [input({ shape: [3] }), input({ shape: [2] })];
  const hidden = connect([dense({ units: 4, activation: 'tanh' })], a);
  const other = connect([dense({ units: 4 })], b);
  return model({
    inputs: { a, b },
    outputs: {
      kind: connect([dense({ units: 3, activation: 'softmax' })], hidden),
      size: connect([dense({ units: 1 })], other),
    },
    seed: 2,
  });
}

const cases: Readonly<Record<string, Case>> = {
  'class indices': {
    make: () => sequential({ inputShape: [4], seed: 1 }, [dense({ units: 3, activation: 'softmax' })]),
    data: () => dataset(x(4), classes),
    loss: crossEntropy(),
  },
  'weights and long rows': {
    make: () => sequential({ inputShape: [300], seed: 1 }, [dense({ units: 2 })]),
    data: () => dataset(x(300), x(2, 3), { shape: [300], weights: positive(ROWS) }),
    loss: meanSquaredError(),
  },
  images: {
    make: () =>
      sequential({ inputShape: [5, 5, 1], seed: 1 }, [conv2d({ filters: 2, kernelSize: 3 }), flatten(), dense({ units: 1 })]),
    data: () => dataset(x(25), x(1, 3), { shape: [5, 5, 1] }),
    loss: meanSquaredError(),
  },
  'sequences with lengths, and weights of steps': {
    make: () => sequential({ inputShape: [4, 2], seed: 1 }, [gru({ units: 3, returnSequences: true }), dense({ units: 1 })]),
    data: () =>
      dataset(x(8), nested(x(4, 3), 4).map((row) => row.map((value) => [value])), {
        shape: [4, 2],
        lengths: Array.from({ length: ROWS }, (_, i) => i % 5),
        weights: nested(positive(4 * ROWS), 4),
      }),
    loss: meanSquaredError(),
  },
  'tokens': {
    make: () => sequential({ inputShape: [4], seed: 1 }, [embedding({ inputDim: 9, outputDim: 2 }), globalAveragePool1d(), dense({ units: 1 })]),
    data: () => dataset(x(4).map((value) => Math.floor(Math.abs(value) * 8.99)), x(1, 3), { shape: [4] }),
    loss: meanSquaredError(),
  },
  'several inputs and outputs by name': {
    make: severalInputs,
    data: () =>
      dataset({ a: nested(x(3), 3), b: nested(x(2, 2), 2) }, { kind: classes, size: nested(x(1, 3), 1) }, {
        weights: { kind: positive(ROWS), size: positive(ROWS) },
      }),
    loss: { kind: crossEntropy(), size: meanSquaredError() },
  },
}; // prettier-ignore

async function trained({ make, data, loss }: Case, streams: boolean, worker: boolean) {
  const network = make();
  try {
    const [rows, valid] = [data(), data()];
    const options = { loss, optimizer: adam(), seed: 3, batchSize: 5, epochs: 2, shuffle: false, worker };
    const { epochs } = streams
      ? await network.fit(stream(rows).batch(5), { ...options, validation: stream(valid).batch(256) })
      : await network.fit(rows, { ...options, validation: valid });
    const again = await network.evaluate(streams ? stream(rows).batch(256) : rows, { loss });
    const weights = Object.entries(network.getWeights()).map(([name, values]) => [name, bitPatterns(values)]);
    return { losses: epochs.map((log) => [log.loss, log['valLoss']]), again, weights };
  } finally {
    network.dispose();
  }
}

describe.each(Object.entries(cases))('%s', (_, given) => {
  it.each([false, true])('train and evaluate alike (worker: %s)', async (worker) => {
    expect(await trained(given, true, worker)).toEqual(await trained(given, false, worker));
  });

  it('shuffled rows of a stream are those of the rows picked by hand', async () => {
    const data = given.data();
    const numbered = stream(Array.from({ length: ROWS }, (_unused, i) => i))
      .shuffle(7, 5)
      .batch(4);
    const picked: Dataset[] = [];
    for await (const rows of numbered) picked.push(data.subset(rows));
    const found: Dataset[] = [];
    for await (const rows of dataset(stream(data).shuffle(7, 5).batch(4))) found.push(rows);
    expect(found.map(contents)).toEqual(picked.map(contents));
  });
});

function contents({ size, x, xShape, y, yShape, lengths, weights, inputs, targets, weightParts }: Dataset): unknown {
  return { size, x, xShape, y, yShape, lengths, weights, inputs, targets, weightParts };
}
