import { describe, it } from 'vitest';
import { sgd, type SgdOptions } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { expectTrajectory, referenceRun, type Reference } from './support.js';

withRuntime();

/** torch.optim.SGD with dampening 0, written from its documentation. */
const torch = (o: { lr: number; momentum?: number; nesterov?: boolean; weightDecay?: number }): Reference => {
  const { lr, momentum = 0, nesterov = false, weightDecay = 0 } = o;
  return (theta, gradient, state) => {
    for (let i = 0; i < theta.length; i++) {
      let g = gradient[i]! + weightDecay * theta[i]!;
      if (momentum !== 0) {
        const b = momentum * state['velocity']![i]! + g;
        state['velocity']![i] = b;
        g = nesterov ? g + momentum * b : b;
      }
      theta[i] = theta[i]! - lr * g;
    }
  };
};

const cases: [string, SgdOptions, Reference][] = [
  ['plain, default rate', {}, torch({ lr: 0.01 })],
  ['momentum', { learningRate: 0.05, momentum: 0.9 }, torch({ lr: 0.05, momentum: 0.9 })],
  [
    'nesterov',
    { learningRate: 0.05, momentum: 0.8, nesterov: true },
    torch({ lr: 0.05, momentum: 0.8, nesterov: true }),
  ],
  ['weight decay', { learningRate: 0.1, weightDecay: 0.3 }, torch({ lr: 0.1, weightDecay: 0.3 })],
  [
    'everything',
    { learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    torch({ lr: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  ],
];

describe('sgd', () => {
  it.each(cases)('follows PyTorch: %s', (_, options, reference) => {
    const optimizer = sgd(options);
    expectTrajectory(optimizer, referenceRun(reference, optimizer.slots));
  });

  it('with momentum at a constant rate is the heavy ball', () => {
    const [rate, eta] = [0.05, 0.7];
    const heavyBall: Reference = (theta, gradient, state) => {
      const previous = (state['previous'] ??= theta.slice());
      for (let i = 0; i < theta.length; i++) {
        const now = theta[i]!;
        theta[i] = now - rate * gradient[i]! + eta * (now - previous[i]!);
        previous[i] = now;
      }
    };
    const { theta } = referenceRun(heavyBall, []);
    const optimizer = sgd({ learningRate: rate, momentum: eta });
    const { slots } = referenceRun(torch({ lr: rate, momentum: eta }), optimizer.slots);
    expectTrajectory(optimizer, { theta, slots });
  });
});
