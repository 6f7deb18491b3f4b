import { expect, it } from 'vitest';
import { Table, table } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { crossValidate, gridSearch, kFold, type BuildContext } from '../../src/selection/index.js';
import { partsOf } from '../../src/selection/messages.js';
import { withRuntime } from '../support/live.js';

withRuntime();

// The last rows have larger numbers, and a word of their own
const lines = Array.from(
  { length: 30 },
  (_, i) => `${i < 20 ? i : 100 * i},w${Math.floor(i / 10)},${i % 3 ? 'a' : 'b'}`,
);
const read = table(`n,w,y\n${lines.join('\n')}\n`, { label: 'y' });
const fit = { loss: crossEntropy(), optimizer: adam(), epochs: 2 };
const build = ({ inputShape, seed }: BuildContext): Model =>
  sequential({ inputShape, seed }, [dense({ units: 2, activation: 'softmax' })]);

it('folds of a table are fitted on their training rows alone', () => {
  const folds = kFold(read, { k: 2, timeOrdered: true });
  expect(folds.map(({ preprocessing }) => preprocessing?.inputs)).toEqual([
    ['n', 'w=w0'],
    ['n', 'w=w0', 'w=w1'],
  ]);
  for (const { train, test, preprocessing } of folds) {
    const width = preprocessing?.inputs.length ?? 0;
    const mean = train.x.filter((_, i) => i % width === 0).reduce((sum, value) => sum + value, 0) / train.size;
    expect(mean).toBeCloseTo(0, 5);
    expect(test.xShape).toEqual([width]);
    expect(Math.max(...test.x)).toBeGreaterThan(2);
  }
});

it('crossValidate builds a model for the inputs of each fold', async () => {
  const shapes: unknown[] = [];
  const result = await crossValidate(
    (context) => {
      shapes.push(context.inputShape);
      return build(context);
    },
    read,
    { k: 2, timeOrdered: true, metrics: ['accuracy'], ...fit },
  );
  expect(shapes).toEqual([[2], [3]]);
  expect(result.folds).toHaveLength(2);
  const stratified = await crossValidate(build, read, { k: 3, stratified: true, ...fit });
  expect(stratified.mean.loss).toBeGreaterThan(0);
});

it('gridSearch does so for every point', async () => {
  const { trials } = await gridSearch({
    build: (_, context) => build(context),
    grid: { learningRate: [0.01, 0.1] },
    data: read,
    folds: 2,
    timeOrdered: true,
    fit,
  });
  expect(trials.map(({ error }) => error)).toEqual([undefined, undefined]);
});

it('refuses to stratify and keep the order of time at once', () => {
  expect(() => kFold(read, { stratified: true, timeOrdered: true })).toThrow(
    new RangeError('kFold: expected either stratified or timeOrdered, got both'),
  );
});

it('travels to workers as plain data', () => {
  const evaluate = (): never => {
    throw new Error('not here');
  };
  const splitting = { k: 3, seed: 1, stratified: true, timeOrdered: false };
  const search = { data: read, ...splitting, signal: undefined, run: evaluate, evaluate };
  const { data, ...options } = structuredClone(partsOf(search));
  const copy = 'columns' in data ? Table.of(data) : undefined;
  expect(copy && kFold(copy, options).map(({ train }) => train.x)).toEqual(
    kFold(read, options).map(({ train }) => train.x),
  );
});
