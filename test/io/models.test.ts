import { describe, expect, test } from 'vitest';
import { DisposedError, FormatError } from '../../src/core/errors.js';
import { loadModel, loadOptimizer, saveModel } from '../../src/io/index.js';
import { activation, dense, flatten, l1l2, reshape, type Layer } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { adagrad, adam, adamw, rmsprop, sgd, stepDecay } from '../../src/optimizers/index.js';
import { mul } from '../../src/ops/mul.js';
import { relu } from '../../src/ops/relu.js';
import { square } from '../../src/ops/square.js';
import { sum } from '../../src/ops/sum.js';
import { memory } from '../../src/runtime/init.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { smallModel, takeApart, weightBits, withConfig } from './support.js';

withRuntime();

/** Both models have the same weights, names, output and training step, to the bit. */
function expectSame(a: Model, b: Model): void {
  expect(b.summary()).toBe(a.summary());
  expect(weightBits(b)).toEqual(weightBits(a));
  const rows = 3;
  const x = Float32Array.from(
    { length: rows * a.inputShape.reduce((p, q) => p * q, 1) },
    (_, i) => ((i * 7) % 11) / 5 - 1,
  );
  using ya = a.predict(x);
  using yb = b.predict(x);
  expect(yb.data()).toEqual(ya.data());
  const target = new Float32Array(ya.size).fill(0.5);
  const losses = [a, b].map((model) => {
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: adam(), batchSize: rows, seed: 5 });
    const steps = [1, 2, 3].map(() => trainer.step(x, target));
    trainer.dispose();
    return steps;
  });
  expect(losses[1]).toEqual(losses[0]);
  expect(weightBits(b)).toEqual(weightBits(a));
}

test('a model comes back as it was: layers, names, weights, output, further training', () => {
  using model = smallModel();
  using copy = loadModel(saveModel(model));
  expect(copy.weights.map(({ name }) => name)).toEqual([
    'hidden/kernel',
    'hidden/bias',
    'dense_2/kernel',
    'dense_2/bias',
  ]);
  expectSame(model, copy);
});

test('every kind of layer and option comes back', () => {
  const layers = [
    reshape({ shape: [6, 2] }),
    activation({ name: 'elu', alpha: 0.5 }),
    dense({
      units: 4,
      activation: 'gelu',
      useBias: false,
      kernelInitializer: { name: 'randomNormal', std: 0.3 },
      kernelRegularizer: l1l2({ l1: 0.01, l2: 0.02 }),
    }),
    flatten({ name: 'all' }),
    dense({ units: 2, biasInitializer: 'ones', biasRegularizer: l1l2({ l2: 0.1 }) }),
    activation('softplus'),
  ];
  using model = sequential({ inputShape: [3, 4], seed: 11 }, layers);
  using copy = loadModel(saveModel(model));
  expectSame(model, copy);
});

test('bytes may be an ArrayBuffer, or lie anywhere in one', () => {
  using model = smallModel();
  const bytes = saveModel(model);
  using whole = loadModel(bytes.slice().buffer);
  const shifted = new Uint8Array(bytes.length + 5);
  shifted.set(bytes, 3);
  using part = loadModel(shifted.subarray(3, 3 + bytes.length));
  expect(weightBits(whole)).toEqual(weightBits(model));
  expect(weightBits(part)).toEqual(weightBits(model));
});

test('the file has a tensor a weight, F32 in row-major order, and the configuration as text', () => {
  using model = smallModel();
  const { header, body } = takeApart(saveModel(model));
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = header['hidden/kernel'] as { dtype: string; shape: number[]; data_offsets: number[] };
  expect([dtype, shape]).toEqual(['F32', [3, 5]]);
  const values = Array.from({ length: 15 }, (_, i) =>
    new DataView(body.buffer).getFloat32((offsets[0] ?? 0) + 4 * i, true),
  );
  expect(Float32Array.from(values)).toEqual(model.getWeights()['hidden/kernel']);
  const { wasmgrad } = header['__metadata__'] as { wasmgrad: string };
  expect(JSON.parse(wasmgrad)).toMatchObject({
    version: 1,
    inputShape: [3],
    layers: [
      { kind: 'dense', name: 'hidden', config: { units: 5, activation: { name: 'leakyRelu', slope: 0.1 } } },
      { kind: 'dropout', config: { rate: 0.25 } },
      { kind: 'dense', config: { units: 2, activation: 'softmax' } },
    ],
  });
});

