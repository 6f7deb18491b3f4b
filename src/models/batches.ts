// Checks on batches that the trainer, the evaluator and prediction share.
import { show } from '../core/checks.js';
import { NonFiniteError, ShapeError } from '../core/errors.js';
import { shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { checkIndexValues } from '../layers/support/indexValues.js';
import type { Network } from './network.js';

/** How the targets of a batch are given. */
export type TargetKind = 'dense' | 'indices';

/** Number of rows in a flat batch of inputs. */
export function rowsOf(where: string, x: unknown, inputShape: Shape, limit: number): number {
  if (!(x instanceof Float32Array)) throw new TypeError(`${where}: expected x to be a Float32Array, got ${show(x)}`);
  const width = sizeOf(inputShape);
  const rows = x.length / width;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ShapeError(
      `${where}: expected x of whole rows of ${width} values (${shapeText(inputShape)}), got ${x.length} values`,
    );
  }
  if (rows > limit) throw new RangeError(`${where}: expected at most ${limit} rows, got ${rows}`);
  return rows;
}

/** Whether flat targets are in the prediction's shape or one class index a row. */
export function targetKind(where: string, length: number, rows: number, outputShape: Shape): TargetKind {
  const size = rows * sizeOf(outputShape);
  if (length === size) return 'dense';
  const classes = outputShape.at(-1) ?? 1;
  if (length * classes === size) return 'indices';
  throw new ShapeError(
    `${where}: expected ${size} targets (${shapeText([rows, ...outputShape])}) or ${size / classes} class indices, got ${length}`,
  );
}

/** Shape of the target tensor. */
export function targetShape(kind: TargetKind, rows: number, outputShape: Shape): number[] {
  return kind === 'dense' ? [rows, ...outputShape] : [rows, ...outputShape.slice(0, -1)];
}

/** Class indices must be whole numbers from 0 to classes - 1. */
export function checkLabels(where: string, y: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < y.length; i++) {
    const label = y[i] ?? NaN;
    if (!(label >= 0 && label < classes && Number.isInteger(label))) {
      throw new RangeError(`${where}: expected labels from 0 to ${classes - 1}, got ${label} at position ${i}`);
    }
  }
}

/** Inputs of a network that starts with an embedding must be indices, as far as a sequence's length goes. */
export function checkIndices(
  where: string,
  x: ArrayLike<number>,
  { indices, inputShape }: Network,
  lengths?: ArrayLike<number>,
): void {
  if (indices === undefined) return;
  const width = sizeOf(inputShape);
  const step = width / (inputShape[0] ?? 1);
  checkIndexValues(where, x, indices, width, lengths && ((row) => step * (lengths[row] ?? 0)));
}

/** Throws for the first value that is not finite, past no sequence's length. */
export function reportNonFinite(
  where: string,
  what: string,
  values: ArrayLike<number>,
  [rows = 1, steps = 1]: Shape,
  lengths?: ArrayLike<number>,
): never {
  const row = values.length / rows;
  const padding = (i: number): boolean =>
    lengths !== undefined && Math.floor(((i % row) * steps) / row) >= (lengths[Math.floor(i / row)] ?? steps);
  let position = 0;
  while (position < values.length && (Number.isFinite(values[position]) || padding(position))) position++;
  throw new NonFiniteError(`${where}: expected finite ${what}, got ${values[position]} at position ${position}`);
}
