import { knownOptions, show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { buildDataset, rowText } from './build.js';
import type { SeveralRows } from './parts.js';
import { Dataset } from './dataset.js';
import type { RowData } from './rows.js';

/** One batch of rows: named, as a pair, or a `Dataset`. */
export type Batch =
  | {
      readonly x: RowData | SeveralRows;
      readonly y?: RowData | SeveralRows | undefined;
      readonly lengths?: ArrayLike<number> | undefined;
      readonly weights?: RowData | SeveralRows | undefined;
    }
  | readonly [x: RowData | SeveralRows, y: RowData | SeveralRows]
  | Dataset;

type NamedBatch = Exclude<Batch, readonly unknown[] | Dataset>;

/** Batches made on demand. A function is called once per pass, so that a generator can be read again. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch> | (() => Iterable<Batch> | AsyncIterable<Batch>);

/** By stream: what begins a pass of this number in which batches of rows of a dataset are datasets. */
export const datasetPasses = new WeakMap<object, (pass?: number) => AsyncIterable<unknown>>();

/** Data that `fit` trains on. */
export type TrainingData = Dataset | BatchSource | Batches;

function isNamedBatch(value: unknown): value is NamedBatch {
  return typeof value === 'object' && value !== null && 'x' in value;
}

/** Whether data are an iterable of batches and not rows. An array is one only when its items are `{ x, y }`. */
export function isBatches(data: unknown): data is Batches {
  if (typeof data === 'function') return true;
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return false;
  if (Array.isArray(data)) return isNamedBatch(data[0]);
  return Symbol.asyncIterator in data || Symbol.iterator in data;
}

function isList(value: unknown): value is readonly (RowData | SeveralRows | undefined)[] {
  return Array.isArray(value);
}

function toDataset(where: string, batch: unknown): Dataset {
  if (batch instanceof Dataset) return batch;
  if (isList(batch)) {
    const [x, y, ...rest] = batch;
    if (x === undefined || rest.length > 0) refuse(TypeError, where, 'a batch [x, y]', show(batch));
    return buildDataset(where, x, y, {}, true);
  }
  if (!isNamedBatch(batch)) refuse(TypeError, where, 'a batch { x, y }', show(batch));
  const { x, y, lengths, weights } = knownOptions(where, batch, ['x', 'y', 'lengths', 'weights']);
  return buildDataset(where, x, y, { lengths, weights }, true);
}

/**
 * Batches from an iterable, each checked when it arrives. Each is a `Dataset`, and all have rows of the same shape.
 * Made by `dataset`.
 */
export class BatchSource implements AsyncIterable<Dataset> {
  readonly #batches: Batches;
  #consumed = false;

  private constructor(batches: Batches) {
    this.#batches = batches;
  }

  /** @internal */
  static of(batches: Batches): BatchSource {
    return new BatchSource(batches);
  }

  /**
   * One pass over the batches.
   * @throws TypeError when it is the second pass over a generator, which gives its batches only once
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Dataset, void, undefined> {
    for await (const rows of this.unchecked()) {
      rows.checkFinite?.();
      yield rows;
    }
  }

  /**
   * @internal The same for callers that check that the inputs are finite. The number of the pass gives the orders of
   * streams that shuffle.
   */
  async *unchecked(pass?: number): AsyncGenerator<Dataset, void, undefined> {
    let shape: string | undefined;
    let count = 0;
    const batches = this.#open();
    for await (const batch of datasetPasses.get(batches)?.(pass) ?? batches) {
      const where = `dataset: batch ${++count}`;
      const rows = toDataset(where, batch);
      shape ??= rowText(rows);
      if (rowText(rows) !== shape) refuse(ShapeError, where, `rows of shape ${shape}`, rowText(rows));
      yield rows;
    }
  }

  #open(): Iterable<Batch> | AsyncIterable<Batch> {
    const batches = this.#batches;
    if (typeof batches === 'function') {
      const made = batches();
      if (typeof made === 'object' && (Array.isArray(made) || isBatches(made))) return made;
      refuse(TypeError, 'dataset', 'a function that returns an iterable of batches', `one that returns ${show(made)}`);
    }
    if (this.#consumed && 'next' in batches) {
      const advice = 'pass the generator function itself, or train for one epoch';
      refuse(TypeError, 'dataset', 'batches for another pass', `a generator that has been read (${advice})`);
    }
    this.#consumed = true;
    return batches;
  }
}
