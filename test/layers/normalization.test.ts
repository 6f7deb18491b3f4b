import { describe, expect, it } from 'vitest';
import { DTypeError, NonFiniteError, ShapeError, tensor, tidy } from '../../src/index.js';
import { batchNormalization, normalizeWith } from '../../src/ops/batchNormalization.js';
import { layerNormalization } from '../../src/ops/layerNormalization.js';
import { batchNorm, dense, layerNorm } from '../../src/layers/index.js';
import { dataset } from '../../src/data/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { numbers } from '../models/reference.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const EPSILON = 1e-3;

/** Mean and biased variance of every `step`-th number from `first` on. */
function statistics(
  x: ArrayLike<number>,
  first: number,
  step: number,
  count: number,
): { mean: number; variance: number } {
  const values = Array.from({ length: count }, (_, i) => x[first + i * step]!);
  const mean = values.reduce((a, b) => a + b, 0) / count;
  return { mean, variance: values.reduce((total, value) => total + (value - mean) ** 2, 0) / count };
}

function close(got: ArrayLike<number>, want: (i: number) => number, tolerance = 3e-6): void {
  for (let i = 0; i < got.length; i++) {
    const expected = want(i);
    expect(Math.abs(got[i]! - expected), `element ${i}`).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
  }
}

const weightsOf = (model: Model) => Object.fromEntries(model.weights.map((weight) => [weight.name, weight.tensor]));

