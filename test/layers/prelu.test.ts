import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/index.js';
import { dense, l2, prelu } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { numbers } from '../models/reference.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const prelu64 = (x: number, alpha: number): number => (x > 0 ? x : alpha * x);

describe('prelu', () => {
  it.each([
    ['each position', [2, 3], undefined, [2, 3]],
    ['each channel of an image', [2, 3, 4], [1, 2], [1, 1, 4]],
    ['all of a sample', [2, 3], [1, 2], [1, 1]],
  ])('has an alpha for %s, 0 at first', (_, inputShape, sharedAxes, alphaShape) => {
    using model = sequential({ inputShape }, [prelu({ sharedAxes })]);
    expect(model.weights.map(({ name, shape, trainable }) => [name, shape, trainable])).toEqual([
      ['prelu_1/alpha', alphaShape, true],
    ]);
    expect(new Set(model.getWeights()['prelu_1/alpha'])).toEqual(new Set([0]));
  });

  it('is x above 0 and alpha x below, broadcast along shared axes', () => {
    using model = sequential({ inputShape: [2, 3] }, [prelu({ sharedAxes: [1] })]);
    const alpha = [0.1, -0.5, 2];
    model.setWeights({ 'prelu_1/alpha': Float32Array.from(alpha) });
    const x = Float32Array.from(numbers(4 * 6, 3), (value) => 2 * value);
    using y = model.predict(x);
    y.data().forEach((value, i) => {
      expect(value).toBeCloseTo(prelu64(x[i]!, alpha[i % 3]!), 6);
    });
  });

  it('trains: a step is gradient descent by central differences', () => {
    const build = (): Model => sequential({ inputShape: [3] }, [dense({ units: 3 }), prelu()]);
    using model = build();
    const kernel = Float32Array.from(numbers(9, 4));
    const alpha = Float32Array.from([0.3, -0.2, 0.7]);
    model.setWeights({ 'dense_1/kernel': kernel, 'prelu_1/alpha': alpha });
    const [x, y] = [Float32Array.from(numbers(15, 6)), Float32Array.from(numbers(15, 7))];
    const lossAt = (a: readonly number[], w: readonly number[]): number => {
      let total = 0;
      for (let row = 0; row < 5; row++) {
        for (let u = 0; u < 3; u++) {
          const z = [0, 1, 2].reduce((sum, i) => sum + x[3 * row + i]! * w[3 * i + u]!, 0);
          total += (prelu64(z, a[u]!) - y[3 * row + u]!) ** 2;
        }
      }
      return total / 15;
    };
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: 5 });
    expect(trainer.step(x, y)).toBeCloseTo(lossAt([...alpha], [...kernel]), 5);
    trainer.dispose();
    const after = model.getWeights();
    const slope = (f: (by: number) => number): number => (f(1e-5) - f(-1e-5)) / 2e-5;
    alpha.forEach((value, u) => {
      const moved = slope((by) =>
        lossAt(
          [...alpha].map((v, i) => (i === u ? v + by : v)),
          [...kernel],
        ),
      );
      expect(after['prelu_1/alpha']![u]).toBeCloseTo(value - moved, 4);
    });
    kernel.forEach((value, u) => {
      const moved = slope((by) => lossAt([...alpha], [...kernel].map((v, i) => (i === u ? v + by : v)))); // prettier-ignore
      expect(after['dense_1/kernel']![u]).toBeCloseTo(value - moved, 4);
    });
  });

  it('takes an initialiser, a regulariser and a name', () => {
    const options = {
      alphaInitializer: { name: 'constant', value: 0.25 },
      alphaRegularizer: l2(1),
      name: 'p',
    } as const;
    using model = sequential({ inputShape: [2] }, [prelu(options)]);
    expect([...model.getWeights()['p/alpha']!]).toEqual([0.25, 0.25]);
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 1 });
    expect(trainer.step(Float32Array.of(1, 1), Float32Array.of(1, 1))).toBeCloseTo(2 * 0.25 ** 2, 6); // the penalty alone
    trainer.dispose();
  });

  it('refuses bad options and inputs', () => {
    expect(() => prelu({ sharedAxes: wrong(1) })).toThrow('prelu: expected sharedAxes to be an array of axes, got 1');
    expect(() => prelu({ sharedAxes: [0] })).toThrow(
      new RangeError('prelu: expected sharedAxes to be a whole number >= 1, got 0'),
    );
    expect(() => prelu({ sharedAxes: wrong(['1']) })).toThrow(
      new TypeError("prelu: expected sharedAxes to be a whole number >= 1, got '1'"),
    );
    expect(() => prelu(wrong({ alpha: 1 }))).toThrow(
      typed(TypeError, /^prelu: expected options .*, got unknown option 'alpha'$/),
    );
    expect(() => prelu({ alphaInitializer: wrong('zero') })).toThrow(
      typed(RangeError, /^prelu: expected alphaInitializer to be one of .*, got 'zero'$/),
    );
    expect(() => sequential({ inputShape: [2] }, [prelu({ sharedAxes: [2] })])).toThrow(
      new ShapeError('sequential: prelu_1: prelu: expected input with an axis 2 after the batch axis, got [2]'),
    );
  });
});
