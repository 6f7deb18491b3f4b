import { describe, expect, it } from 'vitest';
import {
  add,
  compile,
  DisposedError,
  grad,
  memory,
  NonFiniteError,
  ShapeError,
  sum,
  tensor,
  tidy,
  type Tensor,
} from '../../src/index.js';
import { dataset, polynomialFeatures } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { halfMeanSquaredError } from '../../src/losses/index.js';
import { linearRegression, sequential } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { lstsq64 } from '../support/svd.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

/** Minimises sum |y - x w - b|^2 + l2 |w|^2 in float64: weights, then biases. */
function reference(x: Float32Array, y: Float32Array, n: number, k: number, l2: number): Float64Array {
  const rows = x.length / n;
  const middle = (data: Float32Array, width: number): Float64Array =>
    Float64Array.from({ length: width }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += data[i * width + j]!;
      return sum / rows;
    });
  const [mx, my] = [middle(x, n), middle(y, k)];
  const a = Float64Array.from({ length: (rows + n) * n }, (_, i) => {
    const [row, j] = [Math.floor(i / n), i % n];
    return row < rows ? x[i]! - mx[j]! : row - rows === j ? Math.sqrt(l2) : 0;
  });
  const b = Float64Array.from({ length: (rows + n) * k }, (_, i) => (i < rows * k ? y[i]! - my[i % k]! : 0));
  const w = lstsq64(a, b, rows + n, n, k);
  const bias = Array.from(my, (m, c) => m - mx.reduce((sum, value, j) => sum + value * w[j * k + c]!, 0));
  return Float64Array.from([...w, ...bias]);
}

