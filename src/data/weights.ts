// Weights of samples, of the steps of sequences, or of each output.
import { isPlain } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import type { DatasetParts } from './dataset.js';
import { sideBySide, type Part, type SeveralRows } from './parts.js';
import { asFloats, flatValues, type RowData } from './rows.js';

/** One weight per row, or several along further axes. */
function checked(where: string, given: unknown, size: number): Float32Array {
  const { values, shape } = flatValues(where, given);
  if (shape[0] !== size) refuse(ShapeError, where, `weights for each of ${size} rows`, shape);
  const weights = asFloats(values);
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) refuse(RangeError, where, 'finite weights >= 0', `${values[bad]} at position ${bad}`);
  return weights;
}

/** The weights of each of several targets, by name or position; undefined when they are for all. */
function forEachTarget(given: unknown): readonly [string, unknown][] | undefined {
  const items: readonly unknown[] = Array.isArray(given) ? given : [];
  return isPlain(given) || typeof items[0] === 'object' ? Object.entries(isPlain(given) ? given : items) : undefined;
}

/**
 * The weights given for the rows of a dataset, or, as an array or object, for each of several targets.
 * @throws ShapeError; RangeError for a weight that is negative or not finite, and when all weights of a dataset are 0
 */
export function weightsOf(
  where: string,
  given: RowData | SeveralRows,
  targets: readonly Part[] | undefined,
  size: number,
  isBatch: boolean,
): Pick<DatasetParts, 'weights' | 'weightParts'> {
  const each = targets && forEachTarget(given);
  const entries = each ?? [['0', given] as const];
  const columns = entries.map(([key, weights]) => {
    const label = each ? `${where}: weights.${key}` : where;
    const values = checked(label, weights, size);
    if (each && values.length > size) refuse(ShapeError, label, 'one weight per row', `${values.length} weights`);
    if (!isBatch && values.every((weight) => weight === 0)) refuse(RangeError, label, 'a weight > 0', 'weights of 0');
    return values;
  });
  const [single] = columns;
  if (!each || !single) return { weights: single };
  const names = entries.map(([name]): Part => ({ ...(isPlain(given) && { name }), shape: [] }));
  return { weights: sideBySide(size, columns), weightParts: names };
}
