// What a pool of workers and its workers tell each other: plain data.
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

/** An error as data: structured clones would lose its class. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly position?: NonFinitePosition;
}

/** A search without its functions, which every worker gets from the module it imports. */
export interface PackedSearch extends Pick<Search, 'k' | 'seed' | 'stratified'> {
  readonly data: DatasetParts;
}

export type ToWorker =
  /** The module with the trials, for workers that the pool has started itself. */
  | { readonly kind: 'load'; readonly url: string }
  | { readonly kind: 'search'; readonly search: PackedSearch }
  | { readonly kind: 'task'; readonly task: TrialTask };

export type FromWorker =
  /** The worker has loaded its module and takes the search. */
  | { readonly kind: 'loaded' }
  /** It could not. */
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

/** The error again, of its class if that is one of the library's or a plain one. */
export function unpackError({ name, message, position }: PackedError): Error {
  if (name === 'NonFiniteError') return new NonFiniteError(message, position);
  const Class = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (Class) return new Class(message);
  const error = new Error(message);
  error.name = name;
  return error;
}

/** `slice` copies: cloning the view of a part would send all of what it looks at. */
export function packSearch({ data, k, seed, stratified }: Search): PackedSearch {
  const { size, x, xShape, y, yShape, lengths, inputs, targets } = data;
  return {
    data: { size, x: x.slice(), xShape, y: y?.slice(), yShape, lengths: lengths?.slice(), inputs, targets },
    k,
    seed,
    stratified,
  };
}
