import { sizeOf } from '../../core/shapes.js';
import { Dataset, type DatasetParts } from '../dataset.js';
import { RowCopier } from '../rowCopier.js';

const none = new Float32Array();

/** Some rows of a dataset without their inputs, which are most of the numbers. */
function withoutInputs(data: Dataset, copier: RowCopier | undefined, rows: readonly number[]): DatasetParts {
  const { xShape, y, yShape, lengths, inputs, targets, form, weights, weightParts } = data;
  const size = rows.length;
  const own = {
    y: y && new (y instanceof Int32Array ? Int32Array : Float32Array)(size * sizeOf(yShape)),
    lengths: lengths && new Int32Array(size),
    weights: weights && new Float32Array((size * weights.length) / data.size),
  };
  if (own.y) copier?.copy(rows, 0, size, own.y, 0);
  if (own.lengths) data.copyLengths(rows, 0, size, own.lengths);
  if (own.weights) data.copyWeights(rows, 0, size, own.weights);
  return { size, x: none, xShape, yShape, inputs, targets, form, weightParts, ...own };
}

/** A batch of any rows of a dataset. Training copies inputs straight from there; `x` is made when it is first read. */
class PickedRows extends Dataset {
  readonly #data: Dataset;
  readonly #rows: readonly number[];
  readonly #targets: RowCopier | undefined;

  constructor(data: Dataset, targets: RowCopier | undefined, rows: readonly number[]) {
    super(withoutInputs(data, targets, rows));
    this.#data = data;
    this.#rows = rows;
    this.#targets = targets;
    let copy: Float32Array | undefined;
    const x = (): Float32Array => (copy ??= this.#inputs());
    Object.defineProperty(this, 'x', { get: x, enumerable: true });
  }

  #inputs(): Float32Array {
    const x = new Float32Array(this.size * sizeOf(this.xShape));
    this.#data.copyRows(this.#rows, 0, this.size, x);
    return x;
  }

  override copyRows(
    indices: ArrayLike<number>,
    begin: number,
    end: number,
    intoX: Float32Array,
    intoY?: Float32Array | Int32Array,
    atX = 0,
    atY = 0,
  ): void {
    const rows = Array.from({ length: end - begin }, (_, i) => this.#rows[indices[begin + i]!]!);
    this.#data.copyRows(rows, 0, rows.length, intoX, undefined, atX);
    if (intoY) this.#targets?.copy(rows, 0, rows.length, intoY, atY);
  }
}

/** Makes batches of any rows of a dataset; nothing is copied where they follow one another. */
export function rowPicker(data: Dataset): (rows: readonly number[]) => Dataset {
  const { y, yShape } = data;
  const targets = y && new RowCopier(y, sizeOf(yShape));
  return (rows) => {
    const [first = 0] = rows;
    if (rows.every((row, i) => row === first + i)) return data.slice(first, first + rows.length);
    // Images that are changed whenever they are read come as they were
    return data.startEpoch ? data.subset(rows) : new PickedRows(data, targets, rows);
  };
}
