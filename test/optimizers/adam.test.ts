import { describe, expect, it } from 'vitest';
import { adam, adamw, type AdamOptions } from '../../src/optimizers/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';
import { expectTrajectory, gradientTensors, overwrite, parametersOf, referenceRun, type Reference } from './support.js';

withRuntime();

interface Settings {
  lr?: number;
  beta1?: number;
  beta2?: number;
  eps?: number;
  amsgrad?: boolean;
  /** torch.optim.Adam's weight_decay, added to the gradient. */
  decay?: number;
  /** torch.optim.AdamW's, decoupled. */
  decoupled?: number;
}

/** torch.optim.Adam and AdamW, written from their documentation. */
const torch = (settings: Settings): Reference => {
  const { lr = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, amsgrad = false, decay = 0, decoupled = 0 } = settings;
  return (theta, gradient, { m, v, vMax }, step) => {
    const t = step + 1;
    for (let i = 0; i < theta.length; i++) {
      const g = gradient[i]! + decay * theta[i]!;
      const kept = theta[i]! - lr * decoupled * theta[i]!;
      m![i] = beta1 * m![i]! + (1 - beta1) * g;
      v![i] = beta2 * v![i]! + (1 - beta2) * g * g;
      if (amsgrad) vMax![i] = Math.max(vMax![i]!, v![i]!);
      const root = Math.sqrt((amsgrad ? vMax : v)![i]!) / Math.sqrt(1 - Math.pow(beta2, t));
      theta[i] = kept - ((lr / (1 - Math.pow(beta1, t))) * m![i]!) / (root + eps);
    }
  };
};

const cases: [string, AdamOptions, Settings][] = [
  ['default', {}, {}],
  ['betas', { learningRate: 0.02, beta1: 0.5, beta2: 0.9 }, { lr: 0.02, beta1: 0.5, beta2: 0.9 }],
  ['betas of 0', { beta1: 0, beta2: 0, epsilon: 0.1 }, { beta1: 0, beta2: 0, eps: 0.1 }],
  ['epsilon', { learningRate: 0.02, epsilon: 0.5 }, { lr: 0.02, eps: 0.5 }],
  ['amsgrad', { learningRate: 0.02, beta2: 0.6, amsgrad: true }, { lr: 0.02, beta2: 0.6, amsgrad: true }],
];

describe('adam', () => {
  it.each(cases)('follows PyTorch: %s', (_, options, settings) => {
    const optimizer = adam(options);
    expectTrajectory(optimizer, referenceRun(torch(settings), optimizer.slots));
  });

  it('adds weight decay to the gradient', () => {
    const optimizer = adam({ learningRate: 0.01, weightDecay: 0.2 });
    expectTrajectory(optimizer, referenceRun(torch({ lr: 0.01, decay: 0.2 }), optimizer.slots));
  });

  it('goes on from restored slots and cells, bit for bit', () => {
    const optimizer = adam({ learningRate: 0.05 });
    const whole = parametersOf();
    const state = optimizer.create(whole);
    const step = (target: typeof state, k: number): void => {
      const gradients = gradientTensors(k);
      target.update(gradients);
      for (const gradient of gradients) gradient.dispose();
    };
    for (let k = 0; k < 3; k++) step(state, k);
    // As a checkpoint does it: copies of parameters, slots and cells.
    const resumed = whole.map((theta) => tensor(theta.data(), theta.shape));
    const second = optimizer.create(resumed);
    second.slots.flat().forEach((slot, i) => overwrite(slot, state.slots.flat()[i]!));
    second.restore(state.cells());
    expect(second.cells()).toEqual(new Float64Array([0.9 * 0.9 * 0.9, 0.999 * 0.999 * 0.999]));
    step(state, 3);
    step(second, 3);
    expect(second.cells()).toEqual(state.cells());
    whole.forEach((theta, i) => expect(resumed[i]!.data()).toEqual(theta.data()));
    for (const theta of [...whole, ...resumed]) theta.dispose();
    for (const one of [state, second]) one.dispose();
  });
});

describe('adamw', () => {
  it('decays by 0.01 unless told otherwise', () => {
    const optimizer = adamw({ learningRate: 0.1 });
    expect(optimizer.config['weightDecay']).toBe(0.01);
    expectTrajectory(optimizer, referenceRun(torch({ lr: 0.1, decoupled: 0.01 }), optimizer.slots));
  });

  it.each(cases)('decays apart from the moments: %s', (_, options, settings) => {
    const optimizer = adamw({ ...options, weightDecay: 0.4 });
    expectTrajectory(optimizer, referenceRun(torch({ ...settings, decoupled: 0.4 }), optimizer.slots));
  });
});