describe('linearRegression', () => {
  it.each([0, 0.5, 100])('one and several targets, l2 %d', (l2) => {
    tidy(() => {
      const [x, one, three] = [numbers(60, 1, 3, 7), numbers(20, 2), numbers(60, 3, -9, 5)];
      const single = linearRegression(tensor(x, [20, 3]), tensor(one), { l2 });
      expect([single.weights.shape, single.bias.shape]).toEqual([[3], []]);
      expectClose([...single.weights.data(), single.bias.item()], reference(x, one, 3, 1, l2), 3e-6);
      const several = linearRegression(tensor(x, [20, 3]), tensor(three, [20, 3]), { l2 });
      expect([several.weights.shape, several.bias.shape]).toEqual([[3, 3], [3]]);
      expectClose([...several.weights.data(), ...several.bias.data()], reference(x, three, 3, 3, l2), 5e-6);
    });
  });

  it('goes without a bias', () => {
    const { weights, bias, dispose } = linearRegression([[1], [2]], [3, 5], { fitIntercept: false });
    expectClose(weights.data(), [13 / 5], 1e-6);
    expect(bias.item()).toBe(0);
    dispose();
  });

  it('is what gradient descent finds', async () => {
    const x = numbers(40, 5);
    const y = Float32Array.from(
      { length: 20 },
      (_, i) => 1 + 2 * x[2 * i]! - 3 * x[2 * i + 1]! + 0.1 * numbers(20, 6)[i]!,
    );
    const rows = Array.from({ length: 20 }, (_, i) => [...x.slice(2 * i, 2 * i + 2)]);
    const closed = linearRegression(rows, y);
    const model = sequential({ inputShape: [2] }, [dense({ units: 1 })]);
    await model.fit(dataset(x, y, { shape: [2] }), {
      loss: halfMeanSquaredError(),
      optimizer: sgd({ learningRate: 0.3 }),
      batchSize: 20,
      epochs: 200,
    });
    const { 'dense_1/kernel': kernel, 'dense_1/bias': bias } = model.getWeights();
    expectClose([...kernel!, ...bias!], [...closed.weights.data(), closed.bias.item()], 2e-6);
    model.dispose();
    closed.dispose();
  });

  it('takes features that depend on each other, the constant one of polynomials included', () => {
    tidy(() => {
      const x = Array.from({ length: 9 }, (_, i) => [i / 4 - 1]);
      const y = x.map(([t = 0]) => 2 - t + 3 * t * t);
      const features = polynomialFeatures(x, 2);
      const { weights, bias, predict } = linearRegression(features, y);
      expectClose([...weights.data(), bias.item()], [0, -1, 3, 2], 2e-6);
      expectClose(predict(features).data(), y, 2e-6);
      const twins = linearRegression(
        x.map(([t = 0]) => [t, t]),
        x.map(([t = 0]) => 4 * t),
      );
      expectClose(twins.weights.data(), [2, 2], 1e-6);
      twins.dispose();
    });
  });

  it('does not mind the scales of features, with l2 either', () => {
    tidy(() => {
      const [m, n] = [30, 3];
      const flat = numbers(m * n, 1);
      const y = numbers(m, 2);
      const rows = (scales: readonly number[], shifts: readonly number[]): number[][] =>
        Array.from({ length: m }, (_, i) => scales.map((scale, j) => flat[i * n + j]! * scale + shifts[j]!));
      const plain = linearRegression(rows([1, 1, 1], [0, 0, 0]), y);
      const scales = [2 ** 26, 2 ** -26, 1];
      const scaled = linearRegression(rows(scales, [2 ** 33, 2 ** -20, 512]), y);
      expectClose(
        scaled.weights.data().map((w, j) => w * scales[j]!),
        plain.weights.data(),
        1e-6,
      );
      expectClose(
        scaled.predict(rows(scales, [2 ** 33, 2 ** -20, 512])).data(),
        plain.predict(rows([1, 1, 1], [0, 0, 0])).data(),
        1e-6,
      );
      // A penalty that is large for the third feature only.
      const ridge = linearRegression(rows(scales, [0, 0, 0]), y, { l2: 100 });
      const x = Float32Array.from(rows([1, 1, 1], [0, 0, 0]).flat());
      const [first] = reference(x, y, n, 1, 0);
      expect(Math.abs(ridge.weights.data()[0]! * scales[0]!)).toBeGreaterThan(0.1 * Math.abs(first!));
      expect(Math.abs(ridge.weights.data()[1]!)).toBeLessThan(1e-6);
    });
  });

  it.each([0, 0.5])('shares weights among features that differ by a constant, l2 %d', (l2) => {
    tidy(() => {
      const x = Array.from(numbers(30, 1, 0, 1), (value) => Math.round(100 * value) / 100);
      const y = x.map((value, i) => [value, -2 * value + 0.1 * numbers(30, 2)[i]!]);
      const features = x.map((value) => [value, value + 10, value - 1000]);
      for (const given of [features, tensor(features)]) {
        const { weights, predict } = linearRegression(given, y, { l2 });
        const w = weights.data();
        expectClose([w[0]! / w[2]!, w[0]! / w[4]!, w[1]! / w[3]!, w[1]! / w[5]!], [1, 1, 1, 1], 2e-3);
        if (l2 > 0) continue;
        expectClose([w[0]! * 3], [1], 2e-3);
        expectClose(predict(given).data(), linearRegression(x.map((value) => [value]), y).predict(x.map((value) => [value])).data(), 1e-3); // prettier-ignore
      }
    });
  });

  it('predicts from large numbers that differ little', () => {
    tidy(() => {
      const times = Array.from({ length: 20 }, (_, i) => [1_700_000_000 + 60 * i]);
      const y = times.map((_, i) => 5 + 0.5 * i);
      const { predict } = linearRegression(times, y);
      expectClose(predict(times).data(), y, 1e-6);
      const integers = tensor(
        times.map(([t = 0]) => [t - 1_000_000_000]),
        undefined,
        'i32',
      );
      expectClose(
        linearRegression(integers, y)
          .predict(times.map(([t = 0]) => [t - 1e9]))
          .data(),
        y,
        1e-5,
      );
    });
  });

  it('is constant where the features are', () => {
    tidy(() => {
      const { weights, bias, predict } = linearRegression([[0.1], [0.1], [0.1]], [1, 2, 4]);
      expect(weights.toArray()).toEqual([0]);
      expectClose([bias.item(), predict([[5]]).item()], [7 / 3, 7 / 3], 1e-6);
      expectClose(
        linearRegression([[3]], [2])
          .predict([[7]])
          .data(),
        [2],
        1e-7,
      );
    });
  });

  it('differentiates predictions, but not the fit', () => {
    tidy(() => {
      const [x, y] = [tensor([[0], [1], [2]]), tensor([1, 3, 5])];
      const { predict, weights } = linearRegression(x, y);
      expectClose(grad((at: Tensor) => sum(predict(at)))(tensor([[4], [7]])).data(), [2, 2], 1e-6);
      expect(() => grad((at: Tensor) => sum(linearRegression(at, y).weights))(x)).toThrow(
        'linearRegression: expected numbers that nothing differentiates or records, got x inside a transformation',
      );
      const compiled = compile((at: Tensor) => linearRegression(at, y).weights);
      expect(() => compiled(x)).toThrow(/^linearRegression: .* got x inside a transformation/);
      const constant = compile((at: Tensor) => add(at, linearRegression([[1], [2]], [1, 2]).bias));
      expect(() => constant(x)).toThrow(
        new TypeError(
          'linearRegression: expected numbers that nothing differentiates or records, got x inside a transformation; lstsq has derivatives',
        ),
      );
      const applied = compile((at: Tensor) => predict(at));
      for (let i = 0; i < 2; i++) expectClose(applied(tensor([[10], [20]])).data(), [21, 41], 1e-5);
      applied.dispose();
      expect(weights.disposed).toBe(false);
    });
  });

  it('gives its memory back, after an error too', () => {
    const before = memory().used;
    const rows = Array.from({ length: 50 }, (_, i) => [...numbers(40, i)]);
    linearRegression(rows, numbers(50, 99), { l2: 1 }).dispose();
    expect(() => linearRegression(rows, numbers(49, 99))).toThrow(
      new ShapeError('linearRegression: expected x [B, N] and y [B] or [B, K], got [50, 40] and [49]'),
    );
    const x = tensor(rows);
    x.dispose();
    expect(() => linearRegression(x, numbers(50, 99))).toThrow(/^linearRegression: .*after dispose/);
    expect(memory().used).toBe(before);
  });

  it('predicts from arrays and tensors, until disposed', () => {
    const { predict, weights, dispose } = linearRegression(
      [
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      [1, 2, 4],
    );
    tidy(() => {
      expectClose(predict([[2, 2]]).data(), [9], 1e-5);
      expectClose(predict(tensor([[2, 2]], [1, 2], 'i32')).data(), [9], 1e-5);
      expect(() => predict([1, 2])).toThrow('predict: expected x [B, 2], got [2]');
    });
    dispose();
    expect(weights.disposed).toBe(true);
    expect(() => predict([[2, 2]])).toThrow(
      new DisposedError('predict: expected a live tensor, got one of shape [2] after dispose()'),
    );
  });

  it('refuses bad data and options, leaving nothing behind', () => {
    expect(() => linearRegression([], [])).toThrow(
      new ShapeError('linearRegression: expected x [B, N] and y [B] or [B, K], got [0] and [0]'),
    );
    expect(() => linearRegression([[]], [1])).toThrow('expected at least one row and one column, got [1, 0] and [1]');
    expect(() => linearRegression([[1], [2]], [1])).toThrow(
      new ShapeError('linearRegression: expected x [B, N] and y [B] or [B, K], got [2, 1] and [1]'),
    );
    expect(() => linearRegression([1, 2], [1, 2])).toThrow('expected x [B, N] and y [B] or [B, K], got [2] and [2]');
    expect(() => linearRegression([[1], [2]], [1, NaN])).toThrow(
      new NonFiniteError('linearRegression: expected finite numbers in y, got NaN at position 1'),
    );
    expect(() => linearRegression([[1], [Infinity]], [1, 2])).toThrow(
      new NonFiniteError('linearRegression: expected finite numbers in x, got Infinity at position 1'),
    );
    expect(() => linearRegression([[1], [1e39]], [1, 2])).toThrow(
      new NonFiniteError('linearRegression: expected finite numbers in x, got 1e+39 at position 1'),
    );
    expect(() => linearRegression([[1e-30], [2e-30]], [1e20, 2e20])).toThrow(
      new NonFiniteError('linearRegression: expected weights that f32 can hold, got 9.999999999999999e+49'),
    );
    expect(() => linearRegression([[1], [2]], [1, 2], { l2: -1 })).toThrow(
      new RangeError('linearRegression: expected l2 to be a finite number >= 0, got -1'),
    );
    expect(() => linearRegression([[1], [2]], [1, 2], wrong({ l1: 1 }))).toThrow(
      typed(TypeError, /^linearRegression: expected options .*, got unknown option 'l1'$/),
    );
    expect(() => linearRegression([[1], [2]], [1, 2], wrong({ fitIntercept: 1 }))).toThrow(
      new TypeError('linearRegression: expected fitIntercept to be true or false, got 1'),
    );
  });
});
