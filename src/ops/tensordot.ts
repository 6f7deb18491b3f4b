import { show, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { checkAxis, checkShape, shapeText } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { composing } from './support/composing.js';
import { contract } from './support/contraction.js';
import { checkDType, checkTensor } from './support/operands.js';

/** Axes of a and of b that are summed together. */
export type ContractedAxes = number | readonly [a: number | readonly number[], b: number | readonly number[]];

/** The axes as two lists. */
function axesOf(a: Tensor, b: Tensor, axes: ContractedAxes): [number[], number[]] {
  const given: unknown = axes;
  if (!Array.isArray(given)) {
    const max = Math.min(a.shape.length, b.shape.length);
    const count = wholeNumber('tensordot', 'axes', given, { min: 0, max });
    return [
      Array.from({ length: count }, (_, i) => a.shape.length - count + i),
      Array.from({ length: count }, (_, i) => i),
    ];
  }
  const lists: readonly unknown[] = given;
  const read = (list: unknown, rank: number): number[] =>
    Array.from(Array.isArray(list) ? list : [list], (axis: unknown) => checkAxis('tensordot', axis, rank));
  const [ofA, ofB] = [read(lists[0], a.shape.length), read(lists[1], b.shape.length)];
  const repeated = [ofA, ofB].some((list) => new Set(list).size !== list.length);
  if (lists.length !== 2 || ofA.length !== ofB.length || repeated) {
    refuse(RangeError, 'tensordot', 'two lists of as many distinct axes', show(axes));
  }
  return [ofA, ofB];
}

/**
 * Sum of products over axes of a and b; the result has the other axes of a, then those of b.
 *
 * @param axes how many: the last ones of a with the first ones of b; or a list for each, `[[1, 0], [0, 1]]`. Default 2.
 * @throws ShapeError when the sizes of summed axes differ or the result has more than six axes; RangeError, TypeError for
 *   axes; DTypeError
 * @example
 * ```ts
 * import { init, ones, tensordot } from 'wasmgrad';
 * await init();
 * const y = tensordot(ones([2, 3, 4]), ones([4, 3]), [[1, 2], [1, 0]]);
 * console.log(y.toArray()); // [12, 12]
 * ```
 */
export function tensordot(a: Tensor, b: Tensor, axes: ContractedAxes = 2): Tensor {
  for (const x of [a, b]) checkDType('tensordot', checkTensor('tensordot', x), 'f32');
  const [ofA, ofB] = axesOf(a, b, axes);
  if (ofA.some((axis, i) => a.shape[axis] !== b.shape[ofB[i] ?? 0])) {
    const shapes = `${shapeText(a.shape)} and ${shapeText(b.shape)} over axes ${show(ofA)} and ${show(ofB)}`;
    refuse(ShapeError, 'tensordot', 'equal sizes of summed axes', shapes);
  }
  const free = a.shape.filter((_, i) => !ofA.includes(i)).concat(b.shape.filter((_, i) => !ofB.includes(i)));
  checkShape('tensordot', free);
  const summed = ofA.map((_, i) => `s${i}`);
  const labelsOf = (name: string, { shape }: Tensor, list: readonly number[]): string[] =>
    shape.map((_, i) => summed[list.indexOf(i)] ?? `${name}${i}`);
  return composing(
    'tensordot',
    () =>
      contract(
        'tensordot',
        { x: a, labels: labelsOf('a', a, ofA) },
        { x: b, labels: labelsOf('b', b, ofB) },
        (label) => !summed.includes(label),
      ).x,
  );
}
