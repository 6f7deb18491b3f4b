import { describe, it } from 'vitest';
import { adagrad, type AdagradOptions } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { expectTrajectory, referenceRun, type Reference } from './support.js';

withRuntime();

/** torch.optim.Adagrad with lr_decay 0, written from its documentation. */
const torch = (o: { lr: number; eps?: number; weightDecay?: number }): Reference => {
  const { lr, eps = 1e-10, weightDecay = 0 } = o;
  return (theta, gradient, { accumulator }) => {
    for (let i = 0; i < theta.length; i++) {
      const g = gradient[i]! + weightDecay * theta[i]!;
      accumulator![i] = accumulator![i]! + g * g;
      theta[i] = theta[i]! - (lr * g) / (Math.sqrt(accumulator![i]!) + eps);
    }
  };
};

const cases: [string, AdagradOptions, Reference, number][] = [
  ['default', {}, torch({ lr: 0.01 }), 0],
  ['initial accumulator', { learningRate: 0.1, initialAccumulator: 0.5 }, torch({ lr: 0.1 }), 0.5],
  ['epsilon', { learningRate: 0.1, epsilon: 0.3 }, torch({ lr: 0.1, eps: 0.3 }), 0],
  ['weight decay', { learningRate: 0.1, weightDecay: 0.2 }, torch({ lr: 0.1, weightDecay: 0.2 }), 0],
];

describe('adagrad', () => {
  it.each(cases)('follows PyTorch: %s', (_, options, reference, initial) => {
    const optimizer = adagrad(options);
    expectTrajectory(optimizer, referenceRun(reference, optimizer.slots, { initial }));
  });
});
