import { numberList, wholeNumber } from '../../core/checks.js';
import { exp, log } from '../../core/deterministic.js';
import { sizeOf } from '../../core/shapes.js';
import { Dataset, type DatasetParts, type EpochWriter } from '../dataset.js';
import { RowCopier } from '../rowCopier.js';
import { imageTransform, type Changes, type ImageShape } from './imageTransform.js';
import { RowRandom } from './randomWords.js';

/** Values that are computed at a time for a worker. */
const PIECE = 1 << 18;

/** The part of the first of two images in a mixture: Beta(alpha, alpha) by Johnk's method. */
function mixture(alpha: number, random: RowRandom): number {
  for (let tries = 0; tries < 64; tries++) {
    // log(0) is -Infinity, whose exponential is 0
    const [x, y] = [exp(log(random.next()) / alpha), exp(log(random.next()) / alpha)];
    if (x + y <= 1 && x + y > 0) return x / (x + y);
  }
  return 0.5;
}

/** Images that are changed at random whenever they are read. `x`, `subset` and `slice` have them as they were. */
export class AugmentedDataset extends Dataset {
  readonly #source: Dataset;
  readonly #shape: ImageShape;
  readonly #changes: Changes;
  readonly #key: readonly [number, number];
  readonly #random: RowRandom;
  readonly #other: RowRandom;
  readonly #transform: ReturnType<typeof imageTransform>;
  readonly #targets: RowCopier | undefined;
  #epoch = 0;

  /** Changes the images of `source`, of this shape, by seed, epoch and row. */
  constructor(source: Dataset, shape: ImageShape, changes: Changes, key: readonly [number, number]) {
    // A worker reads shared memory itself, and would be written the changed images there
    const isShared = typeof SharedArrayBuffer !== 'undefined' && source.x.buffer instanceof SharedArrayBuffer;
    super(isShared ? { ...partsOf(source), x: source.x.slice() } : partsOf(source));
    this.#source = source;
    this.#shape = shape;
    this.#changes = changes;
    this.#key = key;
    this.#targets = this.y && new RowCopier(this.y, sizeOf(this.yShape));
    this.#random = new RowRandom(key);
    this.#other = new RowRandom(key);
    this.#transform = imageTransform(this.x, shape, changes);
  }

  /** @internal With other targets or weights, images are changed in the same way. */
  override with(parts: Partial<DatasetParts>): Dataset {
    return new AugmentedDataset(this.#source.with(parts), this.#shape, this.#changes, this.#key);
  }

  override subset(indices: ArrayLike<number>): Dataset {
    return this.#source.subset(indices);
  }

  override slice(begin: number, end?: number): Dataset {
    return this.#source.slice(begin, end);
  }

  /**
   * The rows of these indices as training sees them in an epoch, for looking at them.
   * @throws RangeError, TypeError
   */
  augmented(indices: ArrayLike<number>, epoch = 0): Dataset {
    numberList('augmented', 'indices', indices);
    for (let i = 0; i < indices.length; i++)
      wholeNumber('augmented', 'indices', indices[i], { min: 0, below: this.size });
    this.startEpoch(wholeNumber('augmented', 'epoch', epoch, { min: 0, max: 2 ** 32 - 1 }));
    const rows = this.#source.subset(indices);
    this.copyRows(indices, 0, indices.length, rows.x, rows.y);
    return rows;
  }

  override startEpoch(epoch: number): void {
    this.#epoch = epoch;
  }

  override async writeEpoch(write: EpochWriter): Promise<void> {
    const { size, y } = this;
    const [width, targets] = [sizeOf(this.xShape), sizeOf(this.yShape)];
    const count = Math.max(1, Math.floor(PIECE / width));
    for (let begin = 0; begin < size; begin += count) {
      const rows = Uint32Array.from({ length: Math.min(count, size - begin) }, (_, i) => begin + i);
      const x = new Float32Array(rows.length * width);
      const mixed = this.#changes.mixup > 0 && y ? new Float32Array(rows.length * targets) : undefined;
      this.copyRows(rows, 0, rows.length, x, mixed);
      await write(1, begin * width, new Int32Array(x.buffer));
      if (mixed) await write(2, begin * targets, new Int32Array(mixed.buffer));
    }
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
    const width = sizeOf(this.xShape);
    if (intoY) this.#targets?.copy(indices, begin, end, intoY, atY);
    for (let i = begin; i < end; i++) {
      const row = indices[i] ?? 0;
      const at = atX + (i - begin) * width;
      this.#random.start(this.#epoch, row);
      this.#transform(row * width, this.#random, intoX, at);
      if (this.#changes.mixup > 0) this.#mix(intoX, at, intoY, atY + (i - begin) * sizeOf(this.yShape));
    }
  }

  /** Mixes the image at `x[at]` and its targets with another row's: lambda * first + (1 - lambda) * second. */
  #mix(x: Float32Array, at: number, y: Float32Array | Int32Array | undefined, atY: number): void {
    const width = sizeOf(this.xShape);
    const share = mixture(this.#changes.mixup, this.#random);
    const partner = Math.floor(this.#random.next() * this.size);
    const second = new Float32Array(width);
    this.#other.start(this.#epoch, partner);
    this.#transform(partner * width, this.#other, second, 0);
    for (let i = 0; i < width; i++) x[at + i] = share * (x[at + i] ?? 0) + (1 - share) * (second[i] ?? 0);
    if (!y || !this.y) return;
    const targets = sizeOf(this.yShape);
    for (let k = 0; k < targets; k++)
      y[atY + k] = share * (y[atY + k] ?? 0) + (1 - share) * (this.y[partner * targets + k] ?? 0);
  }
}

function partsOf(data: Dataset): DatasetParts {
  const { size, x, xShape, y, yShape, lengths, inputs, targets, form, weights, weightParts } = data;
  return { size, x, xShape, y, yShape, lengths, inputs, targets, form, weights, weightParts };
}
