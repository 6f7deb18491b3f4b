import { isPlain, show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { makeTensor } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import { flatValues, type Flat, type RowData } from '../rows.js';
import { checkCell, Gaps, type TableRow } from './cells.js';
import { encoderOf, type ColumnSpec, type Encoder } from './encoders.js';
import { decodeLabel, type ClassName, type LabelSpec } from './labels.js';
import { fieldsOf, listOf, readColumn, readLabel, textOf } from './specs.js';

/** What a model says of a row: the value of the label, or of each of several by name. */
export type Decoded = ClassName | Readonly<Record<string, ClassName>>;

/** A preprocessing as plain data. */
export interface PreprocessingData {
  readonly version: 1;
  readonly gaps: readonly string[];
  readonly columns: readonly ColumnSpec[];
  readonly labels: readonly LabelSpec[];
}

const VERSION = 1;

/** An encoder and where its inputs begin. */
export interface PlacedEncoder extends Encoder {
  readonly begin: number;
}

/**
 * Turns rows of a table into inputs of a model, and predictions into classes or numbers. It was fitted on training rows
 * by `table`, and is saved with a model by `saveModel(model, { preprocessing })`.
 */
export class Preprocessing {
  /** Names of the inputs: `age`, `city=Oslo`, `age:missing`, ... */
  readonly inputs: readonly string[];
  /** Shape of a row of inputs, for `sequential({ inputShape })`. */
  readonly inputShape: readonly [number];
  /** The classes of a label that names some, in the order of the model's outputs; undefined for others. */
  readonly classes: readonly ClassName[] | undefined;
  /** @internal By column; undefined for those that are ignored. */
  readonly encoders: readonly (PlacedEncoder | undefined)[];
  /** @internal */
  readonly data: PreprocessingData;
  readonly #gaps: Gaps;

  private constructor(data: PreprocessingData) {
    this.data = data;
    this.#gaps = new Gaps(data.gaps);
    let begin = 0;
    this.encoders = data.columns.map((column) => {
      const encoder = encoderOf(column, this.#gaps);
      const placed = encoder && { ...encoder, begin };
      begin += encoder?.names.length ?? 0;
      return placed;
    });
    this.inputs = Object.freeze(this.encoders.flatMap((encoder) => encoder?.names ?? []));
    this.inputShape = [this.inputs.length];
    const [label, ...more] = data.labels;
    this.classes = label && more.length === 0 && 'classes' in label ? label.classes : undefined;
  }

  /** @internal */
  static of(data: PreprocessingData): Preprocessing {
    return new Preprocessing(data);
  }

  /**
   * The inputs for one row or several, [rows, inputs]. Columns that a row leaves out are gaps. Labels and ignored columns
   * may be there, and are not read.
   *
   * @throws TypeError for a name that is no column, and for cells that no table has; FormatError for text that is no
   *   number or date; RangeError for an unknown category with `unknown: 'error'`
   * @example
   * ```ts
   * import { init } from 'wasmgrad';
   * import { table } from 'wasmgrad/data';
   * await init();
   * const { preprocessing } = table('age,city,won\n20,Oslo,no\n40,Rome,yes\n', { label: 'won' });
   * console.log(preprocessing.inputs); // ['age', 'city=Oslo', 'city=Rome']
   * console.log(preprocessing.encode({ age: 30, city: 'Rome' }).toArray()); // [[0, 0, 1]]
   * ```
   */
  encode(rows: TableRow | readonly TableRow[]): Tensor {
    return this.encodeRows('encode', rows);
  }

  /** @internal `encode` for another function, `where`. */
  encodeRows(where: string, rows: unknown): Tensor {
    const list: readonly unknown[] = Array.isArray(rows) ? rows : [rows];
    if (list.length === 0) refuse(RangeError, where, 'at least one row', 'none');
    const out = new Float32Array(list.length * this.inputs.length);
    for (let i = 0; i < list.length; i++) this.#encodeRow(where, list[i], out, i * this.inputs.length);
    return makeTensor(where, out, [list.length, this.inputs.length]);
  }

  #encodeRow(where: string, row: unknown, out: Float32Array, at: number): void {
    if (!isPlain(row)) refuse(TypeError, where, 'a row as an object of cells by column', show(row));
    const { columns, labels } = this.data;
    for (const name of Object.keys(row))
      if (![...columns, ...labels].some((known) => known.name === name))
        refuse(TypeError, where, `columns ${columns.map((column) => column.name).join(', ')}`, show(name));
    for (const [i, { name }] of columns.entries()) {
      const encoder = this.encoders[i];
      if (!encoder) continue;
      const cell = Object.hasOwn(row, name) ? row[name] : undefined;
      checkCell(where, name, cell);
      encoder.one(where, cell, out, at + encoder.begin);
    }
  }

  /**
   * What a prediction says: for every row the name of the most probable class (of one output, the second class from 1/2
   * on), or the number in the unit of the table. For several labels, an object of those by name.
   *
   * @param prediction of `predict`: [rows, outputs]; for several labels of which some are classes, an object of them
   * @throws RangeError when the number of outputs does not suit the label; ShapeError, TypeError
   * @example
   * ```ts
   * import { table } from 'wasmgrad/data';
   * const { preprocessing } = table('age,won\n20,no\n40,yes\n', { label: 'won' });
   * console.log(preprocessing.decode([[0.9, 0.1], [0.2, 0.8]])); // ['no', 'yes']
   * ```
   */
  decode(prediction: RowData | Readonly<Record<string, RowData>>): Decoded[] {
    const { labels } = this.data;
    const [single] = labels;
    if (!single) refuse(TypeError, 'decode', 'a table with a label', 'one without');
    if (labels.length === 1) return decodeLabel('decode', single, partOf(prediction, single.name, 0, 1));
    const parts = labels.map((label, i) =>
      decodeLabel('decode', label, partOf(prediction, label.name, i, labels.length)),
    );
    return (parts[0] ?? []).map((_, row) =>
      Object.fromEntries(labels.map(({ name }, i) => [name, parts[i]?.[row] ?? NaN])),
    );
  }

  /** What was fitted, as plain data for `Preprocessing.fromJSON`. */
  toJSON(): PreprocessingData {
    return structuredClone(this.data);
  }

  /**
   * The preprocessing that `toJSON` described.
   * @throws FormatError
   * @example
   * ```ts
   * import { Preprocessing, table } from 'wasmgrad/data';
   * const { preprocessing } = table('age,won\n20,no\n40,yes\n', { label: 'won' });
   * const copy = Preprocessing.fromJSON(JSON.parse(JSON.stringify(preprocessing)));
   * console.log(copy.classes); // ['no', 'yes']
   * ```
   */
  static fromJSON(json: unknown): Preprocessing {
    return Preprocessing.read('fromJSON', json);
  }

  /** @internal `fromJSON` for another function, `where`. */
  static read(where: string, json: unknown): Preprocessing {
    const { version, gaps, columns, labels } = fieldsOf(where, json, ['version', 'gaps', 'columns', 'labels']);
    if (version !== VERSION) refuse(FormatError, where, `version ${VERSION} of preprocessing`, show(version));
    return new Preprocessing({
      version: VERSION,
      gaps: listOf(`${where}: gaps`, gaps, textOf),
      columns: listOf(`${where}: columns`, columns, readColumn),
      labels: listOf(`${where}: labels`, labels, readLabel),
    });
  }
}

/** The part of a prediction that is for one label: by its name, or its column among several numbers of a row. */
function partOf(prediction: unknown, name: string, position: number, count: number): Flat {
  if (isPlain(prediction)) {
    const part = prediction[name];
    if (part === undefined) refuse(TypeError, 'decode', `a prediction for '${name}'`, 'none');
    return flatValues('decode', part);
  }
  const flat = flatValues('decode', prediction);
  if (count === 1) return flat;
  const { values, shape } = flat;
  const rows = shape[0] ?? 0;
  if (values.length !== rows * count)
    refuse(RangeError, 'decode', `${count} outputs a row`, values.length / Math.max(1, rows));
  const column = Float64Array.from({ length: rows }, (_, row) => values[row * count + position] ?? NaN);
  return { values: column, shape: [rows, 1], isFlat: false };
}
