import { finiteNumber, knownOptions } from '../core/checks.js';
import { checkShape, type Shape } from '../core/shapes.js';
import { randomUniform, seedWords } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { less } from './less.js';
import { composing } from './support/composing.js';

export interface BernoulliOptions {
  /** Whole number >= 0. Default 0: without a seed the numbers are the same every time. */
  readonly seed?: number | undefined;
  /** Probability of 1, between 0 and 1. Default 0.5. */
  readonly probability?: number | undefined;
}

/**
 * Independent ones, with a probability, and zeros, as f32; the same bits on every engine.
 *
 * @throws ShapeError, RangeError, TypeError
 * @example
 * ```ts
 * import { init, randomBernoulli } from 'wasmgrad';
 * await init();
 * console.log(randomBernoulli([2], { probability: 1 }).toArray()); // [1, 1]
 * ```
 */
export function randomBernoulli(shape: Shape, options: BernoulliOptions = {}): Tensor {
  const checked = checkShape('randomBernoulli', shape);
  const { seed, probability = 0.5 } = knownOptions('randomBernoulli', options, ['seed', 'probability']);
  finiteNumber('randomBernoulli', 'probability', probability, { min: 0, max: 1 });
  seedWords('randomBernoulli', seed);
  return composing('randomBernoulli', () => less(randomUniform(checked, { seed }), probability));
}