describe('custom layers', () => {
  const scale = (by: number, own?: string): Layer => ({
    kind: 'scale',
    name: own,
    config: { by },
    outputShape: (shape) => shape,
    init: (shape) => ({ gain: { shape, initializer: 'ones' } }),
    apply: ({ gain }, x) => mul(mul(x, gain!), by),
  });
  const layers = { scale: (config: { by: number }) => scale(config.by) };

  test('come back through their factory, with their name', () => {
    using model = sequential({ inputShape: [2] }, [scale(3), scale(4, 'last')]);
    model.setWeights({ 'last/gain': [5, 6] });
    using copy = loadModel(saveModel(model), { layers });
    expect(copy.weights.map(({ name }) => name)).toEqual(['scale_1/gain', 'last/gain']);
    expectSame(model, copy);
  });

  test('need their factory', () => {
    using model = sequential({ inputShape: [2] }, [scale(3)]);
    expect(() => loadModel(saveModel(model))).toThrow(
      new FormatError("loadModel: expected a known kind of layer, or its factory in option layers, got 'scale'"),
    );
  });

  test('without kind or config cannot be saved', () => {
    const { kind, config, ...rest } = scale(3);
    using nameless = sequential({ inputShape: [2] }, [{ ...rest, config }]);
    using optionless = sequential({ inputShape: [2] }, [{ ...rest, kind }]);
    expect(() => saveModel(nameless)).toThrow(
      new TypeError(
        "saveModel: expected layer 'custom_1' to have kind and config, from which it can be made again, got neither",
      ),
    );
    expect(() => saveModel(optionless)).toThrow(
      new TypeError(
        "saveModel: expected layer 'scale_1' to have kind and config, from which it can be made again, got neither",
      ),
    );
  });
});

describe('functions among the options', () => {
  test('initialisers are left out, for the weights are saved', () => {
    using model = sequential({ inputShape: [2] }, [dense({ units: 1, kernelInitializer: () => [3, 4] })]);
    using copy = loadModel(saveModel(model));
    expect(copy.getWeights()['dense_1/kernel']).toEqual(Float32Array.of(3, 4));
  });

  test('activations and regularisers cannot be saved', () => {
    using active = sequential({ inputShape: [2] }, [dense({ units: 1, activation: relu })]);
    using second = sequential({ inputShape: [2] }, [activation(relu)]);
    using regular = sequential({ inputShape: [2] }, [dense({ units: 1, kernelRegularizer: (w) => sum(square(w)) })]);
    expect(() => saveModel(active)).toThrow(
      new TypeError(
        "saveModel: expected config of layer 'dense_1'.activation to be plain data that can be saved, got a function",
      ),
    );
    expect(() => saveModel(second)).toThrow(
      new TypeError(
        "saveModel: expected config of layer 'activation_1'.activation to be plain data that can be saved, got a function",
      ),
    );
    expect(() => saveModel(regular)).toThrow(
      new TypeError(
        "saveModel: expected config of layer 'dense_1'.kernelRegularizer to be plain data that can be saved, got a function",
      ),
    );
  });
});

