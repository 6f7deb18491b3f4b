// Which rows of a table are for testing.
import { show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { inOrder } from '../strata.js';
import type { RawLabel } from './labels.js';
import type { RawColumn } from './rawColumn.js';

export interface TableSplitOptions {
  /** Fraction of the rows in `test`, between 0 and 1. Default 0.25. */
  readonly testFraction?: number | undefined;
  /** Whole number >= 0. Default 0. */
  readonly seed?: number | undefined;
  /** Whether both parts have the same proportion of every class. Default false. */
  readonly stratified?: boolean | undefined;
  /**
   * Whether the last rows become `test`, and nothing is shuffled; the name of a column of dates or numbers sorts the rows
   * by it before. Default false.
   */
  readonly timeOrdered?: boolean | string | undefined;
}

/** Columns of a table by name. */
interface Columns {
  readonly size: number;
  readonly columns: readonly { readonly name: string; readonly raw: RawColumn | undefined }[];
}

/** The class of every row. @throws TypeError when there is no label of classes */
export function labelClasses(where: string, { labels }: { readonly labels: readonly RawLabel[] }): ArrayLike<number> {
  const label = labels.find(({ spec }) => 'classes' in spec);
  return label?.values ?? refuse(TypeError, where, 'a label of classes to stratify by', 'none');
}

/** The rows in the order of time: as they are, or sorted by a column. @throws RangeError */
export function timeOrder(where: string, { size, columns }: Columns, by: true | string): Uint32Array {
  if (by === true) return inOrder(size);
  const column = columns.find(({ name }) => name === by)?.raw;
  if (!column || column.role === 'category')
    refuse(RangeError, where, 'timeOrdered to be a column of dates or numbers', show(by));
  const { values } = column;
  const gap = values.findIndex(Number.isNaN);
  if (gap >= 0) refuse(RangeError, where, `a time in column '${by}' of row ${gap}`, 'a gap');
  return inOrder(size).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
}
