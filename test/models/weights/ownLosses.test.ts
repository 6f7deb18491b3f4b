// Weights that a loss of the user is given.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { dense } from '../../../src/layers/index.js';
import { meanSquaredError, type Loss } from '../../../src/losses/index.js';
import { sequential, type Model } from '../../../src/models/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import { mul } from '../../../src/ops/mul.js';
import { sub } from '../../../src/ops/sub.js';
import { sum } from '../../../src/ops/sum.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { withRuntime } from '../../support/live.js';
import { expectClose } from '../../support/slices.js';
import { typed } from '../../support/typed.js';
import { bitsOf } from './problem.js';

withRuntime();

describe('losses of the user', () => {
  const data = dataset([[1], [2], [3]], [[2], [3], [5]], { weights: [1, 0, 2] });
  const linear = (): Model => sequential({ inputShape: [1], seed: 1 }, [dense({ units: 1 })]);

  it('are given the weights', async () => {
    const own: Loss = (p, t, w: Tensor) => {
      const d = sub(p, t);
      return sum(mul(sum(mul(d, d), { axis: -1 }), w));
    };
    const [a, b] = [linear(), linear()];
    const options = { optimizer: sgd({ learningRate: 0.01 }), epochs: 3 };
    await a.fit(data, { ...options, loss: own });
    await b.fit(data, { ...options, loss: meanSquaredError({ reduction: 'sum' }) });
    expectClose(bitsOf(a).flat(), bitsOf(b).flat(), 1e-6);
    a.dispose();
    b.dispose();
  });

  it('of two parameters are refused before training', async () => {
    const net = linear();
    const before = bitsOf(net);
    const own: Loss = (p, t) => sum(mul(sub(p, t), sub(p, t)));
    const expected = new TypeError(
      'fit: expected a loss (prediction, target, weights) for weights, got one of 2 parameters',
    );
    await expect(net.fit(data, { loss: own, optimizer: sgd({ learningRate: 0.1 }) })).rejects.toThrow(expected);
    expect(() => net.evaluate(data, { loss: own })).toThrow(
      typed(TypeError, /^evaluate: expected a loss \(prediction/),
    );
    expect(bitsOf(net)).toEqual(before);
    net.dispose();
  });
});