describe('optimiser', () => {
  const optimizers = [
    sgd({ learningRate: 0.2, momentum: 0.9, nesterov: true, clipNorm: 1 }),
    adagrad({ learningRate: 0.3 }),
    rmsprop({ learningRate: 0.01, centered: true, momentum: 0.5 }),
    adam({ learningRate: 0.002, amsgrad: true, clipValue: 2 }),
    adamw({ learningRate: 0.004, weightDecay: 0.02 }),
  ];
  test.each(optimizers)('$name comes back with its hyperparameters', (optimizer) => {
    using model = smallModel();
    const back = loadOptimizer(saveModel(model, { optimizer }));
    expect(back?.name).toBe(optimizer.name);
    expect(back?.config).toEqual(optimizer.config);
    expect(back?.learningRate).toBe(optimizer.learningRate);
    expect(back?.slots).toEqual(optimizer.slots);
  });

  test('none, a schedule, damage', () => {
    using model = smallModel();
    expect(loadOptimizer(saveModel(model))).toBeUndefined();
    const scheduled = sgd({ learningRate: stepDecay({ initial: 1, factor: 0.5, every: 2 }) });
    expect(() => saveModel(model, { optimizer: scheduled })).toThrow(
      new TypeError(
        'saveModel: expected an optimizer with a number as learningRate, got a schedule, which is a function',
      ),
    );
    const bytes = saveModel(model, { optimizer: adam() });
    const other = (optimizer: unknown): Uint8Array => withConfig(bytes, (config) => ({ ...config, optimizer }));
    for (const [wrong, message] of [
      [null, /^loadOptimizer: expected an object, got null$/],
      [1, /^loadOptimizer: expected an object, got 1$/],
      [{ name: 'adam' }, /^loadOptimizer: expected an object, got undefined$/],
      [{ name: 'constructor', config: {} }, /^loadOptimizer: expected a known optimizer, got 'constructor'$/],
      [{ name: 'sgd', config: { beta1: 1 } }, /^loadOptimizer: sgd: expected options .*, got unknown option 'beta1'$/],
    ] as const) {
      expect(() => loadOptimizer(other(wrong))).toThrow(typed(FormatError, message));
    }
  });
});

describe('wrong use', () => {
  test('of saveModel', () => {
    const model = smallModel();
    expect(() => saveModel(wrong({}))).toThrow(
      new TypeError('saveModel: expected a model, got an object with keys (none)'),
    );
    expect(() => saveModel(model, wrong({ optimiser: adam() }))).toThrow(
      typed(TypeError, /^saveModel: expected options .*, got unknown option 'optimiser'$/),
    );
    expect(() => saveModel(model, { optimizer: wrong('adam') })).toThrow(
      new TypeError("saveModel: expected optimizer to be made by sgd(...), adam(...) or the like, got 'adam'"),
    );
    model.dispose();
    expect(() => saveModel(model)).toThrow(
      new DisposedError('getWeights: expected a live model, got one after dispose()'),
    );
  });

  test('of loadModel', () => {
    expect(() => loadModel(wrong<Uint8Array>(42))).toThrow(
      new TypeError(
        "loadModel: expected a path, a URL, 'indexeddb://name', a Response, a File, a stream or bytes, got 42",
      ),
    );
    using model = smallModel();
    expect(() => loadModel(saveModel(model), wrong({ layer: {} }))).toThrow(
      typed(TypeError, /^loadModel: expected options .*, got unknown option 'layer'$/),
    );
    const bytes = saveModel(model);
    for (const layers of [7, null, 'dense', [], new Map(), { dense: 1 }, { dense: null }, Promise.resolve({})])
      for (const source of [bytes, 'no/such/file'])
        expect(() => loadModel(wrong<Uint8Array>(source), wrong({ layers }))).toThrow(
          typed(TypeError, /^loadModel: expected (layers.* to be .*, got |a value for layers, got null$)/),
        );
    const moved = bytes.slice().buffer;
    structuredClone(moved, { transfer: [moved] });
    expect(() => loadModel(moved)).toThrow(/^loadModel: expected bytes, got memory that has been transferred/);
    expect(() => loadOptimizer(moved)).toThrow(/^loadOptimizer: expected bytes, got memory that has been transferred/);
    expect(() => loadOptimizer(new Uint8Array(3))).toThrow(
      new FormatError('loadOptimizer: expected at least 8 bytes, got 3'),
    );
    expect(memory().liveTensors).toBe(4);
  });
});
