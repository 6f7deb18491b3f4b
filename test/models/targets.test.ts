// Targets must have the shape of the prediction, not its size alone; losses and metrics refuse what they cannot mean.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { DTypeError, ShapeError, tensor } from '../../src/index.js';
import { activation, dense, reshape } from '../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy, meanSquaredError, type Loss } from '../../src/losses/index.js';
import { connect, input, model, sequential, type Metric, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

/** Nested zeros, or what `f` makes of a position. */
function nested(shape: readonly number[], f: (i: number) => number = () => 0): unknown {
  let next = 0;
  const build = ([size, ...rest]: readonly number[]): unknown =>
    size === undefined ? f(next++) : Array.from({ length: size }, () => build(rest));
  return build(shape);
}

/** A model that gives such outputs for one number. */
const giving = (shape: readonly number[]): Model => {
  const units = shape.reduce((a, b) => a * b, 1);
  return sequential({ inputShape: [1] }, [
    dense({ units }),
    reshape({ shape }),
    activation(shape.at(-1) === 1 ? 'sigmoid' : 'softmax'),
  ]);
};

async function tried(network: Model, y: unknown, loss: Loss, metrics: readonly Metric[] = []): Promise<unknown[]> {
  const data = () => dataset([[1], [2]], wrong(y));
  const before = network.getWeights();
  const all = await Promise.allSettled([
    Promise.resolve().then(() => network.evaluate(data(), { loss, metrics })),
    Promise.resolve().then(() => network.fit(data(), { loss, metrics, optimizer: sgd({ learningRate: 0 }) })),
  ]);
  expect(network.getWeights()).toEqual(before);
  network.dispose();
  return all.map((one) => (one.status === 'rejected' ? (one.reason as unknown) : undefined));
}

describe('targets of another shape', () => {
  it.each([
    ['a mask turned over', [2, 3, 1], nested([2, 3, 2])],
    ['sequences turned over', [2, 3], nested([2, 3, 2])],
    ['one one-hot label where each step has one', [3, 3], nested([2, 3], (i) => Number(i % 3 === 1))],
    ['an axis too many', [3], nested([2, 3, 2])],
    ['two axes of size 1 too many', [3], nested([2, 1, 1, 3])],
    ['rows of another width', [3], nested([2, 4])],
  ])('%s', async (_, shape, y) => {
    for (const loss of [shape.at(-1) === 1 ? binaryCrossEntropy() : crossEntropy(), meanSquaredError()]) {
      const errors = await tried(giving(shape), y, loss);
      for (const error of errors) {
        expect(error).toBeInstanceOf(ShapeError);
        expect(String(error)).toMatch(/(fit|evaluate): expected .*, got .*\[2, /);
      }
    }
  });

  it.each([
    ['the same', [2, 3], nested([2, 2, 3])],
    ['an axis of size 1 more', [3], nested([2, 3, 1])],
    ['an axis of size 1 less', [2, 3, 1], nested([2, 2, 3])],
    ['class indices', [3], [2, 0]],
    ['class indices with an axis', [3], [[2], [0]]],
    ['class indices a step', [2, 3], [[2, 0], [1, 1]]], // prettier-ignore
    ['class indices a step, as many as classes', [3, 3], [[2, 0, 1], [1, 1, 0]]], // prettier-ignore
    ['flat floats', [2, 3], new Float32Array(12)],
    ['flat class indices', [3, 3], Int32Array.of(0, 1, 0, 1, 0, 0)],
  ])('%s is right', async (_, shape, y) => {
    const errors = await tried(giving(shape), y, shape.at(-1) === 1 ? meanSquaredError() : crossEntropy());
    expect(errors).toEqual([undefined, undefined]);
  });

  it('of one of several outputs', () => {
    const x = input({ shape: [1] });
    const table = connect([dense({ units: 6 }), reshape({ shape: [2, 3] })], x);
    const make = () => model({ inputs: x, outputs: { table, one: connect(dense({ units: 1 }), x) } });
    const y = { table: nested([2, 3, 2]) as number[][][], one: [[0], [1]] };
    const network = make();
    const losses = { table: meanSquaredError(), one: meanSquaredError() };
    expect(() => network.evaluate(dataset([[1], [2]], y), { loss: losses })).toThrow(
      /^evaluate: output 'table': expected 12 targets \(\[2, 2, 3\]\) .*, got 12 \(\[2, 3, 2\]\)/,
    );
    const trainer = network.trainer({ loss: losses, optimizer: sgd(), batchSize: 2 });
    expect(() => trainer.step([[1], [2]], y)).toThrow(/^step: output 'table': expected 12 targets/);
    trainer.dispose();
    network.dispose();
  });

  it('of a tensor', () => {
    const network = giving([2, 3]);
    const y = tensor(new Float32Array(12), [2, 3, 2]);
    expect(() => network.evaluate(dataset([[1], [2]], y), { loss: meanSquaredError() })).toThrow(
      typed(ShapeError, /^evaluate: expected /),
    );
    y.dispose();
    network.dispose();
  });

  it('class indices where the loss or a metric takes none', async () => {
    const indices = Int32Array.of(0, 1);
    for (const [loss, metrics] of [
      [meanSquaredError(), []],
      [crossEntropy(), ['meanAbsoluteError']],
      [crossEntropy(), ['accuracy', 'meanSquaredError']],
    ] as const) {
      for (const error of await tried(giving([2]), indices, loss, metrics)) {
        expect(error).toBeInstanceOf(DTypeError);
        expect(String(error)).toMatch(/: expected 4 targets \(\[2, 2\]\) for mean\w+, in f32, got i32 \(\[2\]\)/);
      }
    }
    for (const error of await tried(giving([2]), [0.5, 1], meanSquaredError()))
      expect(String(error)).toMatch(/for meanSquaredError, in f32, got f32 \(\[2\]\)/);
  });
});

describe('one output unit', () => {
  const y = [[0], [1]];

  it('is refused by crossEntropy, and with softmax by any loss, in favour of binaryCrossEntropy', async () => {
    const linear = (): Model => sequential({ inputShape: [1] }, [dense({ units: 1 })]);
    const soft = (): Model => sequential({ inputShape: [1] }, [dense({ units: 1, activation: 'softmax' })]);
    for (const [make, loss] of [
      [linear, crossEntropy()],
      [soft, crossEntropy()],
      [soft, meanSquaredError()],
    ] as const)
      // prettier-ignore
      for (const error of await tried(make(), y, loss)) {
        expect(error).toBeInstanceOf(ShapeError);
        expect(String(error)).toMatch(/(fit|evaluate): expected .*binaryCrossEntropy for one output unit, got/);
      }
    const network = linear();
    expect(() => network.trainer({ loss: crossEntropy(), optimizer: sgd(), batchSize: 1 })).toThrow(
      'trainer: expected binaryCrossEntropy for one output unit, got crossEntropy',
    );
    network.dispose();
  });

  it('is refused by either among several', () => {
    const x = input({ shape: [1] });
    const outputs = [connect(dense({ units: 2 }), x), connect(dense({ units: 1, activation: 'softmax' }), x)] as const;
    const network = model({ inputs: x, outputs });
    const targets = [tensor([[0, 1], [1, 0]]), tensor(y)] as const; // prettier-ignore
    const data = dataset([[1], [2]], targets);
    for (const target of targets) target.dispose();
    const run = (loss: Loss): unknown => network.evaluate(data, { loss: [crossEntropy(), loss] });
    expect(() => run(meanSquaredError())).toThrow(/one output unit, got softmax/);
    network.dispose();
  });

  it('has its accuracy by the sign of the logits where the loss takes logits', async () => {
    const network = sequential({ inputShape: [1] }, [dense({ units: 1, useBias: false, kernelInitializer: 'ones' })]);
    const data = dataset([[0.3], [-0.3], [1e-30], [-1e-30]], [[1], [0], [1], [0]]);
    const metrics = ['accuracy'] as const;
    const logits = binaryCrossEntropy({ fromLogits: true });
    expect(network.evaluate(data, { loss: logits, metrics }).accuracy).toBe(1);
    expect(network.evaluate(data, { loss: meanSquaredError(), metrics }).accuracy).toBe(0.5);
    const { epochs } = await network.fit(data, { loss: logits, metrics, optimizer: sgd({ learningRate: 0 }) });
    expect(epochs[0]?.accuracy).toBe(1);
    network.dispose();
  });

  it('the same of one output of several', () => {
    const x = input({ shape: [1] });
    const layer = () => dense({ units: 1, useBias: false, kernelInitializer: 'ones' });
    const network = model({ inputs: x, outputs: { a: connect(layer(), x), b: connect(layer(), x) } });
    const target = [[1], [0]];
    const result = network.evaluate(dataset([[0.3], [-0.3]], { a: target, b: target }), {
      loss: { a: meanSquaredError(), b: binaryCrossEntropy({ fromLogits: true }) },
      metrics: [{ output: 'a', metric: 'accuracy' }, { output: 'b', metric: 'accuracy' }], // prettier-ignore
    });
    expect([result['aAccuracy'], result['bAccuracy']]).toEqual([0.5, 1]);
    network.dispose();
  });
});

it('lengths are checked again where they are used', async () => {
  const network = sequential({ inputShape: [2, 1] }, [dense({ units: 1 })]);
  const data = dataset([[[1], [2]]], [[[1], [2]]], { lengths: [2] });
  data.lengths?.fill(5);
  const options = { loss: meanSquaredError() };
  expect(() => network.evaluate(data, options)).toThrow(/^evaluate: expected lengths from 0 to 2, got 5/);
  await expect(network.fit(data, { ...options, optimizer: sgd() })).rejects.toThrow(
    /^fit: expected lengths from 0 to 2/,
  );
  for (const length of [3, -1, 1e9]) {
    data.lengths?.fill(2);
    const onEpochEnd = () => data.lengths?.fill(length);
    await expect(network.fit(data, { ...options, optimizer: sgd(), epochs: 2, onEpochEnd })).rejects.toThrow(
      new RangeError(`fit: expected lengths from 0 to 2, got ${length}`),
    );
  }
  network.dispose();
});

it('a generator of batches says which of them is wrong', async () => {
  const network = sequential({ inputShape: [1] }, [dense({ units: 2 })]);
  const right = { x: [[1]], y: [[1, 0]] };
  const run = (bad: object): Promise<unknown> =>
    network.fit([right, { ...right, ...bad }], { loss: crossEntropy({ fromLogits: true }), optimizer: sgd() });
  await expect(run({ y: [[1, NaN]] })).rejects.toThrow(/batch 2/);
  await expect(run({ x: [[1, 2]] })).rejects.toThrow(/batch 2/);
  const labels = (label: number) => ({ x: [[1]], y: Int32Array.of(label) });
  const training = { loss: crossEntropy({ fromLogits: true }), optimizer: sgd() };
  await expect(network.fit([labels(1), labels(7)], training)).rejects.toThrow(/^fit: batch 2: expected labels/);
  network.dispose();
});
