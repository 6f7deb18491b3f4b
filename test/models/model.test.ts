import { describe, expect, it } from 'vitest';
import {
  add,
  compile,
  DisposedError,
  grad,
  memory,
  mul,
  NonFiniteError,
  ShapeError,
  sum,
  tensor,
  tidy,
  valueAndGrad,
} from '../../src/index.js';
import { activation, dense, dropout, flatten, reshape, type Layer } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import type { Tensor } from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { numbers } from './reference.js';

withRuntime();

describe('sequential', () => {
  it('builds the lecture network: names, shapes, 101,770 parameters, summary', () => {
    const model = sequential({ inputShape: [28, 28, 1], seed: 7 }, [
      flatten(),
      dense({ units: 128, activation: 'relu' }),
      dense({ units: 10, activation: 'softmax', name: 'scores' }),
    ]);
    expect(model.parameterCount).toBe(101_770);
    expect(model.weights.map(({ name, shape, trainable }) => [name, shape, trainable])).toEqual([
      ['dense_1/kernel', [784, 128], true],
      ['dense_1/bias', [128], true],
      ['scores/kernel', [128, 10], true],
      ['scores/bias', [10], true],
    ]);
    expect(model.summary()).toContain('101,770');
    expect(model.summary()).toMatch(/flatten_1 +\[B, 784\]/);
    model.dispose();
  });

  it('makes the same weights from the same seed, others from another', () => {
    const weights = (seed: number): Float32Array => {
      const model = sequential({ inputShape: [4], seed }, [dense({ units: 3 })]);
      const values = model.getWeights()['dense_1/kernel']!;
      model.dispose();
      return values;
    };
    expect(weights(3)).toEqual(weights(3));
    expect(weights(3)).not.toEqual(weights(4));
  });

  it('refuses what does not fit, naming the layer, and leaves nothing behind', () => {
    const before = memory();
    expect(() => sequential({ inputShape: [] }, [dense({ units: 2 })])).toThrow(
      new ShapeError('sequential: dense_1: dense: expected input [batch, ..., features], got []'),
    );
    expect(() => sequential({ inputShape: [6] }, [reshape({ shape: [4, 2] })])).toThrow(
      new ShapeError('sequential: reshape_1: reshape: expected a shape of 6 elements for input [6], got [4, 2]'),
    );
    expect(() => sequential({ inputShape: [0] }, [])).toThrow(
      new ShapeError('sequential: expected inputShape of sizes >= 1, got [0]'),
    );
    expect(() =>
      sequential({ inputShape: [2] }, [dense({ units: 1, name: 'a' }), dense({ units: 1, name: 'a' })]),
    ).toThrow(new RangeError("sequential: expected distinct layer names, got 'a' twice"));
    // @ts-expect-error the option is misspelt
    expect(() => sequential({ inputshape: [2] }, [])).toThrow(
      typed(TypeError, /^sequential: expected options .*, got unknown option 'inputshape'$/),
    );
    // @ts-expect-error the option is misspelt
    expect(() => dense({ unit: 3 })).toThrow(
      typed(TypeError, /^dense: expected options .*, got unknown option 'unit'$/),
    );
    // @ts-expect-error no such activation
    expect(() => dense({ units: 3, activation: 'reluu' })).toThrow(
      typed(RangeError, /^dense: expected activation to be one of .*, got 'reluu'$/),
    );
    expect(() => dense({ units: 2.5 })).toThrow(
      new RangeError('dense: expected units to be a whole number >= 1, got 2.5'),
    );
    expect(() => dropout({ rate: 1 })).toThrow(
      new RangeError('dropout: expected rate to be a finite number >= 0 and < 1, got 1'),
    );
    // @ts-expect-error not a layer
    expect(() => sequential({ inputShape: [2] }, ['dense'])).toThrow(
      new TypeError("sequential: expected layer 1 to be an object with outputShape and apply, got 'dense'"),
    );
    expect(memory()).toEqual(before);
  });

  it('runs layers of the user, which need no gradient', () => {
    const scale: Layer = {
      kind: 'scale',
      outputShape: (shape) => shape,
      init: (shape) => ({ factor: { shape, initializer: 'ones' }, shift: tensor([1, 2, 3]) }),
      apply: ({ factor, shift }, x) => add(mul(x, factor!), shift!),
    };
    const model = sequential({ inputShape: [3] }, [scale]);
    expect(model.weights.map(({ name }) => name)).toEqual(['scale_1/factor', 'scale_1/shift']);
    const y = model.predict([[1, 1, 1]]);
    expect(y.toArray()).toEqual([[2, 3, 4]]);
    y.dispose();
    model.dispose();
  });
});

describe('weights', () => {
  it('are set by name in any form, all or nothing', () => {
    const model = sequential({ inputShape: [2] }, [dense({ units: 2 })]);
    model.setWeights({
      'dense_1/kernel': [
        [1, 2],
        [3, 4],
      ],
      'dense_1/bias': Float32Array.of(5, 6),
    });
    expect([...model.getWeights()['dense_1/kernel']!]).toEqual([1, 2, 3, 4]);
    model.setWeights({ 'dense_1/kernel': Float32Array.of(4, 3, 2, 1) });
    const before = model.getWeights();
    expect([...before['dense_1/kernel']!]).toEqual([4, 3, 2, 1]);
    expect(() =>
      model.setWeights({
        'dense_1/kernel': [
          [0, 0],
          [0, 0],
        ],
        'dense_1/bias': [1, 2, 3],
      }),
    ).toThrow(new ShapeError('setWeights: expected dense_1/bias of shape [2], got [3]'));
    expect(() =>
      model.setWeights({
        'dense_1/kernal': [
          [0, 0],
          [0, 0],
        ],
      }),
    ).toThrow(new RangeError("setWeights: expected one of dense_1/kernel, dense_1/bias, got 'dense_1/kernal'"));
    expect(() => model.setWeights({ 'dense_1/bias': [NaN, 0] })).toThrow(
      new NonFiniteError('setWeights: expected finite values for dense_1/bias, got NaN at position 0'),
    );
    expect(model.getWeights()).toEqual(before);
    model.dispose();
  });
});