describe('batchNorm', () => {
  it('has the weights and defaults of Keras', () => {
    const model = sequential({ inputShape: [5, 3] }, [batchNorm()]);
    expect(model.weights.map(({ name, shape, trainable }) => [name, shape, trainable])).toEqual([
      ['batchNorm_1/gamma', [3], true],
      ['batchNorm_1/beta', [3], true],
      ['batchNorm_1/movingMean', [3], false],
      ['batchNorm_1/movingVariance', [3], false],
    ]);
    const values = model.getWeights();
    expect([...values['batchNorm_1/gamma']!, ...values['batchNorm_1/movingVariance']!]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...values['batchNorm_1/beta']!, ...values['batchNorm_1/movingMean']!]).toEqual([0, 0, 0, 0, 0, 0]);
    model.dispose();
    const bare = sequential({ inputShape: [3] }, [batchNorm({ center: false, scale: false, name: 'b' })]);
    expect(bare.weights.map(({ name }) => name)).toEqual(['b/movingMean', 'b/movingVariance']);
    bare.dispose();
  });

  it.each([
    ['rows', [3], 7],
    ['images', [4, 5, 3], 6],
    ['many features', [2, 37], 9],
  ] as const)('training normalises %s by the batch over all axes but the last', (_, inputShape, batch) => {
    const model = sequential({ inputShape }, [batchNorm()]);
    const features = inputShape.at(-1)!;
    const gamma = Float32Array.from(numbers(features, 2));
    const beta = Float32Array.from(numbers(features, 3));
    model.setWeights({ 'batchNorm_1/gamma': gamma, 'batchNorm_1/beta': beta });
    const size = batch * inputShape.reduce((a, b) => a * b, 1);
    const x = Float32Array.from(numbers(size, 1));
    tidy(() => {
      const y = model.apply(weightsOf(model), tensor(x, [batch, ...inputShape]), { training: true });
      close(y.data(), (i) => {
        const c = i % features;
        const { mean, variance } = statistics(x, c, features, size / features);
        return ((x[i]! - mean) / Math.sqrt(variance + EPSILON)) * gamma[c]! + beta[c]!;
      });
    });
    model.dispose();
  });

  it('prediction uses the moving statistics, with every combination of scale and center', () => {
    for (const scale of [true, false]) {
      for (const center of [true, false]) {
        const model = sequential({ inputShape: [2] }, [batchNorm({ scale, center, epsilon: 0.25 })]);
        model.setWeights({
          ...(scale ? { 'batchNorm_1/gamma': [2, -1] } : {}),
          ...(center ? { 'batchNorm_1/beta': [5, 6] } : {}),
          'batchNorm_1/movingMean': [1, -2],
          'batchNorm_1/movingVariance': [2, 0],
        });
        const y = model.predict([[4, -2], [1, 3]]); // prettier-ignore
        const gamma = scale ? [2, -1] : [1, 1];
        const beta = center ? [5, 6] : [0, 0];
        close(y.data(), (i) => {
          const standard = [3 / 1.5, 0, 0, 5 / 0.5][i]!;
          return standard * gamma[i % 2]! + beta[i % 2]!;
        });
        y.dispose();
        model.dispose();
      }
    }
  });

  it('lets the moving statistics follow the batches, and only in training', () => {
    const momentum = 0.9;
    const model = sequential({ inputShape: [2] }, [batchNorm({ momentum }), dense({ units: 1 })]);
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.01 }), batchSize: 6 });
    let [mean, variance] = [
      [0, 0],
      [1, 1],
    ];
    for (let step = 0; step < 40; step++) {
      const rows = step % 3 ? 6 : 4; // a shorter batch counts like any other
      const x = Float32Array.from(numbers(rows * 2, step + 1), (value, i) => 3 * value + (i % 2));
      trainer.step(x, new Float32Array(rows));
      const batch = [0, 1].map((c) => statistics(x, c, 2, rows));
      mean = mean.map((value, c) => value * momentum + batch[c]!.mean * (1 - momentum));
      variance = variance.map((value, c) => value * momentum + batch[c]!.variance * (1 - momentum));
    }
    const values = model.getWeights();
    close(values['batchNorm_1/movingMean']!, (c) => mean[c]!, 1e-5);
    close(values['batchNorm_1/movingVariance']!, (c) => variance[c]!, 1e-5);
    model.predict([[100, 100]]).dispose();
    model.evaluate(dataset([[9, 9]], [[1]]), { loss: meanSquaredError() });
    expect(model.getWeights()).toEqual(values);
    trainer.dispose();
    model.dispose();
  });

  it('a mean of 1e4, or a constant feature, loses nothing', () => {
    const rows = 500;
    const x = Float32Array.from(numbers(rows * 3, 1), (value, i) => (i % 3 === 2 ? 12345.678 : 1e4 + value));
    tidy(() => {
      const [one, zero] = [tensor([1, 1, 1]), tensor([0, 0, 0])];
      const [y, mean, variance] = batchNormalization(tensor(x, [rows, 3]), one, zero);
      const exact = [0, 1, 2].map((c) => statistics(x, c, 3, rows));
      close(variance.data(), (c) => exact[c]!.variance, 1e-6);
      close(mean.data(), (c) => exact[c]!.mean, 1e-7);
      expect(variance.data()[2]).toBe(0);
      close(y.data(), (i) => (x[i]! - exact[i % 3]!.mean) / Math.sqrt(exact[i % 3]!.variance + EPSILON), 3e-6);
    });
  });

  it('trains a network: gamma, beta and the layer below by central differences of the loss in float64', () => {
    const [rows, inputs, units] = [6, 3, 4];
    const x = Float32Array.from(numbers(rows * inputs, 1));
    const y = Float32Array.from(numbers(rows * units, 2));
    const kernel = [...numbers(inputs * units, 3)];
    const [gamma, beta] = [[...numbers(units, 4)], [...numbers(units, 5)]];
    const lossAt = (k: readonly number[], g: readonly number[], b: readonly number[]): number => {
      const z = Array.from({ length: rows * units }, (_, at) => {
        const [r, u] = [Math.floor(at / units), at % units];
        let value = 0;
        for (let i = 0; i < inputs; i++) value += x[r * inputs + i]! * k[i * units + u]!;
        return value;
      });
      let loss = 0;
      z.forEach((value, at) => {
        const { mean, variance } = statistics(z, at % units, units, rows);
        const out = ((value - mean) / Math.sqrt(variance + EPSILON)) * g[at % units]! + b[at % units]!;
        loss += (out - y[at]!) ** 2 / z.length;
      });
      return loss;
    };
    const model = sequential({ inputShape: [inputs] }, [dense({ units, useBias: false }), batchNorm()]);
    model.setWeights({
      'dense_1/kernel': Float32Array.from(kernel),
      'batchNorm_1/gamma': gamma,
      'batchNorm_1/beta': beta,
    });
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: rows });
    expect(trainer.step(x, y)).toBeCloseTo(lossAt(kernel, gamma, beta), 5);
    const after = model.getWeights();
    const check = (got: Float32Array, from: readonly number[], at: (values: number[]) => number): void => {
      from.forEach((value, i) => {
        const moved = (by: number): number => at(from.map((v, j) => (j === i ? v + by : v)));
        expect(got[i]).toBeCloseTo(value - (moved(1e-5) - moved(-1e-5)) / 2e-5, 4);
      });
    };
    check(after['dense_1/kernel']!, kernel, (k) => lossAt(k, gamma, beta));
    check(after['batchNorm_1/gamma']!, gamma, (g) => lossAt(kernel, g, beta));
    check(after['batchNorm_1/beta']!, beta, (b) => lossAt(kernel, gamma, b));
    trainer.dispose();
    model.dispose();
  });

  it('keeps weights and statistics when a batch makes the statistics overflow', async () => {
    const model = sequential({ inputShape: [1] }, [batchNorm(), dense({ units: 1 })]);
    const before = model.getWeights();
    const run = model.fit(dataset([[3e38], [-3e38]], [[0], [0]]), { loss: meanSquaredError(), optimizer: sgd() });
    await expect(run).rejects.toThrow(
      typed(
        NonFiniteError,
        /^fit: expected a finite loss, gradient and update, got loss NaN in epoch 1, batch 1 \(last finite loss none\)$/,
      ),
    );
    expect(model.getWeights()).toEqual(before);
    model.dispose();
  });

  it('refuses bad options, shapes, and lengths whose padding would count', () => {
    expect(() => batchNorm(wrong({ axis: 1 }))).toThrow(
      typed(TypeError, /^batchNorm: expected options .*, got unknown option 'axis'$/),
    );
    expect(() => batchNorm({ momentum: 1.1 })).toThrow(
      new RangeError('batchNorm: expected momentum to be a finite number >= 0 and <= 1, got 1.1'),
    );
    expect(() => batchNorm({ epsilon: 0 })).toThrow(
      new RangeError('batchNorm: expected epsilon to be a finite number > 0, got 0'),
    );
    expect(() => batchNorm({ center: wrong(1) })).toThrow(
      new TypeError('batchNorm: expected center to be true or false, got 1'),
    );
    expect(() => sequential({ inputShape: [] }, [batchNorm()])).toThrow(
      new ShapeError('sequential: batchNorm_1: batchNorm: expected input [batch, ..., features], got []'),
    );
    const model = sequential({ inputShape: [4, 2] }, [batchNorm()]);
    const x = tensor(numbers(16, 1), [2, 4, 2]);
    expect(() => model.apply(weightsOf(model), x, { training: true, lengths: [1, 4] })).toThrow(
      new TypeError('apply: batchNorm: expected sequences of one length to train on, got lengths'),
    );
    x.dispose();
    model.dispose();
  });
});

