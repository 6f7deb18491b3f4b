import { finiteNumber, knownOptions, listLike, oneOf, show, wholeNumber } from '../../core/checks.js';
import { onBehalfOf, refuse, ShapeError } from '../../core/errors.js';
import { flatten, full, makeTensor, type TensorData } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';

export interface PadOptions {
  /** Steps of all results. Default: those of the longest sequence. */
  readonly length?: number | undefined;
  /** The number that fills up. Default 0. */
  readonly value?: number | undefined;
  /** Where it is filled up. Default `'end'`, which `lengths` of `dataset` and `predict` need. */
  readonly side?: 'start' | 'end' | undefined;
  /** Which steps of longer sequences are cut off: the last ones (`'end'`) or the first ones. Default `'end'`. */
  readonly truncate?: 'start' | 'end' | undefined;
}

export interface Padded {
  /** [sequences, length], or [sequences, length, features]. */
  readonly x: Tensor;
  /** Steps of each sequence that are not filled up. */
  readonly lengths: Int32Array<ArrayBuffer>;
}

/** One sequence: its steps, and the features of each (undefined for numbers). */
interface Sequence {
  readonly values: ArrayLike<number>;
  readonly steps: number;
  readonly features: number | undefined;
}

function sequenceOf(data: unknown, i: number): Sequence {
  const { values, shape } = flatten('pad', data);
  const [steps = 0, features] = shape;
  if (shape.length !== 1 && shape.length !== 2)
    refuse(ShapeError, 'pad', `sequence ${i} to be [steps] or [steps, features]`, shape);
  return { values, steps, features };
}

/** Features of all steps; those of sequences without steps are not known. */
function featuresOf(list: readonly Sequence[]): number | undefined {
  const [first, ...rest] = list.filter(({ steps }) => steps > 0);
  const text = (features: number | undefined): string => (features === undefined ? 'numbers' : `${features} features`);
  for (const { features } of rest)
    if (features !== first?.features)
      refuse(ShapeError, 'pad', `steps of ${text(first?.features)} as in the first sequence`, text(features));
  return first?.features;
}

/**
 * Sequences of different length as one tensor: filled up or cut off to the same number of steps. The lengths go to
 * `dataset(x, y, { lengths })` and `predict(x, { lengths })`, for which what was filled up does not exist.
 *
 * @param sequences each an array of numbers (such as word indices), or of steps with the same number of features
 * @throws ShapeError for steps of different size; OutOfMemoryError, RangeError, TypeError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { pad } from 'wasmgrad/data';
 * await init();
 * const { x, lengths } = pad([[1, 2, 3], [4]]);
 * console.log(x.toArray(), lengths); // [[1, 2, 3], [4, 0, 0]] Int32Array [3, 1]
 * x.dispose();
 * ```
 */
export function pad(sequences: readonly TensorData[], options: PadOptions = {}): Padded {
  const known = knownOptions('pad', options, ['length', 'value', 'side', 'truncate']);
  const value = finiteNumber('pad', 'value', known.value ?? 0);
  const side = oneOf('pad', 'side', known.side ?? 'end', ['start', 'end']);
  const truncate = oneOf('pad', 'truncate', known.truncate ?? 'end', ['start', 'end']);
  const list = Array.from(listLike<unknown>('pad', 'sequences', sequences), sequenceOf);
  if (list.length === 0) refuse(RangeError, 'pad', 'at least one sequence', show(sequences));
  const longest = list.reduce((most, { steps }) => Math.max(most, steps), 1);
  const length = wholeNumber('pad', 'length', known.length ?? longest, { min: 1, max: 2 ** 30 });
  const features = featuresOf(list);
  const width = features ?? 1;
  const shape = features === undefined ? [list.length, length] : [list.length, length, width];
  const lengths = Int32Array.from(list, ({ steps }) => Math.min(steps, length));
  if (list.length * length * width > 2 ** 30)
    refuse(RangeError, 'pad', 'at most 2^30 numbers', `${list.length * length * width}`);
  onBehalfOf('pad', () => full(shape, value)).dispose(); // before anything as large is made here: an error when memory does not suffice
  const x = new Float32Array(list.length * length * width).fill(value);
  for (const [i, { values, steps }] of list.entries()) {
    const kept = lengths[i] ?? 0;
    const from = truncate === 'start' ? (steps - kept) * width : 0;
    const to = (i * length + (side === 'start' ? length - kept : 0)) * width;
    for (let k = 0; k < kept * width; k++) x[to + k] = values[from + k] ?? 0;
  }
  return { x: makeTensor('pad', x, shape), lengths };
}
