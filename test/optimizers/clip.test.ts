import { describe, expect, it } from 'vitest';
import { sgd } from '../../src/optimizers/index.js';
import { clipGradients } from '../../src/optimizers/clip.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose } from '../support/slices.js';
import { expectTrajectory, referenceRun, type Reference } from './support.js';

withRuntime();

const plain: Reference = (theta, gradient) => {
  for (let i = 0; i < theta.length; i++) theta[i] = theta[i]! - 0.1 * gradient[i]!;
};

const byValue =
  (bound: number) =>
  (gradients: Float64Array[]): void => {
    for (const g of gradients) g.forEach((value, i) => (g[i] = Math.min(bound, Math.max(-bound, value))));
  };

/** torch.nn.utils.clip_grad_norm_ over all parameters. */
const byNorm =
  (bound: number) =>
  (gradients: Float64Array[]): void => {
    const norm = Math.sqrt(gradients.reduce((sum, g) => sum + g.reduce((s, value) => s + value * value, 0), 0));
    const factor = Math.min(1, bound / (norm + 1e-6));
    for (const g of gradients) g.forEach((value, i) => (g[i] = value * factor));
  };

describe('clipping', () => {
  // Norms of the 57 gradients lie about 6.5, now above, now below.
  it.each([0.5, 6.5, 100])('clipNorm %f over all parameters', (clipNorm) => {
    const expected = referenceRun(plain, [], { clip: byNorm(clipNorm) });
    expectTrajectory(sgd({ learningRate: 0.1, clipNorm }), expected);
  });

  it('clipValue', () => {
    expectTrajectory(sgd({ learningRate: 0.1, clipValue: 0.7 }), referenceRun(plain, [], { clip: byValue(0.7) }));
  });

  it('value first, then norm', () => {
    const clip = (gradients: Float64Array[]): void => {
      byValue(0.4)(gradients);
      byNorm(2)(gradients);
    };
    expectTrajectory(sgd({ learningRate: 0.1, clipValue: 0.4, clipNorm: 2 }), referenceRun(plain, [], { clip }));
  });

  it('keeps the sum of squares and the factor in the two cells given', () => {
    tidy(() => {
      const cells = zeros([4]);
      const gradients = [tensor([3, 0]), tensor([0, 4])];
      clipGradients(gradients, { clipNorm: 1, clipValue: undefined }, cells);
      const written = cells.data(); // an f64 and an f32
      expect(new Float64Array(written.buffer)[0]).toBe(25);
      expect(written[2]).toBeCloseTo(0.2, 6);
      expectClose(gradients[1]!.data(), [0, 0.8], 1e-6);
    });
  });

  it('leaves gradients of 0 and no parameters alone', () => {
    const theta = tensor([1, 2]);
    const gradient = tensor([0, 0]);
    const state = sgd({ clipNorm: 1 }).create([theta]);
    state.update([gradient]);
    expect([...theta.data()]).toEqual([1, 2]);
    const empty = sgd({ clipNorm: 1, clipValue: 1 }).create([]);
    empty.update([]);
    for (const one of [theta, gradient, state, empty]) one.dispose();
  });
});
