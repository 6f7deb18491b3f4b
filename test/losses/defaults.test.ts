// Defaults and checks of losses whose mutants survived.
import { expect, it } from 'vitest';
import { DTypeError } from '../../src/core/errors.js';
import { huber, meanSquaredError } from '../../src/losses/index.js';
import { isNamed } from '../../src/losses/loss.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

withRuntime();

it('huber turns from a parabola to a line at 1 by default', () => {
  const at = (error: number): number => {
    using loss = tidy(() => huber()(tensor([error]), tensor([0])));
    return loss.item();
  };
  expect([0.5, 1, 3].map(at)).toEqual([0.125, 0.5, 2.5]);
});

it('a function of the user with a kind is no loss of the library', () => {
  const own = (prediction: Tensor): Tensor => prediction;
  expect(isNamed(Object.assign(own, { kind: 'own' }))).toBe(false);
  expect(isNamed(huber())).toBe(true);
});

it('targets are f32 as predictions are', () => {
  tidy(() => {
    const [prediction, target] = [tensor([1, 2]), tensor(Int32Array.of(1, 2))];
    expect(() => meanSquaredError()(prediction, target)).toThrow(
      new DTypeError('meanSquaredError: target: expected f32, got i32 of shape [2]'),
    );
  });
});
