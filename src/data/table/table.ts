import { finiteNumber, flag, knownOptions } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { seedWords } from '../../tensors/creation.js';
import { buildDataset } from '../build.js';
import type { Dataset } from '../dataset.js';
import { inOrder, splitRows } from '../strata.js';
import { checkEither } from '../trainTestSplit.js';
import { crossFitted } from './targetMeans.js';
import { labelClasses, timeOrder, type TableSplitOptions } from './splitting.js';
import { fitColumn, type CategoryOptions } from './fitColumns.js';
import { labelRows, standardizedLabel, targetValues, type ClassName, type LabelSpec, type RawLabel } from './labels.js';
import { Preprocessing } from './preprocessing.js';
import type { RawColumn, Reading } from './rawColumn.js';
import type { Role } from './survey.js';

/** What was found in a column, and what was made of it. */
export interface ColumnReport {
  readonly name: string;
  /** `label`, or what the column is as an input. */
  readonly role: Role | 'label';
  /** Whether the role was guessed and not given. */
  readonly guessed: boolean;
  /** Number of gaps. */
  readonly gaps: number;
}

/** A column of inputs as it was read. */
export interface InputColumn {
  readonly name: string;
  readonly reading: Reading | undefined;
  readonly raw: RawColumn | undefined;
}

/** What a `Table` is made of. Plain data, so that workers can have it. */
export interface TableParts {
  readonly size: number;
  readonly columns: readonly InputColumn[];
  readonly labels: readonly RawLabel[];
  readonly report: readonly ColumnReport[];
  readonly gaps: readonly string[];
  readonly categories: CategoryOptions;
  readonly scaleLabel: boolean;
}

/** The parts of a split table. The preprocessing was fitted on the rows of `train`. */
export interface TableSplit {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly preprocessing: Preprocessing;
}

/** A read table: columns of numbers, words and dates with gaps, from which datasets are made. Made by `table`. */
export class Table {
  /** Number of rows. */
  readonly size: number;
  /** What every column is. */
  readonly columns: readonly ColumnReport[];
  /** The classes of a label that names some, in the order of the model's outputs; undefined for others. */
  readonly classes: readonly ClassName[] | undefined;
  /** @internal */
  readonly parts: TableParts;
  #preprocessing: Preprocessing | undefined;
  #dataset: Dataset | undefined;

  private constructor(parts: TableParts) {
    this.parts = parts;
    this.size = parts.size;
    this.columns = parts.report;
    const [label, ...more] = parts.labels;
    this.classes = label && more.length === 0 && 'classes' in label.spec ? label.spec.classes : undefined;
  }

  /** @internal */
  static of(parts: TableParts): Table {
    return new Table(parts);
  }

