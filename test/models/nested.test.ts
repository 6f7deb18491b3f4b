// Models as layers of models, the layers of a model, and models that end at one of them.
import { describe, expect, it } from 'vitest';
import { DisposedError, ShapeError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import {
  activation,
  addLayers,
  batchNorm,
  concatenate,
  dense,
  dropout,
  embedding,
  flatten,
  lstm,
} from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, sequential, type Model } from '../../src/models/index.js';
import { exportOnnx } from '../../src/onnx/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { sequential as inferenceOnly } from '../../src/predict/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';

withRuntime();

const x = numbers(6 * 4, 1);
const y = numbers(6 * 2, 2);
const options = { loss: meanSquaredError(), optimizer: adam({ learningRate: 0.05 }), batchSize: 6 };

const makeBase = (name?: string): Model =>
  sequential({ inputShape: [4], seed: 3, name }, [
    dense({ units: 5, activation: 'relu' }),
    batchNorm(),
    dropout({ rate: 0.3 }),
    dense({ units: 3 }),
  ]);

const names = (network: Model): string[] => network.weights.map(({ name }) => name);

function trained(network: Model, steps = 3): number[] {
  using trainer = network.trainer(options);
  return Array.from({ length: steps }, () => trainer.step(x, y));
}

/** The same network without nesting. */
function flatModel(base: Model, head: Model): Model {
  const flat = sequential({ inputShape: [4] }, [
    dense({ units: 5, activation: 'relu' }),
    batchNorm(),
    dropout({ rate: 0.3 }),
    dense({ units: 3 }),
    dense({ units: 2 }),
  ]);
  const { 'dense_1/kernel': kernel, 'dense_1/bias': bias } = head.getWeights();
  flat.setWeights({ ...base.getWeights(), 'dense_3/kernel': kernel!, 'dense_3/bias': bias! });
  return flat;
}

