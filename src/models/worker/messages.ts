// The messages between `fit` and its training worker: plain data. The worker has a copy of linear memory, with the recorded
// programs, and the rows; it writes cells, reads cells, and runs programs on rows. Everything that is decided, counted,
// logged or shown stays with `fit`. Numbers of 4 bytes are sent as whole numbers, so that no bit changes.
import type { ProgramLocation } from '../../runtime/program.js';
import type { Blueprint } from '../../runtime/state.js';

/** Cells of linear memory, of 4 bytes each: the first, and how many. */
export type Region = readonly [at: number, count: number];

/** A recorded step or evaluation for batches of `rows` rows, by its place in linear memory. */
export interface BatchProgramCopy extends ProgramLocation {
  readonly rows: number;
  /** The cells that inputs, targets and lengths are written to. */
  readonly targets: readonly number[];
  /** The loss, then one value a metric. */
  readonly results: Region;
}

/** Rows, and the programs for batches of them. */
export interface RowSet {
  /** Inputs, targets and lengths; where memory cannot be shared, only the number of values. */
  readonly values: readonly (Int32Array | number)[];
  /** Values per row in each array. */
  readonly widths: readonly number[];
  readonly programs: readonly BatchProgramCopy[];
}

export interface Setup extends Blueprint {
  readonly kind: 'setup';
  /** Bytes of linear memory: as many as the caller has, so that addresses are the same here. */
  readonly bytes: number;
  /** For training, and for validation. */
  readonly sets: readonly RowSet[];
  /** A cell that becomes 1 when no further batch is to be run; undefined where memory cannot be shared and a message says so. */
  readonly abort: Int32Array | undefined;
}

/** Write cells of linear memory (target 0), or of an array: all arrays of all sets are numbered from 1. */
export interface Write {
  readonly kind: 'write';
  readonly target: number;
  readonly at: number;
  readonly cells: Int32Array<ArrayBuffer>;
}

/** Send back what memory holds. */
export interface Read {
  readonly kind: 'read';
  readonly regions: readonly Region[];
}

/** Run batches of a set. */
export interface Run {
  readonly kind: 'run';
  readonly set: number;
  /** Numbers of the rows. */
  readonly order: Uint32Array;
  readonly batchSize: number;
  /** Cells of 8 bytes, and the values to write to them before each batch; if the values run out, that batch fails. */
  readonly cells: { readonly at: readonly number[]; readonly values: Float64Array } | undefined;
}

/** Run no further batch, whatever other messages are waiting. */
export interface Abort {
  readonly kind: 'abort';
}

export type ToWorker = Setup | Write | Read | Run | Abort;

export type FromWorker =
  | { readonly kind: 'state'; readonly state: readonly Int32Array[] }
  /** Batch after batch; fewer batches after an abort, or when one had no finite loss or could not be run: that one changed nothing. */
  | { readonly kind: 'results'; readonly results: Float32Array; readonly seconds: number };
