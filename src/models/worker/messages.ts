// The messages between `fit` and its training worker: plain data. The worker has a copy of linear memory, with the
// recorded programs, and the rows; it writes cells, reads cells, and runs programs on rows. All decisions, counts, logs
// and output stay with `fit`. Numbers of 4 bytes are sent as integers, so that no bit changes.
import type { ProgramLocation } from '../../runtime/program.js';
import type { Blueprint } from '../../runtime/state.js';

/** Cells of linear memory, of 4 bytes each: number of the first, and their count. */
export type Region = readonly [at: number, count: number];

/** A recorded step or evaluation for batches of `rows` rows, by its location in linear memory. */
export interface BatchProgramCopy extends Omit<ProgramLocation, 'retained'> {
  readonly rows: number;
  /** The first cells of inputs, targets, lengths and weights. */
  readonly targets: readonly number[];
  /** The loss, then one value a metric, then what is gathered for metrics. */
  readonly results: Region;
}

/** Rows, and the programs for batches of them. */
export interface RowSet {
  /** Inputs, targets, lengths and weights. Where memory cannot be shared, only their number of values. */
  readonly values: readonly (Int32Array | number)[];
  /** Values per row in each array. */
  readonly widths: readonly number[];
  readonly programs: readonly BatchProgramCopy[];
}

export interface Setup extends Blueprint {
  readonly kind: 'setup';
  /** Bytes of linear memory: as many as the caller has, so that addresses are the same. */
  readonly bytes: number;
  /** For training, and for validation. */
  readonly sets: readonly RowSet[];
  /** A cell that becomes 1 to abort. Undefined where memory cannot be shared; then a message aborts. */
  readonly abort: Int32Array | undefined;
}

/** Cells to write to linear memory (target 0), or to an array: all arrays of all sets are numbered from 1. */
export interface Write {
  readonly target?: number;
  readonly at: number;
  readonly cells: Int32Array<ArrayBuffer>;
}

export interface Writing {
  readonly kind: 'write';
  readonly writes: readonly Write[];
}

/** Send back contents of memory. */
export interface Read {
  readonly kind: 'read';
  readonly regions: readonly Region[];
}

/** Run batches of a set, or one whose rows are among the writes. */
export interface Run {
  readonly kind: 'run';
  /** To do before. */
  readonly writes?: readonly Write[];
  readonly set?: number;
  /** Without a set. */
  readonly program?: BatchProgramCopy;
  /** Numbers of the rows. */
  readonly order: Uint32Array;
  readonly batchSize: number;
  /** Cells of 8 bytes, and the values to write to them before each batch; if the values run out, that batch fails. */
  readonly cells: { readonly at: readonly number[]; readonly values: Float64Array } | undefined;
}

/** Run no further batch, even if other messages are waiting. */
export interface Abort {
  readonly kind: 'abort';
}

export type ToWorker = Setup | Writing | Read | Run | Abort;

export type FromWorker =
  | { readonly kind: 'state'; readonly state: readonly Int32Array[] }
  /**
   * Results of one batch after the other. There are fewer after an abort, or when a batch had no finite loss or could
   * not be run; that batch changed nothing.
   */
  | { readonly kind: 'results'; readonly results: Float32Array; readonly seconds: number };
