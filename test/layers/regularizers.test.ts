import { describe, expect, it } from 'vitest';
import { abs, mul, sum, tensor } from '../../src/index.js';
import { dense, l1, l1l2, l2, type Regularizer } from '../../src/layers/index.js';
import { checkRegularizer } from '../../src/layers/regularizers.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

describe('regularisers', () => {
  it('are plain data', () => {
    expect(l1(0.1)).toEqual({ l1: 0.1, l2: 0 });
    expect(l2(0.1)).toEqual({ l1: 0, l2: 0.1 });
    expect(l1l2({ l1: 0.1, l2: 0.2 })).toEqual({ l1: 0.1, l2: 0.2 });
    expect(l1l2({})).toEqual({ l1: 0, l2: 0 });
  });

  it('refuse what is no strength', () => {
    expect(() => l1(-1)).toThrow(new RangeError('l1: expected lambda to be a finite number >= 0, got -1'));
    expect(() => l2(NaN)).toThrow(new RangeError('l2: expected lambda to be a finite number >= 0, got NaN'));
    expect(() => l2(wrong('1'))).toThrow(new TypeError("l2: expected lambda to be a finite number >= 0, got '1'"));
    expect(() => l1l2(wrong({ l3: 1 }))).toThrow(
      typed(TypeError, /^l1l2: expected options .*, got unknown option 'l3'$/),
    );
    const weight = tensor([1]);
    expect(() => checkRegularizer('dense', 'kernelRegularizer', wrong(weight))).toThrow(
      new TypeError(
        'dense: expected kernelRegularizer to be l1(...), l2(...), l1l2(...) or a function, got an f32 tensor [1]',
      ),
    );
    expect(() => checkRegularizer('dense', 'kernelRegularizer', wrong(null))).toThrow(
      new TypeError('dense: expected kernelRegularizer to be l1(...), l2(...), l1l2(...) or a function, got null'),
    );
    weight.dispose();
  });

  it('count for each weight on its own, biases too, in training and in evaluation', () => {
    const kinds: [Regularizer, Regularizer][] = [
      [l1(0.5), l2(0.25)],
      [(w) => mul(sum(abs(w)), 0.5), l2(0.25)],
    ];
    for (const [kernelRegularizer, biasRegularizer] of kinds) {
      const model = sequential({ inputShape: [2] }, [dense({ units: 1, kernelRegularizer, biasRegularizer })]);
      model.setWeights({ 'dense_1/kernel': [[1], [-3]], 'dense_1/bias': [2] });
      const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: 1 });
      // prediction 2, target 2: nothing but the penalties is left
      expect(trainer.step(new Float32Array(2), [2])).toBeCloseTo(0.5 * 4 + 0.25 * 4, 6);
      const after = model.getWeights();
      expect([...after['dense_1/kernel']!]).toEqual([0.5, -2.5]); // theta - lambda sign(theta)
      expect([...after['dense_1/bias']!]).toEqual([1]); // theta - 2 lambda theta
      trainer.dispose();
      model.dispose();
    }
  });

  it('l1 drives weights that the data do not need to about zero, l2 does not', () => {
    const trained = (kernelRegularizer: Regularizer): number[] => {
      const model = sequential({ inputShape: [2], seed: 2 }, [dense({ units: 1, useBias: false, kernelRegularizer })]);
      const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.01 }), batchSize: 4 });
      const x = Float32Array.of(1, 0.1, -1, 0.1, 2, -0.1, -2, -0.1); // y follows the first column
      for (let i = 0; i < 3000; i++) trainer.step(x, [1, -1, 2, -2.05]);
      const weights = [...model.getWeights()['dense_1/kernel']!];
      trainer.dispose();
      model.dispose();
      return weights.map(Math.abs);
    };
    const [needed, idle] = trained(l1(0.05));
    expect(needed).toBeGreaterThan(0.9);
    expect(idle).toBeLessThan(1e-3);
    expect(trained(l2(0.001))[1]).toBeGreaterThan(1e-2);
  });
});
