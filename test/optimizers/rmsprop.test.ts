import { describe, expect, it } from 'vitest';
import { rmsprop, type RmspropOptions } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { expectTrajectory, referenceRun, type Reference } from './support.js';

withRuntime();

interface Settings {
  lr?: number;
  alpha?: number;
  eps?: number;
  momentum?: number;
  centered?: boolean;
  weightDecay?: number;
}

/** torch.optim.RMSprop, written from its documentation. */
const torch = ({
  lr = 0.01,
  alpha = 0.99,
  eps = 1e-8,
  momentum = 0,
  centered = false,
  weightDecay = 0,
}: Settings): Reference => {
  return (theta, gradient, { squareAverage, average, momentumBuffer }) => {
    for (let i = 0; i < theta.length; i++) {
      const g = gradient[i]! + weightDecay * theta[i]!;
      squareAverage![i] = alpha * squareAverage![i]! + (1 - alpha) * g * g;
      let variance = squareAverage![i]!;
      if (centered) {
        average![i] = alpha * average![i]! + (1 - alpha) * g;
        variance -= average![i]! ** 2;
      }
      let step = g / (Math.sqrt(variance) + eps);
      if (momentum > 0) step = momentumBuffer![i] = momentum * momentumBuffer![i]! + step;
      theta[i] = theta[i]! - lr * step;
    }
  };
};

const cases: [string, RmspropOptions, Reference][] = [
  ['default', {}, torch({})],
  ['decay and epsilon', { decay: 0.8, epsilon: 0.1 }, torch({ alpha: 0.8, eps: 0.1 })],
  ['momentum', { learningRate: 0.002, momentum: 0.9 }, torch({ lr: 0.002, momentum: 0.9 })],
  ['centered', { decay: 0.9, centered: true, epsilon: 1e-2 }, torch({ alpha: 0.9, centered: true, eps: 1e-2 })],
  ['weight decay', { weightDecay: 0.3 }, torch({ weightDecay: 0.3 })],
  [
    'everything',
    { learningRate: 0.003, decay: 0.95, epsilon: 0.01, momentum: 0.5, centered: true, weightDecay: 0.1 },
    torch({ lr: 0.003, alpha: 0.95, eps: 0.01, momentum: 0.5, centered: true, weightDecay: 0.1 }),
  ],
];

describe('rmsprop', () => {
  it.each(cases)('follows PyTorch: %s', (_, options, reference) => {
    const optimizer = rmsprop(options);
    expectTrajectory(optimizer, referenceRun(reference, optimizer.slots));
  });

  it('keeps only the slots it needs', () => {
    expect(rmsprop().slots).toEqual(['squareAverage']);
    expect(rmsprop({ centered: true }).slots).toEqual(['squareAverage', 'average']);
    expect(rmsprop({ momentum: 0.1 }).slots).toEqual(['squareAverage', 'momentumBuffer']);
  });
});
