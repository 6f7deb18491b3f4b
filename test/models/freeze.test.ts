// Frozen weights: which they are, what training does with them, and that files and checkpoints know.
import { describe, expect, it, test } from 'vitest';
import { DisposedError, FormatError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import * as layers from '../../src/layers/index.js';
import { batchNorm, bidirectional, dense, dropout, lstm, timeDistributed } from '../../src/layers/index.js';
import { mul, sum } from '../../src/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Callback, type Model, type TrainingSnapshot } from '../../src/models/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { frozenBase, start, x, y } from './fixtures/fineTuning.js';

withRuntime();

const [inputs, targets] = [Float32Array.from(x), Float32Array.from(y)];
const rows = (values: Float32Array, width: number): number[][] =>
  Array.from({ length: 6 }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
const data = dataset(rows(inputs, 4), rows(targets, 3));

function network(): Model {
  const model = sequential({ inputShape: [4] }, [
    dense({ units: 5, activation: 'relu' }),
    batchNorm(),
    dense({ units: 3 }),
  ]);
  const flat = Object.entries(start).map(([name, values]) => [name, Float32Array.from(values)] as const);
  model.setWeights(Object.fromEntries(flat));
  return model;
}

const frozenNames = (model: Model): string[] =>
  model.weights.filter(({ trainable }) => !trainable).map(({ name }) => name);

const frozenBitsOf = (model: Model): string[] =>
  model.network.weights.filter(({ state }) => state.frozen).map(({ name }) => name);

const MOVING = ['batchNorm_1/movingMean', 'batchNorm_1/movingVariance'];

/** Options of a short training. */
const options = { loss: meanSquaredError(), optimizer: adam({ learningRate: 0.05 }), batchSize: 6 };

describe('patterns', () => {
  const cases: readonly [string, Parameters<Model['freeze']>, string[]][] = [
    ['a regular expression, on full names', [/^dense.*kernel$/], ['dense_1/kernel', ...MOVING, 'dense_2/kernel']],
    ['the name of a layer', ['dense_1'], ['dense_1/kernel', 'dense_1/bias', ...MOVING]],
    ['a full name', ['dense_2/bias'], [...MOVING, 'dense_2/bias']],
    ['several', [['dense_1/bias', /gamma/]], ['dense_1/bias', 'batchNorm_1/gamma', ...MOVING]],
    ['one with a memory', [/dense/g], ['dense_1/kernel', 'dense_1/bias', ...MOVING, 'dense_2/kernel', 'dense_2/bias']],
    ['none: all', [], Object.keys(start)],
  ];
  test.each(cases)('%s', (_, args, expected) => {
    using model = network();
    model.freeze(...args);
    expect(frozenNames(model)).toEqual(expected);
    model.unfreeze(...args);
    expect(frozenNames(model)).toEqual(MOVING);
  });

  test.each([
    ['dense', RangeError, /^freeze: expected some of dense_1\/kernel, dense_1\/bias, .*, dense_2\/bias, got 'dense'$/],
    [/conv/, RangeError, /^freeze: expected some of .*, got '\/conv\/'$/],
    [['dense_1', 'dense_3'], RangeError, /got 'dense_3'$/],
    ['', RangeError, /got ''$/],
    [[], TypeError, 'freeze: expected names of weights or layers, or a RegExp, got []'],
    [null, TypeError, 'freeze: expected names of weights or layers, or a RegExp, got null'],
    [3, TypeError, 'freeze: expected names of weights or layers, or a RegExp, got 3'],
    [
      ['dense_1', {}],
      TypeError,
      /^freeze: expected names of weights or layers, or a RegExp, got \['dense_1', an object/,
    ],
  ] as const)('%s is refused, and nothing is frozen', (pattern, kind, message) => {
    using model = network();
    expect(() => void Reflect.apply(model.freeze.bind(model), undefined, [pattern])).toThrow(typed(kind, message));
    expect(frozenNames(model)).toEqual(MOVING);
  });

  it('names the function that was called', () => {
    const model = network();
    expect(() => model.unfreeze('base')).toThrow(typed(RangeError, /^unfreeze: /));
    model.dispose();
    expect(() => model.freeze()).toThrow(new DisposedError('freeze: expected a live model, got one after dispose()'));
    expect(() => model.unfreeze()).toThrow(
      new DisposedError('unfreeze: expected a live model, got one after dispose()'),
    );
  });
});

describe('training', () => {
  it('of what follows a frozen base is that of PyTorch, and the base has the same bits afterwards', () => {
    using model = network();
    const before = model.getWeights();
    model.freeze(['dense_1', 'batchNorm_1']);
    using trainer = model.trainer(options);
    const losses = frozenBase.losses.map(() => trainer.step(inputs, targets));
    expectClose(losses, frozenBase.losses, 1e-5);
    const after = model.getWeights();
    for (const [name, values] of Object.entries(frozenBase.weights)) {
      if (name.startsWith('dense_2')) expectClose(after[name]!, values, 1e-5);
      else expect(after[name]).toEqual(before[name]);
    }
  });

  it('makes no state for frozen weights, and runs nothing backwards for them', () => {
    const deep = (depth: number): Model =>
      sequential({ inputShape: [4] }, [
        ...Array.from({ length: depth }, () => dense({ units: 4, activation: 'tanh' })),
        dense({ units: 3, name: 'head' }),
      ]);
    const lengthOf = (depth: number, freezes: boolean): [number, number] => {
      using model = deep(depth);
      if (freezes) model.freeze(/^dense/);
      using trainer = model.trainer(options);
      const { pointer, end } = trainer.programs.get(6, false).program.location;
      return [end - pointer, trainer.state.optimizer.slots.length];
    };
    const [[two, slots], [three]] = [lengthOf(2, true), lengthOf(3, true)];
    const [[twoTrained], [threeTrained]] = [lengthOf(2, false), lengthOf(3, false)];
    expect(slots).toBe(2);
    // One call forwards for a layer; a trained one needs several backwards, and the updates of two weights.
    expect(5 * (three - two)).toBeLessThan(threeTrained - twoTrained);
  });

  it('leaves running statistics alone only when they are frozen', () => {
    for (const [pattern, still] of [
      [/gamma|beta/, false],
      [/moving/, true],
    ] as const) {
      using model = network();
      model.freeze(pattern);
      const before = model.getWeights();
      using trainer = model.trainer(options);
      trainer.step(inputs, targets);
      const after = model.getWeights();
      expect(MOVING.every((name) => after[name]!.every((value, i) => value === before[name]![i]))).toBe(still);
      expect(after['batchNorm_1/gamma']!.every((value, i) => value === before['batchNorm_1/gamma']![i])).toBe(!still);
    }
  });

  it('in apply, too', () => {
    using model = network();
    model.freeze('batchNorm_1');
    const tree = Object.fromEntries(model.weights.map(({ name, tensor }) => [name, tensor]));
    using trained = model.apply(tree, inputs, { training: true });
    using predicted = model.predict(inputs);
    expectClose(trained.data(), predicted.data(), 1e-6);
  });

  it('does not count penalties of frozen weights, nor does evaluate', () => {
    using model = sequential({ inputShape: [4], seed: 2 }, [
      dense({ units: 3, kernelRegularizer: layers.l2(0.1), trainable: false }),
      dense({ units: 3, kernelRegularizer: (w) => mul(sum(w), sum(w)) }),
    ]);
    using plain = sequential({ inputShape: [4], seed: 2 }, [dense({ units: 3 }), dense({ units: 3 })]);
    const bare = plain.evaluate(data, { loss: meanSquaredError() }).loss;
    model.freeze();
    expect(model.evaluate(data, { loss: meanSquaredError() }).loss).toBe(bare);
    model.unfreeze('dense_1');
    expect(model.evaluate(data, { loss: meanSquaredError() }).loss).toBeGreaterThan(bare);
  });

  it('keeps dropout active in a frozen model', () => {
    using model = sequential({ inputShape: [4] }, [
      dense({ units: 64, trainable: false }),
      dropout({ rate: 0.5 }),
      dense({ units: 3 }),
    ]);
    using trainer = model.trainer({ ...options, optimizer: sgd({ learningRate: 0 }) });
    expect(trainer.step(inputs, targets)).not.toBe(trainer.step(inputs, targets));
  });

  it('goes on as it began when weights are frozen meanwhile', () => {
    using model = network();
    using trainer = model.trainer(options);
    trainer.step(inputs, targets);
    model.freeze();
    const before = model.getWeights();
    trainer.step(inputs.subarray(0, 8), targets.subarray(0, 6)); // of another size, which is recorded now
    const after = model.getWeights();
    for (const name of Object.keys(before)) expect(after[name]).not.toEqual(before[name]);
    expect(() => model.trainer(options)).toThrow(
      new TypeError('trainer: expected a model with weights to train, got none'),
    );
  });

  it('of a model without weights to train is refused', async () => {
    using model = network();
    model.freeze();
    await expect(model.fit(data, { ...options, epochs: 1 })).rejects.toThrow(
      new TypeError('fit: expected a model with weights to train, got none'),
    );
  });

  it('has the same bits in a worker', async () => {
    const runs: unknown[] = [];
    for (const worker of [false, true]) {
      using model = network();
      model.freeze(['dense_1', 'batchNorm_1']);
      await model.fit(data, { ...options, batchSize: 4, epochs: 3, worker });
      runs.push(model.getWeights());
    }
    expect(runs[1]).toEqual(runs[0]);
  });
});

describe('the option trainable', () => {
  const made: Readonly<Record<string, () => layers.Layer>> = {
    dense: () => dense({ units: 2, trainable: false }),
    conv1d: () => layers.conv1d({ filters: 2, kernelSize: 1, trainable: false }),
    simpleRnn: () => layers.simpleRnn({ units: 2, trainable: false }),
    lstm: () => lstm({ units: 2, trainable: false }),
    gru: () => layers.gru({ units: 2, trainable: false }),
    batchNorm: () => batchNorm({ trainable: false }),
    layerNorm: () => layers.layerNorm({ trainable: false }),
    prelu: () => layers.prelu({ trainable: false }),
    embedding: () => layers.embedding({ inputDim: 3, outputDim: 2, trainable: false }),
    multiHeadAttention: () => layers.multiHeadAttention({ heads: 1, keyDim: 2, trainable: false }),
    'timeDistributed, from outside': () => timeDistributed(dense({ units: 2 }), { trainable: false }),
    'timeDistributed, from inside': () => timeDistributed(dense({ units: 2, trainable: false })),
    bidirectional: () => bidirectional(lstm({ units: 2, trainable: false })),
  };
  test.each(Object.entries(made))('%s', (_, make) => {
    using model = sequential({ inputShape: [3, 2] }, [make()]);
    expect(model.weights.length).toBeGreaterThan(0);
    expect(model.weights.filter(({ trainable }) => trainable)).toEqual([]);
    expect(model.summary()).toMatch(/\(trainable 0, fixed \d+\)$/);
    using copy = loadModel(saveModel(model));
    expect(frozenNames(copy)).toEqual(frozenNames(model));
    model.unfreeze();
    expect(model.weights.some(({ trainable }) => trainable)).toBe(true);
    using thawed = loadModel(saveModel(model));
    expect(frozenNames(thawed)).toEqual(frozenNames(model));
  });

  it('of images', () => {
    using model = sequential({ inputShape: [4, 4, 2] }, [
      layers.conv2d({ filters: 2, kernelSize: 1, trainable: false }),
      layers.depthwiseConv2d({ kernelSize: 2, trainable: false }),
      layers.conv2dTranspose({ filters: 1, kernelSize: 1, trainable: false }),
    ]);
    expect(frozenNames(model).length).toBe(6);
  });

  it('a wrapper that is to be trained trains a frozen inner layer', () => {
    using model = sequential({ inputShape: [3, 2] }, [
      timeDistributed(dense({ units: 2, trainable: false }), { trainable: true }),
    ]);
    expect(frozenNames(model)).toEqual([]);
  });

  it('must be true or false', () => {
    const layer: unknown = { outputShape: () => [1], apply: () => undefined, trainable: 'no' };
    expect(() => void Reflect.apply(sequential, undefined, [{ inputShape: [1] }, [layer]])).toThrow(
      typed(TypeError, /^sequential: expected layer 1 to be an object/),
    );
    expect(() => void Reflect.apply(dense, undefined, [{ units: 1, trainable: 1 }])).toThrow(
      new TypeError('dense: expected trainable to be true or false, got 1'),
    );
  });
});

describe('files', () => {
  it('say which weights are frozen', () => {
    using model = network();
    model.freeze(/gamma|movingMean/);
    using copy = loadModel(saveModel(model));
    expect(frozenNames(copy)).toEqual(['batchNorm_1/gamma', ...MOVING]);
    expect(frozenBitsOf(copy)).toEqual(['batchNorm_1/gamma', 'batchNorm_1/movingMean']);
  });

  it('are as before when none is', () => {
    using model = network();
    const before = saveModel(model);
    model.freeze();
    expect(saveModel(model)).not.toEqual(before);
    model.unfreeze();
    expect(saveModel(model)).toEqual(before);
  });
});

describe('a training to be continued', () => {
  const more = { ...options, optimizer: sgd({ learningRate: 0.05 }), batchSize: 2, epochs: 3 };
  const snapshotOf = async (freezes: boolean): Promise<TrainingSnapshot> => {
    using model = network();
    if (freezes) model.freeze('dense_1');
    let snapshot: TrainingSnapshot | undefined;
    const callback: Callback = { onEpochEnd: (_, control) => (snapshot ??= control.snapshot()) };
    await model.fit(data, { ...more, callbacks: [callback] });
    if (!snapshot) throw new Error('no snapshot');
    return snapshot;
  };

  it('has the same frozen weights', async () => {
    const from = await snapshotOf(true);
    using whole = network();
    whole.freeze('dense_1');
    await whole.fit(data, more);
    using second = network();
    second.freeze('dense_1');
    await second.fit(data, { ...more, from });
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  it('is refused with others', async () => {
    using model = network();
    await expect(model.fit(data, { ...more, from: await snapshotOf(true) })).rejects.toThrow(
      new FormatError("resume: expected state of sgd(), got 'sgd() with dense_1/kernel, dense_1/bias frozen'"),
    );
    model.freeze('dense_2/bias');
    await expect(model.fit(data, { ...more, from: await snapshotOf(false) })).rejects.toThrow(
      new FormatError("resume: expected state of sgd() with dense_2/bias frozen, got 'sgd()'"),
    );
  });
});