describe('a model as a layer', () => {
  it('is trained like its layers, bit by bit, and shares its weights', () => {
    using base = makeBase();
    using head = sequential({ inputShape: [4], seed: 8 }, [base, dense({ units: 2 })]);
    expect(names(head).slice(0, 2)).toEqual(['model_1/dense_1/kernel', 'model_1/dense_1/bias']);
    expect(names(head).slice(-2)).toEqual(['dense_1/kernel', 'dense_1/bias']);
    using flat = flatModel(base, head);
    expect(trained(head)).toEqual(trained(flat));
    expect(Object.values(head.getWeights())).toEqual(Object.values(flat.getWeights()));
    for (const [name, values] of Object.entries(base.getWeights()))
      expect(head.getWeights()[`model_1/${name}`]).toEqual(values);
    expect(head.summary()).toMatch(/model_1\/batchNorm_1 .*\n.*model_1\/dropout_1/);
  });

  it('is trained when it is trained alone, and predicts in programs recorded before', () => {
    using base = makeBase('base');
    using head = sequential({ inputShape: [4] }, [base, dense({ units: 2 })]);
    using before = head.predict(x);
    const output = Float32Array.from({ length: 2 });
    using predictor = head.predictor();
    predictor(x.subarray(0, 4), output);
    expectClose(output, before.data().slice(0, 2), 1e-6);
    using trainer = base.trainer(options);
    trainer.step(x, numbers(18, 4));
    using after = head.predict(x);
    expect(after.data()).not.toEqual(before.data());
    predictor(x.subarray(0, 4), output);
    expectClose(output, after.data().slice(0, 2), 1e-6);
  });

  it('may be disposed first, or last', () => {
    for (const order of [0, 1]) {
      const base = makeBase();
      const head = sequential({ inputShape: [4] }, [base, dense({ units: 2 })]);
      const [first, second] = order === 0 ? [base, head] : [head, base];
      first.dispose();
      if (second === head) trained(head, 1);
      using output = second.predict(x);
      expect(output.shape[0]).toBe(6);
      second.dispose();
    }
  });

  it('is frozen with the model itself, and unfrozen', () => {
    using base = makeBase('base');
    base.freeze();
    using head = sequential({ inputShape: [4] }, [base, dense({ units: 2 })]);
    const before = base.getWeights();
    trained(head);
    expect(base.getWeights()).toEqual(before); // the running statistics, too
    head.unfreeze('base/dense_2');
    expect(base.layer('dense_2').trainable).toBe(true);
    expect(base.layer('dense_1').trainable).toBe(false);
    head.freeze('base');
    expect(base.layers.some(({ trainable }) => trainable)).toBe(false);
    expect(() => base.trainer(options)).toThrow(typed(TypeError, /a model with weights to train/));
  });

  it('is saved, loaded and exported under its names', () => {
    using base = makeBase('base');
    using head = sequential({ inputShape: [4], name: 'head' }, [base, dense({ units: 2 }), dense({ units: 2 })]);
    head.freeze(/^base\/dense_1/);
    using copy = loadModel(saveModel(head));
    expect(copy.getWeights()).toEqual(head.getWeights());
    expect(copy.summary()).toBe(head.summary());
    expect(copy.layers.map(({ name, trainable }) => [name, trainable])).toEqual(
      head.layers.map(({ name, trainable }) => [name, trainable]),
    );
    expect(saveModel(copy)).toEqual(saveModel(head));
    using outer = sequential({ inputShape: [4] }, [copy, dense({ units: 1 })]);
    expect(names(outer)[0]).toBe('head/base/dense_1/kernel');
    using again = loadModel(saveModel(outer));
    expect(again.getWeights()).toEqual(outer.getWeights());
    expect(trained(copy)).toEqual(trained(head));
    expect(exportOnnx(outer).length).toBeGreaterThan(0);
  });

  it('has the same bits in a worker', async () => {
    const rows = Array.from({ length: 6 }, (_, i) => [...x.subarray(4 * i, 4 * i + 4)]);
    const targets = Array.from({ length: 6 }, (_, i) => [...y.subarray(2 * i, 2 * i + 2)]);
    const runs: unknown[] = [];
    for (const worker of [false, true]) {
      using base = makeBase();
      using head = sequential({ inputShape: [4] }, [base, dense({ units: 2 })]);
      await head.fit(dataset(rows, targets), { ...options, batchSize: 4, epochs: 2, worker });
      runs.push([head.getWeights(), base.getWeights()]);
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it('is not trained twice at once', async () => {
    const rows = Array.from({ length: 6 }, (_, i) => [...x.subarray(4 * i, 4 * i + 4)]);
    using base = makeBase();
    using head = sequential({ inputShape: [4] }, [base, dense({ units: 2 })]);
    const running = head.fit(dataset(rows, rows.map(() => [0, 1])), { ...options, epochs: 3 }); // prettier-ignore
    await expect(
      base.fit(
        dataset(
          rows,
          rows.map(() => [0, 1, 2]),
        ),
        { ...options, epochs: 1 },
      ),
    ).rejects.toThrow(new Error('fit: expected a model that is not being trained, got one with a fit under way'));
    await running;
    await base.fit(dataset(rows, rows.map(() => [0, 1, 2])), { ...options, epochs: 1 }); // prettier-ignore
  });

  it('applied twice shares its weights, as do two models that share theirs', () => {
    using base = makeBase('base');
    using features = base.upTo('dense_1');
    const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
    const [left, right] = [connect(base, a), connect(base, b)];
    const all = connect(concatenate(), left, right, connect([features, activation('tanh')], a));
    using twin = model({ inputs: [a, b], outputs: connect(dense({ units: 1 }), all) });
    expect(names(twin).length).toBe(names(base).length + 2);
    using trainer = twin.trainer({ ...options, optimizer: sgd({ learningRate: 0.1 }) });
    const before = base.getWeights();
    trainer.step([x.subarray(0, 8), x.subarray(8, 16)], numbers(2, 5));
    expect(base.getWeights()).not.toEqual(before);
    using copy = loadModel<typeof twin>(saveModel(twin));
    using expected = twin.predict([x, x]);
    using output = copy.predict([x, x]);
    expect(output.data()).toEqual(expected.data());
  });

  it('may have several inputs', () => {
    const [p, q] = [input({ shape: [2] }), input({ shape: [4] })];
    const sum = connect(addLayers(), connect(dense({ units: 3 }), p), connect(dense({ units: 3 }), q));
    using two = model({ inputs: { p, q }, outputs: connect(activation('relu'), sum), name: 'two' });
    const [u, v] = [input({ shape: [4] }), input({ shape: [2] })];
    using outer = model({ inputs: { u, v }, outputs: connect(dense({ units: 1, name: 'head' }), connect(two, v, u)) });
    expect(outer.layers.map(({ name }) => name)).toEqual([
      'two/dense_1',
      'two/dense_2',
      'two/addLayers_1',
      'two/activation_1',
      'head',
    ]);
    using inner = two.predict({ p: x.subarray(0, 2), q: x.subarray(2, 6) });
    using features = outer.upTo('two');
    using same = features.predict({ u: x.subarray(2, 6), v: x.subarray(0, 2) });
    expect(same.data()).toEqual(inner.data());
    expect(() => connect(two, u, v)).toThrow(
      new ShapeError('connect: expected [2], [4] for a model as a layer, got [4], [2]'),
    );
    expect(() => connect(two, v)).toThrow(new ShapeError('connect: expected [2], [4] for a model as a layer, got [2]'));
  });

  it('keeps states, lengths, indices and a fused loss', () => {
    using base = sequential({ inputShape: [5], seed: 1 }, [
      embedding({ inputDim: 7, outputDim: 3 }),
      lstm({ units: 4, returnSequences: true }),
    ]);
    const build = (nested: boolean): Model =>
      sequential({ inputShape: [5], seed: 1 }, [
        ...(nested ? [base] : [embedding({ inputDim: 7, outputDim: 3 }), lstm({ units: 4, returnSequences: true })]),
        dense({ units: 3, activation: 'softmax' }),
      ]);
    using nested = build(true);
    using flat = build(false);
    flat.setWeights(
      Object.fromEntries(Object.values(nested.getWeights()).map((values, i) => [names(flat)[i]!, values])),
    );
    const results = [nested, flat].map((network) => {
      using trainer = network.trainer({ ...options, loss: crossEntropy() });
      const losses = [1, 2].map(() =>
        trainer.step(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 0, 0, 0), [0, 1, 2, 0, 1, 1, 1, 0, 0, 0], {
          lengths: [5, 2],
        }),
      );
      const [output, state] = network.predictState([[1, 2]]);
      const values = [...output.data()];
      output.dispose();
      for (const entry of state) for (const own of 'dispose' in entry ? [] : Object.values(entry)) own.dispose();
      return [losses, values, state.length];
    });
    expect(results[0]).toEqual(results[1]);
    expect(() => nested.predict([[1, 2, 3, 4, 7]])).toThrow(typed(RangeError, /^predict: /));
  });

  it('works in a page that only predicts', () => {
    using base = inferenceOnly({ inputShape: [4] }, [dense({ units: 3 })]);
    using head = inferenceOnly({ inputShape: [4] }, [base, dense({ units: 1 })]);
    base.setWeights({ 'dense_1/bias': [1, 2, 3] });
    head.setWeights({ 'dense_1/kernel': [[1], [1], [1]] });
    using output = head.predict([[0, 0, 0, 0]]);
    expect(output.item()).toBe(6);
  });

  it('without layers passes its input on', () => {
    using empty = sequential({ inputShape: [4] }, []);
    using head = sequential({ inputShape: [4] }, [empty, flatten(), empty]);
    using output = head.predict([[1, 2, 3, 4]]);
    expect(output.toArray()).toEqual([[1, 2, 3, 4]]);
  });

  it('that does not fit is refused', () => {
    const base = makeBase('base');
    expect(() => sequential({ inputShape: [3] }, [base])).toThrow(
      new ShapeError('sequential: expected [4] for a model as a layer, got [3]'),
    );
    expect(() => sequential({ inputShape: [4] }, [base, dense({ units: 1, name: 'base' })])).toThrow(
      new RangeError("sequential: expected distinct layer names, got 'base' twice"),
    );
    const a = input({ shape: [4] });
    using two = model({ inputs: a, outputs: [connect(dense({ units: 1 }), a), connect(dense({ units: 1 }), a)] });
    const message = 'expected a model with one output as a layer, got 2 outputs';
    expect(() => connect(two, a)).toThrow(new TypeError(`connect: ${message}`));
    expect(() => sequential({ inputShape: [4] }, [two])).toThrow(new TypeError(`sequential: ${message}`));
    expect(() => makeBase('a/b')).toThrow(new TypeError("sequential: expected a layer name without '/', got 'a/b'"));
    base.dispose();
    const dead = 'expected a live model, got one after dispose()';
    expect(() => connect(base, a)).toThrow(new DisposedError(`connect: ${dead}`));
    expect(() => sequential({ inputShape: [4] }, [base])).toThrow(new DisposedError(`sequential: ${dead}`));
  });
});

describe('the layers of a model', () => {
  it('have names, kinds, options, shapes and weights', () => {
    using base = makeBase();
    expect(base.layers.map(({ name }) => name)).toEqual(['dense_1', 'batchNorm_1', 'dropout_1', 'dense_2']);
    const { weights, ...layer } = base.layer('dense_1');
    expect(layer).toEqual({
      ...{ name: 'dense_1', kind: 'dense', trainable: true },
      ...{ config: { units: 5, activation: 'relu' }, inputShape: [4], outputShape: [5] },
    });
    expect(weights).toEqual(base.weights.slice(0, 2));
    expect(base.layer('dropout_1')).toMatchObject({ weights: [], trainable: false });
    expect(() => base.layer('dense_3')).toThrow(
      new RangeError("layer: expected one of dense_1, batchNorm_1, dropout_1, dense_2, got 'dense_3'"),
    );
  });

  it('are listed once, without those that take rows apart', () => {
    const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
    const shared = dense({ units: 2 });
    using twin = model({ inputs: [a, b], outputs: [connect(shared, a), connect(shared, b)] });
    expect(twin.layers.map(({ name }) => name)).toEqual(['dense_1']);
  });
});

describe('a model up to a layer', () => {
  it('predicts what the layer gives, and shares the weights', () => {
    const base = makeBase();
    using part = base.upTo('batchNorm_1');
    expect(part.outputShape).toEqual([5]);
    expect(names(part)).toEqual(names(base).slice(0, 6));
    using before = part.predict(x);
    using trainer = base.trainer(options);
    trainer.step(x, numbers(18, 4));
    using after = part.predict(x);
    expect(after.data()).not.toEqual(before.data());
    base.dispose();
    using still = part.predict(x);
    expect(still.data()).toEqual(after.data());
  });

  it('leaves out what it does not need, and is saved and loaded', () => {
    const a = input({ shape: [4] });
    const [left, right] = [connect(dense({ units: 3 }), a), connect(dense({ units: 3, activation: 'relu' }), a)];
    using whole = model({ inputs: { a }, outputs: { left, right: connect(dense({ units: 2 }), right) }, seed: 4 });
    using part = whole.upTo('dense_2');
    expect(part.layers.map(({ name }) => name)).toEqual(['dense_2']);
    using copy = loadModel<typeof part>(saveModel(part));
    expect(copy.getWeights()).toEqual(part.getWeights());
    using expected = part.predict({ a: x });
    using output = copy.predict({ a: x });
    expect(output.data()).toEqual(expected.data());
    expect(output.shape).toEqual([6, 3]);
  });

  it('ends at the first use of a shared layer', () => {
    const shared = dense({ units: 4, activation: 'tanh' });
    const a = input({ shape: [4] });
    using whole = model({ inputs: a, outputs: connect([shared, shared], a) });
    using part = whole.upTo('dense_1');
    expect(part.network.layers.length).toBe(1);
    using first = part.predict(x);
    using second = part.predict(first);
    using all = whole.predict(x);
    expect(all.data()).toEqual(second.data());
  });

  it('inside a model that is a layer', () => {
    using base = makeBase('base');
    using head = sequential({ inputShape: [4] }, [base, dense({ units: 2 })]);
    for (const [name, width] of [
      ['base/batchNorm_1', 5],
      ['base', 3],
      ['dense_1', 2],
    ] as const) {
      // prettier-ignore
      using part = head.upTo(name);
      expect(part.outputShape).toEqual([width]);
      expect(part.layers.at(-1)?.name.startsWith(name)).toBe(true);
    }
  });

  it('is refused for unknown layers', () => {
    const base = makeBase();
    for (const name of ['dense', '', 'inputPart_1', 'dense_1/kernel'])
      expect(() => base.upTo(name)).toThrow(
        new RangeError(`upTo: expected one of dense_1, batchNorm_1, dropout_1, dense_2, got '${name}'`),
      );
    base.dispose();
    expect(() => base.upTo('dense_1')).toThrow(
      new DisposedError('upTo: expected a live model, got one after dispose()'),
    );
    const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
    using twin = model({ inputs: [a, b], outputs: [connect(dense({ units: 1 }), a), connect(dense({ units: 1 }), b)] });
    for (const name of ['inputPart_1', 'outputRow_1'])
      expect(() => twin.upTo(name)).toThrow(new RangeError(`upTo: expected one of dense_1, dense_2, got '${name}'`));
  });
});
