import { knownOptions } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { randomUniform, seedWords } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { argmax } from './argmax.js';
import { log } from './log.js';
import { maximum } from './maximum.js';
import { neg } from './neg.js';
import { stopGradient } from './stopGradient.js';
import { sub } from './sub.js';
import { composing } from './support/composing.js';
import { checkDType, checkTensor } from './support/operands.js';

export interface CategoricalOptions {
  /** Whole number >= 0. Default 0: without a seed the classes are the same every time. */
  readonly seed?: number | undefined;
}

/**
 * A class for each row, drawn with the probabilities softmax(logits); the same bits on every engine. With u uniform it is the
 * largest of `logits - log(-log u)` (Gumbel's trick).
 *
 * @param logits f32 [..., classes]: logarithms of probabilities, up to a constant; -Infinity for a class that never occurs
 * @returns i32 [...]
 * @throws ShapeError without classes; RangeError, TypeError for options; DTypeError
 * @example
 * ```ts
 * import { init, randomCategorical, tensor } from 'wasmgrad';
 * await init();
 * console.log(randomCategorical(tensor([[0, -Infinity], [-Infinity, 0]])).toArray()); // [0, 1]
 * ```
 */
export function randomCategorical(logits: Tensor, options: CategoricalOptions = {}): Tensor<'i32'> {
  const { shape } = checkDType('randomCategorical', checkTensor('randomCategorical', logits), 'f32');
  const { seed } = knownOptions('randomCategorical', options, ['seed']);
  seedWords('randomCategorical', seed);
  if (shape.length === 0 || shape.at(-1) === 0) refuse(ShapeError, 'randomCategorical', 'logits [..., classes]', shape);
  return composing('randomCategorical', () => {
    // 0 would make the noise infinite, and so could a class that never occurs equal to the others.
    const uniform = maximum(randomUniform(shape, { seed }), 2 ** -25);
    return argmax(sub(stopGradient(logits), log(neg(log(uniform)))), -1);
  });
}
