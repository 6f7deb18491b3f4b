// What `fit` and its training worker tell each other: plain data. The worker has a copy of linear memory, with the recorded
// programs, and the rows; all it does is to write cells, to read cells, and to run programs on rows. Everything that is
// decided, counted, logged or shown stays with `fit`. Numbers of 4 bytes travel as whole numbers, bit by bit.
import type { ProgramImage } from '../../runtime/program.js';
import type { Blueprint } from '../../runtime/state.js';

/** Cells of linear memory, of 4 bytes each: the first, and how many. */
export type Region = readonly [at: number, count: number];

/** A recorded step or evaluation of a batch of so many rows, by its place in linear memory. */
export interface BatchImage extends ProgramImage {
  readonly rows: number;
  /** The cells that inputs, targets and lengths are written to. */
  readonly targets: readonly number[];
  /** The loss, then one value a metric. */
  readonly results: Region;
}

/** Rows, and the programs for batches of them. */
export interface RowSet {
  /** Inputs, targets and lengths; where memory cannot be shared, only how many numbers there are. */
  readonly values: readonly (Int32Array | number)[];
  /** Numbers a row has of each. */
  readonly widths: readonly number[];
  readonly programs: readonly BatchImage[];
}

export interface Setup extends Blueprint {
  readonly kind: 'setup';
  /** Bytes of linear memory, as many as the caller's, so that every address holds here too. */
  readonly bytes: number;
  /** For training, and for validation. */
  readonly sets: readonly RowSet[];
  /** A cell that becomes 1 when no further batch is to be run, where memory can be shared; else a message says so. */
  readonly abort: Int32Array | undefined;
}

/** Cells of linear memory (target 0), or of one of the arrays of the sets, counted through from 1. */
export interface Write {
  readonly kind: 'write';
  readonly target: number;
  readonly at: number;
  readonly cells: Int32Array<ArrayBuffer>;
}

/** What memory holds is sent back. */
export interface Read {
  readonly kind: 'read';
  readonly regions: readonly Region[];
}

/** Batches of a set are run. */
export interface Run {
  readonly kind: 'run';
  readonly set: number;
  /** Numbers of the rows. */
  readonly order: Uint32Array;
  readonly batchSize: number;
  /** Cells of 8 bytes, and what is written to them for each batch; where there is nothing left, the batch fails. */
  readonly cells: { readonly at: readonly number[]; readonly values: Float64Array } | undefined;
}

/** No further batch is run, whatever else is on its way. */
export interface Abort {
  readonly kind: 'abort';
}

export type ToWorker = Setup | Write | Read | Run | Abort;

export type FromWorker =
  | { readonly kind: 'state'; readonly state: readonly Int32Array[] }
  /** One after the other; of fewer batches after an abort, or when one gave no finite loss or could not be run: it has changed nothing. */
  | { readonly kind: 'results'; readonly results: Float32Array; readonly seconds: number };