describe('predict', () => {
  it('gives the same for tensors, nested and flat arrays, in any number of rows', () => {
    const model = sequential({ inputShape: [4, 2] }, [
      flatten(),
      dense({ units: 5, activation: 'gelu' }),
      dropout({ rate: 0.5 }),
      dense({ units: 3 }),
      activation('softmax'),
    ]);
    const flat = Float32Array.from(numbers(600 * 8, 1));
    tidy(() => {
      const all = model.predict(flat);
      expect(all.shape).toEqual([600, 3]);
      const nested = tensor(flat, [600, 4, 2]).toArray() as number[][][];
      expect([...model.predict(tensor(flat, [600, 4, 2])).data()]).toEqual([...all.data()]);
      expect([...model.predict(nested.slice(0, 7)).data()]).toEqual([...all.data().subarray(0, 21)]);
      expect(() => model.predict(new Float32Array(9))).toThrow(
        new ShapeError('predict: expected input [batch, 4, 2], got [9]'),
      );
      expect(() => model.predict([[1, 2]])).toThrow(
        new ShapeError('predict: expected input [batch, 4, 2], got [1, 2]'),
      );
    });
    model.dispose();
    expect(() => model.predict(flat)).toThrow(
      new DisposedError('predict: expected a live model, got one after dispose()'),
    );
  });

  it('through predictor: the same numbers into arrays of the caller', () => {
    const model = sequential({ inputShape: [6], seed: 2 }, [
      dense({ units: 33, activation: 'tanh' }),
      dense({ units: 3 }),
    ]);
    for (const rows of [1, 2, 5]) {
      const predictor = model.predictor({ batchSize: rows });
      const input = Float32Array.from(numbers(rows * 6, 5));
      const output = new Float32Array(rows * 3);
      predictor(input, output);
      const expected = model.predict(input);
      expect([...output]).toEqual([...expected.data()]);
      expected.dispose();
      expect(() => predictor(input, new Float32Array(1))).toThrow(
        typed(ShapeError, /^predictor: expected output of .*, 3\]\), got 1$/),
      );
      // @ts-expect-error plain arrays
      expect(() => predictor([...input, 1], output)).toThrow(
        typed(TypeError, /^predictor: expected input to be a Float32Array, got .*$/),
      );
      const before = memory();
      for (let i = 0; i < 1000; i++) predictor(input, output);
      expect(memory()).toEqual(before);
      predictor.dispose();
      expect(() => predictor(input, output)).toThrow(
        new DisposedError('predictor: expected a live predictor, got one after dispose()'),
      );
    }
    model.dispose();
  });
});

describe('predict inside a transformation', () => {
  it('is differentiated and compiled like any function', () => {
    const model = sequential({ inputShape: [2], seed: 4 }, [
      dense({ units: 3, activation: 'tanh' }),
      dense({ units: 1 }),
    ]);
    tidy(() => {
      const x = tensor([[0.3, -0.7]]);
      const expected = model.predict(x).item();
      const compiled = compile((input: typeof x) => mul(model.predict(input), 2));
      expect(compiled(x).item()).toBe(2 * expected);
      expect(compiled(x).item()).toBe(2 * expected);
      compiled.dispose();
      const h = 1e-2;
      const at = (value: number): number => model.predict([[value, -0.7]]).item();
      const gradient = grad((input: typeof x) => sum(model.predict(input)))(x);
      expect(gradient.data()[0]).toBeCloseTo((at(0.3 + h) - at(0.3 - h)) / (2 * h), 3);
    });
    model.dispose();
  });
});

describe('apply', () => {
  it('is a pure function of the weights: differentiated, compiled, the same as predict', () => {
    const model = sequential({ inputShape: [3], seed: 1 }, [
      dense({ units: 4, activation: 'tanh' }),
      dense({ units: 2, activation: 'softmax' }),
    ]);
    const weights = Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
    tidy(() => {
      const x = tensor(numbers(15, 1), [5, 3]);
      expect([...model.apply(weights, x).data()]).toEqual([...model.predict(x).data()]);
      const labels = tensor([0, 1, 1, 0, 1], [5], 'i32');
      const loss = (tree: typeof weights): Tensor => crossEntropy()(model.apply(tree, x), labels);
      const [value, gradients] = valueAndGrad(loss)(weights);
      const step = compile(valueAndGrad(loss));
      const [again, compiled] = step(weights);
      expect(again.item()).toBe(value.item());
      for (const name of Object.keys(gradients)) expect(compiled[name]!.data()).toEqual(gradients[name]!.data());
      step.dispose();
      const bias = weights['dense_2/bias']!;
      const h = 1e-2;
      const at = (delta: number): number => loss({ ...weights, 'dense_2/bias': add(bias, tensor([delta, 0])) }).item();
      expect(gradients['dense_2/bias']!.data()[0]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 3);
      const byInput = grad((input: typeof x) => sum(model.apply(weights, input)))(x);
      expect(byInput.shape).toEqual([5, 3]);
    });
    expect(() => model.apply({}, [[1, 2, 3]])).toThrow(
      new TypeError("apply: expected a weight 'dense_1/kernel', got none"),
    );
    model.dispose();
  });
});
