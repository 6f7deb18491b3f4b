// A search as bytes, and what a worker makes of them.
import { isPlain, show } from '../core/checks.js';
import { FormatError, inNameOf, refuse } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import { sizeOf } from '../core/shapes.js';
import { Dataset, Table } from '../data/index.js';
import type { Search, Splitting } from './executor.js';
import { holdOutFold, partition, type Fold } from './kFold.js';
import { partsOf, type SearchParts } from './messages.js';
import { packed, textOf, unpack } from './packing.js';

/** Data and folds of a search as bytes. */
export interface SharedSearch {
  /** A hash of the contents: searches on the same data and folds have the same key. */
  readonly key: string;
  /** What `openSearch` takes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Data and folds of a search, in a worker. Made by `openSearch`, for `runTask`. */
export class OpenedSearch {
  /** @internal */
  readonly folds: readonly Fold[];
  /** @internal The called function. */
  readonly caller: string;

  /** @internal */
  constructor(folds: readonly Fold[], caller: string) {
    this.folds = folds;
    this.caller = caller;
  }
}

/** The folds of a search, or the only part of a hold-out. */
export function foldsOf(where: string, data: Dataset | Table, { holdOut, k, ...options }: Splitting): readonly Fold[] {
  return holdOut === undefined
    ? partition(where, data, { k, ...options }, 'folds')
    : [holdOutFold(where, data, { ...options, holdOut })];
}

/** @internal The folds from the parts of a search that a pool has sent. */
export function openParts({ data, ...options }: SearchParts): OpenedSearch {
  const { caller = 'gridSearch' } = options;
  return new OpenedSearch(foldsOf(caller, 'columns' in data ? Table.of(data) : Dataset.of(data), options), caller);
}

/** A hash of plain data with typed arrays. */
export function contentHash(where: string, value: unknown): string {
  const { text, arrays } = textOf(where, value);
  return hashOf(text, ...arrays);
}

/**
 * Data and folds of a search as bytes, with a hash of them as the key, under which an executor stores them once and
 * workers keep them. Everything else about a search is in its tasks, and in the module that workers import.
 *
 * @throws TypeError for anything but the search that an executor is started with
 * @example
 * ```ts
 * import { openSearch, packSearch, runTask } from 'wasmgrad/selection';
 * // An executor that runs each task as a worker on another machine does
 * const viaBytes = (trials) => ({
 *   start: (search) => {
 *     const { key, bytes } = packSearch(search);
 *     const opened = openSearch(bytes); // on the other machine, where `key` is not known yet
 *     return { concurrency: 1, run: (task, context) => runTask(trials, opened, task, context), close: () => undefined };
 *   },
 * });
 * console.log(typeof viaBytes); // function
 * ```
 */
export function packSearch(search: Search): SharedSearch {
  const given: unknown = search;
  if (!isPlain(given) || !(given['data'] instanceof Dataset || given['data'] instanceof Table))
    refuse(TypeError, 'packSearch', 'the search that an executor is started with', show(given));
  const parts = partsOf(search);
  return { key: contentHash('packSearch', parts), bytes: packed('packSearch', parts) };
}

/** Whether a row of `width` numbers each is there. */
function hasRows(values: unknown, size: unknown, shape: unknown): boolean {
  if (!(values instanceof Float32Array || values instanceof Int32Array) || !Array.isArray(shape)) return false;
  const sizes = shape.filter((extent): extent is number => Number.isSafeInteger(extent) && extent >= 0);
  return sizes.length === shape.length && values.length === Number(size) * sizeOf(sizes);
}

function isData(data: unknown): boolean {
  if (!isPlain(data) || !Number.isSafeInteger(data['size'])) return false;
  const { size, columns, labels, x, xShape, y, yShape } = data;
  if (columns !== undefined) return Array.isArray(columns) && Array.isArray(labels);
  return hasRows(x, size, xShape) && (y === undefined || hasRows(y, size, yShape));
}

function isSearch(value: unknown): value is SearchParts {
  if (!isPlain(value) || !isData(value['data'])) return false;
  const { caller } = value;
  return caller === undefined || typeof caller === 'string';
}

/**
 * Reads the bytes of `packSearch`. Do it once for each key, since the data are copied.
 *
 * @throws TypeError for other things than bytes; FormatError for other bytes; RangeError for folds that do not fit
 * @example
 * ```ts
 * import { dataset } from 'wasmgrad/data';
 * import { openSearch, packSearch } from 'wasmgrad/selection';
 * const data = dataset([[0], [1], [2]], [[1], [2], [3]]);
 * const { bytes } = packSearch({ data, k: 3, seed: 0, stratified: false, timeOrdered: false });
 * openSearch(bytes);
 * ```
 */
export function openSearch(bytes: Uint8Array): OpenedSearch {
  try {
    const parts = unpack(bytes);
    if (!isSearch(parts)) refuse(FormatError, 'openSearch', 'bytes made by packSearch', show(parts));
    return openParts(parts);
  } catch (error) {
    throw inNameOf('openSearch', error);
  }
}
