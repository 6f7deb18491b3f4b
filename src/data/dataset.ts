import { refuse } from '../core/errors.js';
import { listLike, show, wholeNumber } from '../core/checks.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import type { Part, TargetForm } from './parts.js';
import { RowCopier } from './rowCopier.js';

/** What a `Dataset` is made of, already checked. */
export interface DatasetParts {
  readonly size: number;
  readonly x: Float32Array;
  readonly xShape: Shape;
  readonly y?: Float32Array | Int32Array | undefined;
  readonly yShape?: Shape | undefined;
  readonly lengths?: Int32Array | undefined;
  readonly inputs?: readonly Part[] | undefined;
  readonly targets?: readonly Part[] | undefined;
  readonly form?: TargetForm | undefined;
  readonly weights?: Float32Array | undefined;
  readonly weightParts?: readonly Part[] | undefined;
  readonly checkFinite?: (() => void) | undefined;
}

/** Writes numbers, as cells of 32 bits, from the cell `at` on to what a worker has of `x` (1) or `y` (2). */
export type EpochWriter = (target: 1 | 2, at: number, cells: Int32Array) => Promise<void>;

/** Samples held in arrays. Each sample is a row of `x` and, if there are targets, a row of `y`. Made by `dataset`. */
export class Dataset {
  /** Number of rows. */
  readonly size: number;
  /** Inputs, row-major. */
  readonly x: Float32Array;
  /** Shape of one row of `x`. */
  readonly xShape: Shape;
  /** Targets, row-major: class indices as Int32Array, everything else as Float32Array. */
  readonly y: Float32Array | Int32Array | undefined;
  /** Shape of one row of `y`; `[]` for class indices and without `y`. */
  readonly yShape: Shape;
  /** Number of valid time steps of each row, for sequences of different length. */
  readonly lengths: Int32Array | undefined;
  /** The inputs when there are several or they have names. They lie side by side in each row of `x`, in this order. */
  readonly inputs: readonly Part[] | undefined;
  /** The same for the targets in `y`, where a class index takes one element. */
  readonly targets: readonly Part[] | undefined;
  /** @internal Of a single target. */
  readonly form: TargetForm | undefined;
  /** Weights in the loss, equally many for each row: one, one per step, or one per output. */
  readonly weights: Float32Array | undefined;
  /** The outputs that have weights of their own, in the order of their weights. */
  readonly weightParts: readonly Part[] | undefined;
  /** @internal Of a batch whose inputs have not been checked: throws unless they are finite. */
  readonly checkFinite: (() => void) | undefined;
  readonly #x: RowCopier;
  readonly #y: RowCopier | undefined;
  readonly #lengths: RowCopier | undefined;
  readonly #weights: RowCopier | undefined;

  /** @internal */
  protected constructor({ size, x, xShape, y, yShape = [], lengths, inputs, targets, form, ...rest }: DatasetParts) {
    this.size = size;
    this.x = x;
    this.xShape = Object.freeze(xShape);
    this.y = y;
    this.yShape = Object.freeze(yShape);
    this.lengths = lengths;
    this.inputs = inputs;
    this.targets = targets;
    for (const { shape } of [...(inputs ?? []), ...(targets ?? [])]) Object.freeze(shape);
    this.form = form;
    const { weights } = rest;
    this.weights = weights;
    this.weightParts = rest.weightParts;
    this.checkFinite = rest.checkFinite;
    this.#x = new RowCopier(x, sizeOf(xShape));
    this.#y = y && new RowCopier(y, sizeOf(yShape));
    this.#lengths = lengths && new RowCopier(lengths, 1);
    this.#weights = weights && new RowCopier(weights, weights.length / size);
  }

  /** @internal */
  static of(parts: DatasetParts): Dataset {
    return new Dataset(parts);
  }

  /** Whether `y` holds class indices, one integer per row. Whole numbers given as floats count as floats. */
  get isIndices(): boolean {
    return this.y instanceof Int32Array;
  }

  /** @internal The same data with other parts. */
  with(parts: Partial<DatasetParts>): Dataset {
    // eslint-disable-next-line @typescript-eslint/no-misused-spread -- its public fields are the parts
    return new Dataset({ ...this, ...parts });
  }

  /**
   * The rows of these indices, copied, in this order.
   * @throws RangeError, TypeError
   */
  subset(indices: ArrayLike<number>): Dataset {
    listLike('subset', 'indices', indices);
    for (let i = 0; i < indices.length; i++) wholeNumber('subset', 'indices', indices[i], { min: 0, below: this.size });
    const { xShape, y, yShape, lengths, weights } = this;
    const size = indices.length;
    const rows = this.with({
      size,
      x: new Float32Array(size * sizeOf(xShape)),
      y: y && new (y instanceof Int32Array ? Int32Array : Float32Array)(size * sizeOf(yShape)),
      lengths: lengths && new Int32Array(size),
      weights: weights && new Float32Array((size * weights.length) / this.size),
    });
    this.copyRows(indices, 0, size, rows.x, rows.y);
    if (rows.lengths) this.copyLengths(indices, 0, size, rows.lengths);
    if (rows.weights) this.copyWeights(indices, 0, size, rows.weights);
    return rows;
  }

  /**
   * Rows `begin` to `end`, excluding row `end`, without a copy.
   * @throws RangeError, TypeError
   */
  slice(begin: number, end: number = this.size): Dataset {
    wholeNumber('slice', 'begin', begin, { min: 0, max: this.size });
    wholeNumber('slice', 'end', end, { min: begin, max: this.size });
    const { x, xShape, y, yShape, lengths, weights } = this;
    const width = (weights?.length ?? 0) / this.size;
    return this.with({
      size: end - begin,
      x: x.subarray(begin * sizeOf(xShape), end * sizeOf(xShape)),
      y: y?.subarray(begin * sizeOf(yShape), end * sizeOf(yShape)),
      lengths: lengths?.subarray(begin, end),
      weights: weights?.subarray(begin * width, end * width),
    });
  }

  /**
   * Copies the rows `indices[begin]` to `indices[end - 1]` to `intoX[atX]...` and `intoY[atY]...`, one after the other.
   * It allocates nothing and does not check that indices are below `size` and that the arrays are large enough.
   */
  copyRows(
    indices: ArrayLike<number>,
    begin: number,
    end: number,
    intoX: Float32Array,
    intoY?: Float32Array | Int32Array,
    atX = 0,
    atY = 0,
  ): void {
    this.#x.copy(indices, begin, end, intoX, atX);
    if (intoY) this.#y?.copy(indices, begin, end, intoY, atY);
  }

  /** @internal Of rows that are different in every epoch: called before `copyRows` is called for one. */
  startEpoch?(epoch: number): void;

  /** @internal Of such rows: writes those of the epoch to a worker. */
  writeEpoch?(write: EpochWriter): Promise<void>;

  /** Like `copyRows` for `lengths`. Does nothing when there are none. */
  copyLengths(indices: ArrayLike<number>, begin: number, end: number, into: Int32Array, at = 0): void {
    this.#lengths?.copy(indices, begin, end, into, at);
  }

  /** Like `copyRows` for `weights`. Does nothing when there are none. */
  copyWeights(indices: ArrayLike<number>, begin: number, end: number, into: Float32Array, at = 0): void {
    this.#weights?.copy(indices, begin, end, into, at);
  }
}

/** @throws TypeError unless `data` is a `Dataset` */
export function checkDataset(where: string, data: unknown): Dataset {
  if (data instanceof Dataset) return data;
  refuse(TypeError, where, 'data made by dataset(...)', show(data));
}
