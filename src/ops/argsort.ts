import { flag, knownOptions } from '../core/checks.js';
import { onBehalfOf } from '../core/errors.js';
import { checkAxis, sizeOf } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkTensor } from './support/operands.js';
import { withScratch } from './support/scratch.js';
import { transpose } from './transpose.js';

/** Attribute: descending. Sorts along the last axis. */
const argsortOp: Op<boolean, readonly Tensor<DType>[], 'i32'> = {
  name: 'argsort',
  infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'i32' }],
  forward: (inputs, outputs, descending) => {
    const [x, y] = [only(inputs), only(outputs)];
    if (x.size === 0) return;
    const length = x.shape.at(-1) ?? 1;
    const rows = sizeOf(x.shape.slice(0, -1));
    withScratch([rows, 4 * length], (scratch) => {
      callNamed(kernels.argsortRows, {
        x: x.pointer(),
        y: y.pointer(),
        scratch: scratch.pointer(),
        rows,
        length,
        descending: Number(descending),
        integers: Number(x.dtype === 'i32'),
        end: rows,
      });
    });
  },
  rules: 'nonDifferentiable',
};

/** The last axis exchanged with another: its own inverse. */
function exchanged<D extends DType>(x: Tensor<D>, axis: number): Tensor<D> {
  const last = x.shape.length - 1;
  return axis === last ? x : transpose(x, x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i))); // prettier-ignore
}

/** Positions in sorted order along an axis that has been checked: ascending with NaN last, or the reverse. */
export function sortedPositions(x: Tensor<DType>, axis: number, descending: boolean): Tensor<'i32'> {
  return scoped(
    () => exchanged(applyOne(argsortOp, [exchanged(x, axis)], descending), axis),
    (y) => [y],
  );
}

/** The order of `sort` and `argsort`. */
export interface SortOptions {
  /** From the largest to the smallest, NaN first. Default false. */
  readonly descending?: boolean | undefined;
}

/** Checks that option. */
export function isDescending(where: string, options: SortOptions): boolean {
  return flag(where, 'descending', knownOptions(where, options, ['descending']).descending ?? false);
}

/**
 * The positions of the elements of x in ascending order along an axis. Equal elements keep their order; NaN comes last.
 *
 * @param x f32 or i32 with at least one axis
 * @param axis default -1
 * @param options `descending`: default false
 * @returns i32 of the shape of x
 * @throws RangeError for an axis out of range; TypeError
 * @example
 * ```ts
 * import { argsort, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(argsort(tensor([3, 1, 2])).toArray()); // [1, 2, 0]
 * ```
 */
export function argsort(x: Tensor<DType>, axis = -1, options: SortOptions = {}): Tensor<'i32'> {
  checkTensor('argsort', x);
  const at = checkAxis('argsort', axis, x.shape.length);
  const descending = isDescending('argsort', options);
  return onBehalfOf('argsort', () => sortedPositions(x, at, descending));
}
