// The columns that a model is to predict.
import { FormatError, refuse } from '../../core/errors.js';
import type { Flat } from '../rows.js';
import type { Decimal } from './cells.js';
import type { RawColumn } from './rawColumn.js';
import type { TargetValues } from './targetMeans.js';

/** The name of a class: a word; a number or boolean where the table has those. */
export type ClassName = string | number | boolean;

/** A label whose values are classes: `y` holds their positions in `classes`. */
export interface ClassLabel {
  readonly name: string;
  readonly classes: readonly ClassName[];
}

/** A label of numbers: `y` holds (value - mean) / deviation, which is the value itself for mean 0 and deviation 1. */
export interface NumberLabel {
  readonly name: string;
  readonly decimal: Decimal;
  readonly mean: number;
  readonly deviation: number;
}

export type LabelSpec = ClassLabel | NumberLabel;

/** A label as it was read. */
export interface RawLabel {
  readonly spec: LabelSpec;
  /** Class indices, or numbers. */
  readonly values: Int32Array | Float64Array | Float32Array;
}

/** The classes that words name: numbers, if all are, and booleans, if the cells were. */
function classNames(levels: readonly string[], booleans: boolean): ClassName[] {
  if (booleans) return levels.map((level) => level === 'true');
  return levels.every((level) => String(Number(level)) === level) ? levels.map(Number) : [...levels];
}

/** A label from its column. @throws FormatError for gaps, and for a single class */
export function labelOf(where: string, name: string, column: RawColumn, decimal: Decimal, booleans: boolean): RawLabel {
  const gap = column.role === 'category' ? column.codes.indexOf(0) : column.values.findIndex(Number.isNaN);
  if (gap >= 0) refuse(FormatError, where, `a label in column '${name}' of row ${gap}`, 'a gap');
  if (column.role !== 'category') return { spec: { name, decimal, mean: 0, deviation: 1 }, values: column.values };
  const classes = classNames(column.levels, booleans);
  return { spec: { name, classes }, values: Int32Array.from(column.codes, (code) => code - 1) };
}

/** The same label with numbers standardised by the training rows. */
export function standardizedLabel({ spec, values }: RawLabel, rows: ArrayLike<number>): RawLabel {
  if ('classes' in spec) return { spec, values };
  const used = Float64Array.from(rows, (row) => values[row] ?? 0);
  const mean = used.reduce((sum, value) => sum + value / used.length, 0);
  const variance = used.reduce((sum, value) => sum + ((value - mean) * (value - mean)) / used.length, 0);
  return { spec: { ...spec, mean, deviation: Math.sqrt(variance) || 1 }, values };
}

/** The targets by which words are encoded: numbers, the second of two classes, or one number for each class. */
export function targetValues({ spec, values }: RawLabel): TargetValues {
  if (!('classes' in spec)) return { width: 1, at: (row) => values[row] ?? 0 };
  const { length } = spec.classes;
  const first = length > 2 ? 0 : 1;
  return { width: length > 2 ? length : 1, at: (row, k) => Number(values[row] === k + first) };
}

/** The values of a label for some rows, as a dataset holds them. */
export function labelRows({ spec, values }: RawLabel, rows: ArrayLike<number>): Int32Array | Float32Array {
  if ('classes' in spec) return Int32Array.from(rows, (row) => values[row] ?? 0);
  const { mean, deviation } = spec;
  return Float32Array.from(rows, (row) => ((values[row] ?? 0) - mean) / deviation);
}

/** The class that each row of a prediction names: that of the largest of several outputs, or by 1/2 for one. */
function decodeClasses(
  where: string,
  { name, classes }: ClassLabel,
  values: ArrayLike<number>,
  rows: number,
): ClassName[] {
  const width = values.length / rows;
  const expected = classes.length === 2 ? '1 or 2' : `${classes.length}`;
  if (width !== classes.length && !(width === 1 && classes.length === 2))
    refuse(RangeError, where, `${expected} outputs a row for '${name}'`, width);
  return Array.from({ length: rows }, (_, row) => {
    let best = width === 1 ? Number((values[row] ?? 0) >= 0.5) : 0;
    for (let k = 1; k < width; k++) if ((values[row * width + k] ?? 0) > (values[row * width + best] ?? 0)) best = k;
    return classes[best] ?? '';
  });
}

/** What a prediction says of one label, row by row. @throws RangeError, ShapeError, TypeError */
export function decodeLabel(where: string, label: LabelSpec, { values, shape }: Flat): ClassName[] {
  const rows = shape[0] ?? 0;
  if (rows === 0) return [];
  if ('classes' in label) return decodeClasses(where, label, values, rows);
  if (values.length !== rows) refuse(RangeError, where, `1 output a row for '${label.name}'`, values.length / rows);
  return Array.from(values, (value) => value * label.deviation + label.mean);
}
