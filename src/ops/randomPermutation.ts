import { knownOptions, wholeNumber } from '../core/checks.js';
import { inNameOf, refuse, ShapeError } from '../core/errors.js';
import { shuffled } from '../core/shuffled.js';
import { runtime } from '../runtime/state.js';
import { seedWords } from '../tensors/creation.js';
import { Storage } from '../tensors/storage.js';
import { Tensor, type DType } from '../tensors/tensor.js';
import { gather } from './gather.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';

export interface PermutationOptions {
  /** Whole number >= 0. Default 0: without a seed the order is the same every time. */
  readonly seed?: number | undefined;
}

/** Allocated before it is drawn, so that what is too large is refused before any work. */
function order(size: number, key: readonly [number, number]): Tensor<'i32'> {
  const out = Tensor.of(Storage.constant(4 * size, 'randomPermutation'), [size], 'i32');
  try {
    runtime().heap.i32.set(shuffled(size, key, 0), out.pointer() / 4);
    return out;
  } catch (error) {
    out.dispose();
    throw inNameOf('randomPermutation', error);
  }
}

/**
 * The numbers 0 .. n-1 in random order, each order equally likely (Fisher-Yates); the same on every engine.
 *
 * @param n whole number >= 0
 * @returns i32 [n]
 * @throws RangeError, TypeError, OutOfMemoryError
 * @example
 * ```ts
 * import { init, randomPermutation, sort } from 'wasmgrad';
 * await init();
 * const order = randomPermutation(5, { seed: 1 });
 * console.log(sort(order).toArray()); // [0, 1, 2, 3, 4]
 * ```
 */
export function randomPermutation(n: number, options?: PermutationOptions): Tensor<'i32'>;
/**
 * The entries of x along its first axis in random order; the derivative follows each entry to its new place.
 *
 * @param x f32 or i32 with at least one axis
 * @throws ShapeError for a scalar; RangeError, TypeError, OutOfMemoryError
 */
export function randomPermutation<D extends DType>(x: Tensor<D>, options?: PermutationOptions): Tensor<D>;
export function randomPermutation(x: number | Tensor<DType>, options: PermutationOptions = {}): Tensor<DType> {
  const { seed } = knownOptions('randomPermutation', options, ['seed']);
  const key = seedWords('randomPermutation', seed);
  if (typeof x === 'number') return order(wholeNumber('randomPermutation', 'n', x, { min: 0 }), key);
  const { shape } = checkTensor('randomPermutation', x, 'a number or a tensor');
  const [rows] = shape;
  if (rows === undefined) refuse(ShapeError, 'randomPermutation', 'at least one axis', shape);
  return composing('randomPermutation', () => gather(x, order(rows, key)));
}
