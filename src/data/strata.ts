// Which rows are for testing, when classes or the order of time matter.
import { show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import type { Dataset } from './dataset.js';
import { shuffled } from '../core/shuffled.js';

/** Rows to train on and rows to test on. */
export interface RowSplit {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** The class of every row. @throws TypeError for targets that are no classes */
export function classesOf(where: string, { y, yShape, size }: Dataset): Float64Array {
  if (!y) refuse(TypeError, where, 'data with targets to stratify by', 'inputs only');
  const width = sizeOf(yShape);
  return Float64Array.from({ length: size }, (_, row) => {
    const values = y.subarray(row * width, (row + 1) * width);
    const [single = NaN] = values;
    if (width === 1 && Number.isInteger(single)) return single;
    const hot = values.indexOf(1);
    if (width > 1 && hot >= 0 && values.every((value, i) => value === (i === hot ? 1 : 0))) return hot;
    refuse(
      TypeError,
      where,
      'targets to be classes (indices or one-hot rows) to stratify by',
      `${show(Array.from(values))} in row ${row}`,
    );
  });
}

/** Positions in `order` by class, and the classes by size of their share's fraction: those are rounded up first. */
function shares(order: Uint32Array, classes: ArrayLike<number>, fraction: number): { rows: number[]; share: number }[] {
  const groups = new Map<number, number[]>();
  for (const row of order) {
    const kind = classes[row] ?? 0;
    const group = groups.get(kind);
    if (group) group.push(row);
    else groups.set(kind, [row]);
  }
  const sorted = [...groups].sort(([a], [b]) => a - b);
  return sorted.map(([, rows]) => ({ rows, share: rows.length * fraction }));
}

/** So many of every class in the test set as it has of all rows, up to one. */
function stratifiedTest(order: Uint32Array, classes: ArrayLike<number>, testSize: number): Set<number> {
  const groups = shares(order, classes, testSize / order.length);
  const down = groups.reduce((sum, { share }) => sum + Math.floor(share), 0);
  const byRest = [...groups].sort((a, b) => (b.share % 1) - (a.share % 1));
  const up = new Set(byRest.slice(0, testSize - down));
  return new Set(groups.flatMap((group) => group.rows.slice(0, Math.floor(group.share) + Number(up.has(group)))));
}

export interface SplitPlan {
  readonly fraction: number;
  readonly key: readonly [number, number];
  /** The class of every row, when both parts should have the same proportions of them. */
  readonly classes?: ArrayLike<number> | undefined;
  /** The rows in the order of time: the last ones are for testing. */
  readonly timeOrder?: Uint32Array | undefined;
}

/** Splits rows: shuffled, shuffled within classes, or in the order of time. @throws RangeError for an empty part */
export function splitRows(where: string, size: number, { fraction, key, classes, timeOrder }: SplitPlan): RowSplit {
  const testSize = Math.ceil(size * fraction);
  if (testSize === size) refuse(RangeError, where, 'rows for both parts', `${size} and testFraction ${fraction}`);
  if (timeOrder) return { train: timeOrder.slice(0, size - testSize), test: timeOrder.slice(size - testSize) };
  const order = shuffled(size, key, 0);
  if (!classes) return { train: order.slice(testSize), test: order.slice(0, testSize) };
  const chosen = stratifiedTest(order, classes, testSize);
  return { train: order.filter((row) => !chosen.has(row)), test: order.filter((row) => chosen.has(row)) };
}

/** Rows in the order in which they are. */
export function inOrder(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, i) => i);
}