describe('layerNorm', () => {
  it.each([
    [[6], -1],
    [[3, 5], -1],
    [[3, 5], 2],
    [[3, 5], 1],
    [[2, 3, 4], -2],
    [[2, 3, 4], 1],
  ] as const)('of samples %j along axis %d', (inputShape, axis) => {
    const model = sequential({ inputShape }, [layerNorm({ axis })]);
    const at = axis < 0 ? inputShape.length + axis : axis - 1;
    const size = inputShape[at]!;
    const inner = inputShape.slice(at + 1).reduce((a, b) => a * b, 1);
    expect(model.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['layerNorm_1/gamma', [size]],
      ['layerNorm_1/beta', [size]],
    ]);
    const gamma = Float32Array.from(numbers(size, 2));
    const beta = Float32Array.from(numbers(size, 3));
    model.setWeights({ 'layerNorm_1/gamma': gamma, 'layerNorm_1/beta': beta });
    const x = Float32Array.from(numbers(4 * inputShape.reduce((a, b) => a * b, 1), 1));
    tidy(() => {
      const y = model.predict(x);
      close(y.data(), (i) => {
        const k = Math.floor(i / inner) % size;
        const first = i - k * inner;
        const { mean, variance } = statistics(x, first, inner, size);
        return ((x[i]! - mean) / Math.sqrt(variance + EPSILON)) * gamma[k]! + beta[k]!;
      });
      expect(model.apply(weightsOf(model), x, { training: true }).data()).toEqual(y.data());
    });
    model.dispose();
  });

  it('a mean of 1e4 loses nothing, with and without gamma and beta', () => {
    const model = sequential({ inputShape: [300] }, [layerNorm({ center: false, scale: false })]);
    expect(model.weights).toEqual([]);
    const x = Float32Array.from(numbers(600, 1), (value) => 1e4 + value);
    const y = model.predict(x);
    close(y.data(), (i) => {
      const { mean, variance } = statistics(x, 300 * Math.floor(i / 300), 1, 300);
      return (x[i]! - mean) / Math.sqrt(variance + EPSILON);
    });
    y.dispose();
    model.dispose();
  });

  it('refuses bad options and axes', () => {
    expect(() => layerNorm(wrong({ momentum: 1 }))).toThrow(
      typed(TypeError, /^layerNorm: expected options .*, got unknown option 'momentum'$/),
    );
    expect(() => layerNorm({ epsilon: -1 })).toThrow(
      new RangeError('layerNorm: expected epsilon to be a finite number > 0, got -1'),
    );
    expect(() => layerNorm({ axis: 0.5 })).toThrow(
      new RangeError('layerNorm: expected axis to be a whole number, got 0.5'),
    );
    for (const axis of [0, 2, -2])
      expect(() => sequential({ inputShape: [3] }, [layerNorm({ axis })])).toThrow(
        typed(
          ShapeError,
          /^sequential: layerNorm_1: layerNorm: expected input with an axis .* after the batch axis, got \[3\]$/,
        ),
      );
  });
});