  /** Fitted on all rows. */
  get preprocessing(): Preprocessing {
    return (this.#preprocessing ??= this.fitted(inOrder(this.size)));
  }

  /** All rows, encoded by `preprocessing`. */
  get dataset(): Dataset {
    return (this.#dataset ??= this.trainingRows(this.preprocessing, inOrder(this.size)));
  }

  /**
   * Splits the rows into training and test data, with a preprocessing that is fitted on the training rows alone: no
   * mean, median or word of the test rows gets into training.
   *
   * @throws TypeError, RangeError for unknown or impossible options, and when either part would be empty
   * @example
   * ```ts
   * import { table } from 'wasmgrad/data';
   * const text = 'age,won\n20,no\n40,yes\n30,no\n50,yes\n';
   * const { train, test, preprocessing } = table(text, { label: 'won' }).split({ testFraction: 0.5, stratified: true });
   * console.log(train.size, test.size, preprocessing.inputs); // 2 2 ['age']
   * ```
   */
  split(options: TableSplitOptions = {}): TableSplit {
    const known = knownOptions('split', options, ['testFraction', 'seed', 'stratified', 'timeOrdered']);
    const { testFraction = 0.25, seed = 0, stratified = false, timeOrdered = false } = known;
    const fraction = finiteNumber('split', 'testFraction', testFraction, { above: 0, below: 1 });
    const isTimed = typeof timeOrdered === 'string' || flag('split', 'timeOrdered', timeOrdered);
    checkEither('split', flag('split', 'stratified', stratified), isTimed);
    const rows = splitRows('split', this.size, {
      fraction,
      key: seedWords('split', seed),
      classes: stratified ? labelClasses('split', this.parts) : undefined,
      timeOrder: timeOrdered === false ? undefined : timeOrder('split', this.parts, timeOrdered),
    });
    const preprocessing = this.fitted(rows.train);
    return {
      train: this.trainingRows(preprocessing, rows.train),
      test: this.otherRows(preprocessing, rows.test),
      preprocessing,
    };
  }

  /** @internal A preprocessing that knows these rows alone. */
  fitted(rows: ArrayLike<number>): Preprocessing {
    const { columns, categories, gaps } = this.parts;
    const [label] = this.parts.labels;
    const target = label && targetValues(label);
    const scratch = { used: new Float64Array(rows.length), sorted: new Float64Array(rows.length) };
    return Preprocessing.of({
      version: 1,
      gaps,
      columns: columns.map(({ name, reading, raw }) =>
        reading && raw ? fitColumn(name, reading, raw, rows, categories, target, scratch) : { name, role: 'ignore' },
      ),
      labels: this.#labels(rows).map(({ spec }) => spec),
    });
  }

  #labels(rows: ArrayLike<number>): readonly RawLabel[] {
    const { labels, scaleLabel } = this.parts;
    return scaleLabel ? labels.map((label) => standardizedLabel(label, rows)) : labels;
  }

  /** @internal Rows on which the preprocessing was fitted. Means of targets do not contain a row's own. */
  trainingRows(preprocessing: Preprocessing, rows: ArrayLike<number>): Dataset {
    const { columns, labels, categories } = this.parts;
    const [label] = labels;
    return this.#rows(preprocessing, rows, (x, width) => {
      preprocessing.data.columns.forEach((spec, i) => {
        const raw = columns[i]?.raw;
        const begin = preprocessing.encoders[i]?.begin ?? 0;
        if (!('means' in spec) || raw?.role !== 'category' || !label) return;
        crossFitted(raw, rows, targetValues(label), categories.smoothing, (row, values) => {
          values.forEach((value, k) => (x[row * width + begin + k] = value));
        });
      });
    });
  }

  /** @internal Rows on which the preprocessing was not fitted. */
  otherRows(preprocessing: Preprocessing, rows: ArrayLike<number>): Dataset {
    return this.#rows(preprocessing, rows);
  }

  #rows(
    preprocessing: Preprocessing,
    rows: ArrayLike<number>,
    amend?: (x: Float32Array, width: number) => void,
  ): Dataset {
    const width = preprocessing.inputs.length;
    if (width === 0) refuse(RangeError, 'table', 'at least one column for x', 'none');
    const x = new Float32Array(rows.length * width);
    preprocessing.encoders.forEach((encoder, i) => {
      const raw = this.parts.columns[i]?.raw;
      if (raw) encoder?.fill(raw, rows, x, width, encoder.begin);
    });
    amend?.(x, width);
    return buildDataset('table', x, this.#targets(preprocessing.data.labels, rows), { shape: [width] });
  }

  /** The targets: of one label; of several side by side; of several with classes among them, by name. */
  #targets(
    specs: readonly LabelSpec[],
    rows: ArrayLike<number>,
  ): Int32Array | Float32Array | number[][] | Record<string, Int32Array | Float32Array> | undefined {
    const values = this.parts.labels.map((label, i) => labelRows({ ...label, spec: specs[i] ?? label.spec }, rows));
    if (values.length < 2) return values[0];
    if (specs.some((spec) => 'classes' in spec))
      return Object.fromEntries(specs.map(({ name }, i) => [name, values[i] ?? new Float32Array()]));
    return Array.from({ length: rows.length }, (_, row) => values.map((column) => column[row] ?? NaN));
  }
}
