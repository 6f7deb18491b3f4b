import { knownOptions, listLike, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { checkShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { isSeveral, sideBySide, type Part, type SeveralRows, type TargetForm } from './parts.js';
import { Dataset } from './dataset.js';
import {
  asFloats,
  finiteRows,
  flatValues,
  isIntegerArray,
  lostColumn,
  rowCount,
  type Flat,
  type RowData,
} from './rows.js';
import { weightsOf } from './weights.js';

export interface DatasetOptions {
  /**
   * Shape of one row of `x`; for several inputs an array or object of those of the flat ones. Default: given by the
   * axes of `x`; for flat `x`, its length divided by the number of rows of `y` (or of another input).
   */
  readonly shape?: Shape | readonly (Shape | undefined)[] | Readonly<Record<string, Shape>> | undefined;
  /** Valid time steps of each row, 0 to the size of the row's first axis. Default: all. */
  readonly lengths?: ArrayLike<number> | undefined;
  /**
   * Weights >= 0 in the loss: one per row [n], or one per step [n, T]. For targets of several outputs also an array or
   * object with weights [n] for each. Default: all 1.
   */
  readonly weights?: RowData | SeveralRows | undefined;
}

interface Rows {
  readonly size: number;
  readonly rowShape: Shape;
}

/** The rows of x. Their shape comes from the option, from the axes of x, or from the number of targets. */
function rowsOfX(where: string, { values, shape, isFlat }: Flat, y: Flat | undefined, option: unknown): Rows {
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

/** Targets, as many rows as x has. One integer per row, by type, is a class index; all else becomes floats. */
function targets(
  where: string,
  { values, shape, isFlat }: Flat,
  size: number,
): { y: Float32Array | Int32Array; yShape: Shape; form?: TargetForm | undefined } {
  const given = shape[0] ?? 1;
  const divides = isFlat && given % size === 0;
  if (given !== size && !divides) refuse(ShapeError, where, 'as many rows in y as in x', `${given} and ${size}`);
  const yShape = isFlat && given !== size ? [given / size] : shape.slice(1);
  const integers = isIntegerArray(values);
  const form = divides && given !== size ? 'flat' : integers ? 'integers' : undefined;
  if (!integers || sizeOf(yShape) !== 1) return { y: asFloats(values), yShape, form };
  return { y: values instanceof Int32Array ? values : Int32Array.from(values), yShape: [] };
}

function checkLengths(where: string, given: ArrayLike<number>, { size, rowShape }: Rows): Int32Array {
  const [max] = rowShape;
  const lengths = listLike(where, 'lengths', given);
  if (max === undefined) refuse(ShapeError, where, 'rows of x with a time axis for lengths', 'shape []');
  if (lengths.length !== size) refuse(ShapeError, where, `${size} lengths, one for each row`, lengths.length);
  return Int32Array.from(lengths, (length) => wholeNumber(where, 'lengths', length, { min: 0, max }));
}

/** What was given for one input or target, and its name in error messages: just `where` for a single one. */
interface Given {
  readonly label: string;
  readonly name: string | undefined;
  readonly flat: Flat;
}

/** Every input or target. */
function listGiven(where: string, what: string, data: RowData | SeveralRows): Given[] {
  const several = isSeveral(data);
  const entries: readonly [string, RowData][] = Object.entries(several ? data : [data]);
  const list = entries.map(([key, rows]) => {
    const label = several ? `${where}: ${what}.${key}` : where;
    return { label, name: several && !Array.isArray(data) ? key : undefined, flat: flatValues(label, rows) };
  });
  if (list.length > 0 && list.every(({ flat }) => flat.values.length > 0)) return list;
  refuse(RangeError, where, 'at least one row with at least one number', `empty ${what}`);
}

/** The shape option of each of several inputs. */
function shapesOf(
  where: string,
  inputs: readonly Given[],
  option: DatasetOptions['shape'],
): Readonly<Record<string, unknown>> {
  const names = inputs.map(({ name }, i) => name ?? `${i}`);
  return knownOptions(`${where}: shape`, Object.fromEntries(Object.entries(option ?? {})), names);
}

/** Rows of all inputs or targets side by side, and the description of the parts unless it is a single unnamed one. */
function together<T extends Float32Array | Int32Array>(
  size: number,
  rows: readonly (Part & { readonly values: T })[],
): { values: T | Float32Array; shape: Shape; form?: TargetForm | undefined; parts?: readonly Part[] } | undefined {
  const [first] = rows;
  const parts = rows.map(({ name, shape, form }) => ({ name, shape, ...(form && { form }) }));
  if (!first || rows.length === 1) return first && (first.name === undefined ? first : { ...first, parts });
  const values = sideBySide(
    size,
    rows.map((part) => part.values),
  );
  return { values, shape: [values.length / size], parts };
}

/** The inputs as rows, equally many of each. Padding of a single input may hold any values. */
function inputsTogether(
  given: readonly Given[],
  all: readonly Rows[],
  lengths: Int32Array | undefined,
  checks: boolean,
) {
  const [{ size } = { size: 0 }] = all;
  const rows = given.map(({ label, name, flat }, i) => {
    const { size: own, rowShape: shape } = all[i] ?? { size, rowShape: [] };
    if (own !== size) refuse(ShapeError, label, `${size} rows as in the first`, own);
    const values = asFloats(flat.values);
    return {
      name,
      shape,
      values: checks ? finiteRows(label, 'x', values, shape, all[1] ? undefined : lengths) : values,
    };
  });
  return together(size, rows);
}

/** The targets as rows. */
function targetsTogether(given: readonly Given[], { size, rowShape }: Rows, lengths: Int32Array | undefined) {
  const rows = given.map(({ label, name, flat }) => {
    const { y, yShape: shape, form } = targets(label, flat, size);
    // Targets for every time step are padded as x is.
    const padded = shape.length > 1 && shape[0] === rowShape[0] ? lengths : undefined;
    return { name, shape, form, values: y instanceof Int32Array ? y : finiteRows(label, 'y', y, shape, padded) };
  });
  return together(size, rows);
}

/** Refuses a column of complete rows whose numbers differ but are all the same as f32. */
function checkColumns(what: string, given: readonly Given[], size: number): void {
  for (const { label, flat } of given) {
    const lost = lostColumn(flat.values, flat.values.length / size);
    if (lost >= 0)
      refuse(
        RangeError,
        label,
        `numbers that differ as f32 in column ${lost} of ${what}`,
        'one number: standardize before',
      );
  }
}

/** A `Dataset` of rows in arrays, or of one batch of many; errors name `where`. See `dataset`. */
export function buildDataset(
  where: string,
  x: RowData | SeveralRows,
  y: RowData | SeveralRows | undefined,
  options: DatasetOptions = {},
  isBatch = false,
): Dataset {
  knownOptions(where, options, ['shape', 'lengths', 'weights']);
  const [inputs, given] = [listGiven(where, 'x', x), y === undefined ? [] : listGiven(where, 'y', y)];
  const sizing = (inputs.find(({ flat }) => !flat.isFlat) ?? given[0])?.flat;
  const shapes = isSeveral(x) ? shapesOf(where, inputs, options.shape) : { 0: options.shape };
  const all = inputs.map(({ label, name, flat }, i) => rowsOfX(label, flat, sizing, shapes[name ?? i]));
  const [rows = { size: 0, rowShape: [] }] = all;
  const lengths = options.lengths === undefined ? undefined : checkLengths(where, options.lengths, rows);
  const { size } = rows;
  const isLazy = isBatch && !lengths && inputs.length === 1;
  const { values = new Float32Array(), shape = [], parts } = inputsTogether(inputs, all, lengths, !isLazy) ?? {};
  const target = targetsTogether(given, rows, lengths);
  if (!isBatch) {
    checkColumns('x', inputs, size);
    checkColumns('y', given, size);
  }
  return Dataset.of({
    size,
    lengths,
    x: values,
    xShape: shape,
    inputs: parts,
    y: target?.values,
    yShape: target?.shape,
    form: target?.form,
    targets: target?.parts,
    checkFinite: isLazy ? () => void finiteRows(where, 'x', values, shape) : undefined,
    ...(options.weights !== undefined && weightsOf(where, options.weights, target?.parts, size, isBatch)),
  });
}

/** For messages: what one row looks like. */
export function rowText({ xShape, yShape, y }: Dataset): string {
  return y ? `${shapeText(xShape)} -> ${shapeText(yShape)}` : shapeText(xShape);
}