describe('the operations refuse', () => {
  it('other shapes, types and epsilons', () => {
    const x = tensor([[1, 2], [3, 4]]); // prettier-ignore
    const [two, three, whole] = [tensor([1, 2]), tensor([1, 2, 3]), tensor([1, 2], [2], 'i32')];
    const empty = tensor(new Float32Array(0), [0, 2]);
    const run = { batchNormalization, layerNormalization };
    for (const [name, f] of Object.entries(run)) {
      expect(() => f(x, three, two)).toThrow(`${name}: expected gamma [2], got [3]`);
      expect(() => f(x, two, x)).toThrow(new ShapeError(`${name}: expected beta [2], got [2, 2]`));
      expect(() => f(x, two, wrong(whole))).toThrow(new DTypeError(`${name}: expected beta f32, got i32`));
      expect(() => f(empty, two, two)).toThrow(
        new ShapeError(`${name}: expected x [..., features] with at least one element, got [0, 2]`),
      );
      expect(() => f(x, two, two, { epsilon: 0 })).toThrow(
        new RangeError(`${name}: expected epsilon to be a finite number > 0, got 0`),
      );
      expect(() => f(x, two, two, wrong({ eps: 1 }))).toThrow(
        typed(TypeError, new RegExp(`^${name}: expected options .*, got unknown option 'eps'$`)),
      );
      expect(() => f(wrong(3), two, two)).toThrow(new TypeError(`${name}: expected x to be a tensor, got 3`));
    }
    expect(() => normalizeWith(x, { mean: three, variance: two }, two, two, 1e-3)).toThrow(
      new ShapeError('batchNormalization: expected mean [2], got [3]'),
    );
    for (const each of [x, two, three, whole, empty]) each.dispose();
  });
});
