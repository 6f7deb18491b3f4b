import { knownOptions, listLike, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { checkShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { Dataset } from './rowStore.js';
import { asFloats, finiteRows, flatValues, isIntegerArray, rowCount, type Flat, type RowData } from './rows.js';

export interface DatasetOptions {
  /** Shape of one row of `x`. Default: what `x` says, or for flat `x` as many columns as `y` leaves to a row. */
  readonly shape?: Shape | undefined;
  /** Valid time steps of each row, 0 to the size of the row's first axis. Default: all. */
  readonly lengths?: ArrayLike<number> | undefined;
}

interface Rows {
  readonly size: number;
  readonly rowShape: Shape;
}

/** Rows of x: by the option, by x's own axes, or by the number of targets. */
function rowsOfX(where: string, { values, shape, isFlat }: Flat, y: Flat | undefined, option: Shape | undefined): Rows {
  if (option !== undefined) {
    const rowShape = checkShape(where, option);
    return { size: rowCount(where, 'x', values, rowShape), rowShape };
  }
  if (!isFlat) return { size: shape[0] ?? 1, rowShape: shape.slice(1) };
  if (!y) refuse(ShapeError, where, 'option shape, of one row, for flat x without y', 'none');
  const size = y.shape[0] ?? 1;
  const columns = values.length / size;
  if (Number.isInteger(columns)) return { size, rowShape: [columns] };
  refuse(ShapeError, where, `flat x to divide into ${size} rows as y does`, `${values.length} numbers`);
}

/** Targets, their rows checked against those of x. Integers by type, one a row, are class indices; the rest is floats. */
function targets(
  where: string,
  { values, shape, isFlat }: Flat,
  size: number,
): { y: Float32Array | Int32Array; yShape: Shape } {
  const given = shape[0] ?? 1;
  const divides = isFlat && given % size === 0;
  if (given !== size && !divides) refuse(ShapeError, where, 'as many rows in y as in x', `${given} and ${size}`);
  const yShape = isFlat && given !== size ? [given / size] : shape.slice(1);
  if (!isIntegerArray(values) || sizeOf(yShape) !== 1) return { y: asFloats(values), yShape };
  return { y: values instanceof Int32Array ? values : Int32Array.from(values), yShape: [] };
}

function checkLengths(where: string, given: ArrayLike<number>, { size, rowShape }: Rows): Int32Array {
  const [max] = rowShape;
  const lengths = listLike(where, 'lengths', given);
  if (max === undefined) refuse(ShapeError, where, 'rows of x with a time axis for lengths', 'shape []');
  if (lengths.length !== size) refuse(ShapeError, where, `${size} lengths, one a row`, lengths.length);
  return Int32Array.from(lengths, (length) => wholeNumber(where, 'lengths', length, { min: 0, max }));
}

/** Rows in arrays as a `Dataset`, in the name of `where`. See `dataset`. */
export function buildDataset(where: string, x: RowData, y: RowData | undefined, options: DatasetOptions = {}): Dataset {
  knownOptions(where, options, ['shape', 'lengths']);
  const flatX = flatValues(where, x);
  const flatY = y === undefined ? undefined : flatValues(where, y);
  if (flatX.values.length === 0 || flatY?.values.length === 0)
    refuse(RangeError, where, 'at least one row with at least one number', `empty ${flatX.values.length ? 'y' : 'x'}`);
  const rows = rowsOfX(where, flatX, flatY, options.shape);
  const { size, rowShape: xShape } = rows;
  const lengths = options.lengths === undefined ? undefined : checkLengths(where, options.lengths, rows);
  const parts = { size, x: finiteRows(where, 'x', asFloats(flatX.values), xShape, lengths), xShape, lengths };
  if (!flatY) return Dataset.of(parts);
  const target = targets(where, flatY, size);
  const { yShape } = target;
  // A target for every time step is padded as x is.
  const padded = yShape.length > 1 && yShape[0] === xShape[0] ? lengths : undefined;
  const kept = target.y instanceof Int32Array ? target.y : finiteRows(where, 'y', target.y, yShape, padded);
  return Dataset.of({ ...parts, y: kept, yShape });
}

/** For messages: what one row looks like. */
export function rowText({ xShape, yShape, y }: Dataset): string {
  return y ? `${shapeText(xShape)} -> ${shapeText(yShape)}` : shapeText(xShape);
}
