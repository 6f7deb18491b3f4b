// Messages between a pool and its workers: plain data.
import { isPlain, show } from '../core/checks.js';
import {
  DisposedError,
  DTypeError,
  FormatError,
  NonFiniteError,
  NotInitializedError,
  OutOfMemoryError,
  ShapeError,
  WorkerError,
  refuse,
  type NonFinitePosition,
} from '../core/errors.js';
import type { DatasetParts } from '../data/dataset.js';
import { Table, type TableParts } from '../data/table/table.js';
import type { EpochReport, Search, Splitting, TrialResult, TrialTask } from './executor.js';

/** An error as plain data, because a structured clone would lose its class. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly position?: NonFinitePosition;
}

/** Data of a search, and how they are divided. */
export type SearchData = Pick<Search, 'data' | keyof Splitting>;

/** A search without its functions, which every worker imports from the user's module. */
export interface SearchParts extends Splitting {
  readonly data: DatasetParts | TableParts;
}

export type ToWorker =
  /** The module with the trials, for workers that the pool started. */
  | { readonly kind: 'load'; readonly url: string }
  | { readonly kind: 'search'; readonly search: SearchParts }
  | { readonly kind: 'task'; readonly task: TrialTask };

export type FromWorker =
  /** The worker has loaded its module and is ready for tasks. */
  | { readonly kind: 'loaded' }
  /** The worker could not load its module. */
  | { readonly kind: 'unusable'; readonly error: PackedError }
  | { readonly kind: 'report'; readonly report: EpochReport }
  | { readonly kind: 'result'; readonly result: TrialResult }
  | { readonly kind: 'failed'; readonly error: PackedError };

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  DisposedError,
  DTypeError,
  FormatError,
  NotInitializedError,
  OutOfMemoryError,
  RangeError,
  ShapeError,
  TypeError,
  WorkerError,
};

/**
 * An error as plain data.
 *
 * @example
 * ```ts
 * import { packError } from 'wasmgrad/selection';
 * console.log(packError(new RangeError('too much'))); // { name: 'RangeError', message: 'too much' }
 * ```
 */
export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: show(error) };
  const { name, message } = error;
  if (!(error instanceof NonFiniteError) || error.epoch === undefined || error.batch === undefined)
    return { name, message };
  return { name, message, position: { epoch: error.epoch, batch: error.batch, lastLoss: error.lastLoss } };
}

/**
 * The error that was packed, of its original class if that is one of the library's, else a plain error with its name.
 *
 * @throws TypeError for other things than packed errors
 * @example
 * ```ts
 * import { packError, unpackError } from 'wasmgrad/selection';
 * console.log(unpackError(packError(new RangeError('too much'))) instanceof RangeError); // true
 * ```
 */
export function unpackError(packed: PackedError): Error {
  const given: unknown = packed;
  if (!isPlain(given) || typeof given['name'] !== 'string' || typeof given['message'] !== 'string')
    refuse(TypeError, 'unpackError', 'an error made by packError', show(given));
  const { name, message, position } = packed;
  if (name === 'NonFiniteError') return new NonFiniteError(message, position);
  const Class = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (Class) return new Class(message);
  const error = new Error(message);
  error.name = name;
  return error;
}

/** `slice` copies, because cloning a view would send its whole buffer. */
export function partsOf({ data, caller, k, seed, stratified, timeOrdered, holdOut }: SearchData): SearchParts {
  const optional = { ...(caller !== undefined && { caller }), ...(holdOut !== undefined && { holdOut }) };
  const splitting = { k, seed, stratified, timeOrdered, ...optional };
  if (data instanceof Table) return { data: data.parts, ...splitting };
  const { size, x, xShape, y, yShape, lengths, inputs, targets, form, weights, weightParts } = data;
  const copies = { x: x.slice(), y: y?.slice(), lengths: lengths?.slice(), weights: weights?.slice() };
  return { data: { size, xShape, yShape, inputs, targets, form, weightParts, ...copies }, ...splitting };
}
