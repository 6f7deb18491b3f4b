import { knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { Dataset } from './rowStore.js';
import { asFloats, finiteRows, flatValues, isIntegerArray, rowCount, type Flat, type RowData } from './rows.js';

export interface DatasetOptions {
  /** Shape of one row of `x`. Default: what `x` says, or for flat `x` as many columns as `y` leaves to a row. */
  readonly shape?: Shape;
  /** Valid time steps of each row, 0 to the size of the row's first axis. Default: all. */
  readonly lengths?: ArrayLike<number>;
}

const WHERE = 'dataset';

interface Rows {
  readonly size: number;
  readonly rowShape: Shape;
}

/** Rows of x: by the option, by x's own axes, or by the number of targets. */
function rowsOfX(x: Flat, y: Flat | undefined, shape: Shape | undefined): Rows {
  if (shape) {
    const rowShape = checkShape(WHERE, shape);
    return { size: rowCount(WHERE, 'x', x.values, rowShape), rowShape };
  }
  if (!x.isFlat) return { size: x.shape[0] ?? 1, rowShape: x.shape.slice(1) };
  if (!y) throw new ShapeError(`${WHERE}: expected option shape, of one row, for flat x without y, got none`);
  const size = y.shape[0] ?? 1;
  const columns = x.values.length / Math.max(1, size);
  if (Number.isInteger(columns)) return { size, rowShape: [columns] };
  throw new ShapeError(
    `${WHERE}: expected flat x to divide into ${size} rows as y does, got ${x.values.length} numbers`,
  );
}

function rowsOfY(y: Flat, size: number): Rows {
  const given = y.shape[0] ?? 1;
  if (!y.isFlat || given === size) return { size: given, rowShape: y.shape.slice(1) };
  return given % size === 0 ? { size, rowShape: [given / size] } : { size: given, rowShape: [] };
}

/** Targets that are integers by type, one a row, are class indices; everything else is floats. */
function targets(y: Flat, rowShape: Shape): { y: Float32Array | Int32Array; yShape: Shape } {
  if (!isIntegerArray(y.values) || sizeOf(rowShape) !== 1) return { y: asFloats(y.values), yShape: rowShape };
  if (y.values instanceof Int32Array) return { y: y.values, yShape: [] };
  return { y: Int32Array.from(y.values), yShape: [] };
}

function checkLengths(lengths: ArrayLike<number>, { size, rowShape }: Rows): Int32Array {
  const [steps] = rowShape;
  if (steps === undefined)
    throw new ShapeError(`${WHERE}: expected rows of x with a time axis for lengths, got shape []`);
  if (lengths.length !== size) {
    throw new ShapeError(`${WHERE}: expected ${size} lengths, one a row, got ${lengths.length}`);
  }
  const checked = new Int32Array(size);
  for (let i = 0; i < size; i++) checked[i] = wholeNumber(WHERE, 'lengths', lengths[i], { min: 0, max: steps });
  return checked;
}

/** Rows in arrays as a `Dataset`. See `dataset`. */
export function buildDataset(x: RowData, y: RowData | undefined, options: DatasetOptions = {}): Dataset {
  knownOptions(WHERE, options, ['shape', 'lengths']);
  const flatX = flatValues(WHERE, x);
  const flatY = y === undefined ? undefined : flatValues(WHERE, y);
  if (flatX.values.length === 0 || flatY?.values.length === 0) {
    throw new RangeError(
      `${WHERE}: expected at least one row with at least one number, got empty ${flatX.values.length ? 'y' : 'x'}`,
    );
  }
  const rows = rowsOfX(flatX, flatY, options.shape);
  const lengths = options.lengths && checkLengths(options.lengths, rows);
  const { size, rowShape: xShape } = rows;
  const values = finiteRows(WHERE, 'x', asFloats(flatX.values), xShape, lengths);
  if (!flatY) return new Dataset({ size, x: values, xShape, lengths });

  const rowsY = rowsOfY(flatY, size);
  if (rowsY.size !== size)
    throw new ShapeError(`${WHERE}: expected as many rows in y as in x, got ${rowsY.size} and ${size}`);
  const { y: target, yShape } = targets(flatY, rowsY.rowShape);
  if (target instanceof Int32Array) return new Dataset({ size, x: values, xShape, y: target, yShape, lengths });
  // A target for every time step is padded as x is.
  const padded = yShape.length > 1 && yShape[0] === xShape[0] ? lengths : undefined;
  return new Dataset({ size, x: values, xShape, y: finiteRows(WHERE, 'y', target, yShape, padded), yShape, lengths });
}

/** For messages: what one row looks like. */
export function rowText({ xShape, yShape, y }: Dataset): string {
  return y ? `${shapeText(xShape)} -> ${shapeText(yShape)}` : shapeText(xShape);
}
