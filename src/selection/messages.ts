// Messages between a pool and its workers: plain data.
import {
  DisposedError,
  DTypeError,
  FormatError,
  NonFiniteError,
  NotInitializedError,
  OutOfMemoryError,
  ShapeError,
  type NonFinitePosition,
} from '../core/errors.js';
import type { DatasetParts } from '../data/dataset.js';
import type { Search, TrialTask } from './executor.js';
import type { Scores } from './scores.js';

/** An error as plain data, because a structured clone would lose its class. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly position?: NonFinitePosition;
}

/** A search without its functions, which every worker imports from the user's module. */
export interface PackedSearch extends Pick<Search, 'k' | 'seed' | 'stratified'> {
  readonly data: DatasetParts;
}

export type ToWorker =
  /** The module with the trials, for workers that the pool started. */
  | { readonly kind: 'load'; readonly url: string }
  | { readonly kind: 'search'; readonly search: PackedSearch }
  | { readonly kind: 'task'; readonly task: TrialTask };

export type FromWorker =
  /** The worker has loaded its module and is ready for tasks. */
  | { readonly kind: 'loaded' }
  /** The worker could not load its module. */
  | { readonly kind: 'unusable'; readonly error: PackedError }
  | { readonly kind: 'scores'; readonly scores: Scores }
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
};

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  if (!(error instanceof NonFiniteError) || error.epoch === undefined || error.batch === undefined)
    return { name, message };
  return { name, message, position: { epoch: error.epoch, batch: error.batch, lastLoss: error.lastLoss } };
}

/** The error, of its original class if that is one of the library's, else a plain error. */
export function unpackError({ name, message, position }: PackedError): Error {
  if (name === 'NonFiniteError') return new NonFiniteError(message, position);
  const Class = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (Class) return new Class(message);
  const error = new Error(message);
  error.name = name;
  return error;
}

/** `slice` copies, because cloning a view would send its whole buffer. */
export function packSearch({ data, k, seed, stratified }: Search): PackedSearch {
  const { size, x, xShape, y, yShape, lengths, inputs, targets, weights, weightParts } = data;
  const copies = { x: x.slice(), y: y?.slice(), lengths: lengths?.slice(), weights: weights?.slice() };
  return {
    data: { size, xShape, yShape, inputs, targets, weightParts, ...copies },
    k,
    seed,
    stratified,
  };
}
