import { describe, expect, it } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/core/errors.js';
import { BatchSource, dataset, type Batch, type Batches, type Dataset } from '../../src/data/index.js';
import { asTrainingData } from '../../src/data/makeDataset.js';
import { typed } from '../support/typed.js';

async function all(source: BatchSource): Promise<Dataset[]> {
  const batches: Dataset[] = [];
  for await (const batch of source) batches.push(batch);
  return batches;
}

const first: Batch = {
  x: [
    [1, 2],
    [3, 4],
  ],
  y: [0, 1],
};
const second: Batch = [[[5, 6]], [1]];

function* generator(): Generator<Batch> {
  yield first;
  yield second;
}

async function* asynchronous(): AsyncGenerator<Batch> {
  await Promise.resolve();
  yield* generator();
}

describe('dataset of batches', () => {
  it.each<[string, () => Batches]>([
    ['a generator', generator],
    ['an async generator', asynchronous],
    ['a generator function', () => generator],
    ['an async generator function', () => asynchronous],
    ['a set', () => new Set([first, second])],
    ['an array of named batches', () => [first, dataset([[5, 6]], [1])]],
  ])('reads %s', async (_, make) => {
    const source = dataset(make());
    expect(source).toBeInstanceOf(BatchSource);
    const batches = await all(source);
    expect(batches.map(({ size }) => size)).toEqual([2, 1]);
    expect([...batches[1]!.x]).toEqual([5, 6]);
    expect([...batches[1]!.y!]).toEqual([1]);
  });

  it('reads functions and collections again, generators once', async () => {
    for (const source of [dataset(generator), dataset(new Set([first]))]) {
      expect(await all(source)).toHaveLength((await all(source)).length);
    }
    const once = dataset(generator());
    await all(once);
    await expect(all(once)).rejects.toThrow('got a generator that has been read');
  });

  it('ends the generator when the reader leaves early', async () => {
    let ended = false;
    const source = dataset(function* () {
      try {
        yield* generator();
      } finally {
        ended = true;
      }
    });
    for await (const batch of source) {
      expect(batch.size).toBe(2);
      break;
    }
    expect(ended).toBe(true);
  });

  it('passes lengths on', async () => {
    const [batch] = await all(dataset([{ x: [[[1], [2]]], y: [1], lengths: [1] }]));
    expect([...batch!.lengths!]).toEqual([1]);
  });

  it.each<[string, Batches, new (message: string) => Error, string]>([
    [
      'other row shapes',
      [first, { x: [[1, 2, 3]], y: [1] }],
      ShapeError,
      'dataset: batch 2: expected rows of shape [2] -> [], got [3] -> []',
    ],
    [
      'missing targets',
      [first, { x: [[1, 2]] }],
      ShapeError,
      'dataset: batch 2: expected rows of shape [2] -> [], got [2]',
    ],
    [
      'NaN',
      [{ x: [[NaN]], y: [1] }],
      NonFiniteError,
      'dataset: batch 1: expected finite x, got NaN in row 0, element 0',
    ],
    [
      'misspelt keys',
      [{ x: [[1]], Y: [1] } as Batch],
      TypeError,
      "dataset: batch 1: expected options x, y, lengths, weights, got unknown option 'Y'",
    ],
    [
      'a batch that is none',
      new Set([5 as unknown as Batch]),
      TypeError,
      'dataset: batch 1: expected a batch { x, y }, got 5',
    ],
    [
      'three parts',
      new Set([[[[1]], [1], [1]] as unknown as Batch]),
      TypeError,
      'dataset: batch 1: expected a batch [x, y], got [[[1]], [1], [1]]',
    ],
  ])('refuses %s', async (_, batches, type, message) => {
    await expect(all(dataset(batches))).rejects.toThrow(typed(type, message));
  });

  it('refuses targets beside batches', () => {
    // @ts-expect-error batches have their own targets
    expect(() => dataset(generator, [1])).toThrow(
      new TypeError('dataset: expected batches alone, each with its own targets, got [1] besides'),
    );
  });

  it('asTrainingData brings all forms to two', () => {
    const data = dataset([[1]], [1]);
    expect(asTrainingData('fit', data)).toBe(data);
    expect(asTrainingData('fit', generator)).toBeInstanceOf(BatchSource);
    // @ts-expect-error rows without targets are not training data
    expect(() => asTrainingData('fit', [[1]])).toThrow('fit: expected data made by dataset(...)');
  });
});
