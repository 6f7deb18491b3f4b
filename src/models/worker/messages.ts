// What `fit` and its training worker tell each other: plain data. The worker has the recorded programs and the rows;
// everything that is decided, logged or shown stays with `fit`.
import type { StateLayout } from '../../optimizers/optimizer.js';

/** Bytes of linear memory: where, and how many. */
export type Region = readonly [address: number, bytes: number];

/** A recorded step or evaluation of a batch of so many rows, by addresses in linear memory. */
export interface BatchImage {
  readonly rows: number;
  /** The records, and the nanoseconds of them that threads may share. */
  readonly pointer: number;
  readonly end: number;
  readonly sharedWork: number;
  /** Inputs, targets, and the valid steps if there are any: address and number of elements. */
  readonly x: Region;
  readonly y: Region;
  readonly lengths: Region | undefined;
  /** Whether targets are written as whole numbers. */
  readonly indices: boolean;
  /** The loss, then one value a metric. */
  readonly results: number;
}

/** An array of a dataset: the values where memory is shared, else how many will follow. */
export type Rows = Float32Array | Int32Array | { readonly whole: boolean; readonly length: number };

export interface DataImage {
  readonly size: number;
  readonly xShape: readonly number[];
  readonly yShape: readonly number[];
  /** x, y, lengths. */
  readonly arrays: readonly (Rows | undefined)[];
}

export interface Setup {
  readonly kind: 'setup';
  readonly modules: readonly WebAssembly.Module[];
  /** Linear memory as large as the caller's, so that every address holds here too. */
  readonly bytes: number;
  readonly shared: boolean;
  readonly threads: number;
  readonly cores: number;
  readonly workspace: number;
  readonly workspaceBytes: number;
  /** What training changes, weights first: sent back, in this order, as one run of bytes. */
  readonly state: readonly Region[];
  /** What the caller may change between batches it hears of and between epochs. */
  readonly weights: readonly Region[];
  readonly layout: StateLayout;
  readonly steps: readonly BatchImage[];
  readonly evaluations: readonly BatchImage[];
  readonly data: DataImage;
  readonly validation: DataImage | undefined;
  readonly batchSize: number;
  readonly validationRows: number;
  readonly shuffle: boolean;
  readonly seed: readonly [number, number];
  readonly metrics: number;
  /** Whether a batch is told and an answer waited for, and whether the state goes with it. */
  readonly hear: 'nothing' | 'batches' | 'states';
  /** A cell that becomes 1 when training is to end, where memory can be shared; else a message says so. */
  readonly abort: Int32Array | undefined;
}

/** Contents of linear memory, or of an array of a dataset. */
export interface Fill {
  readonly kind: 'fill';
  /** 0: linear memory; then x, y, lengths of the training data and of the validation data. */
  readonly target: number;
  /** In bytes. */
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where an epoch stands. */
export interface Standing {
  /** Batches done. */
  readonly batch: number;
  /** Steps of the whole training done. */
  readonly steps: number;
  /** Of the running means. */
  readonly sums: readonly number[];
  readonly rows: number;
  readonly lastLoss: number | undefined;
}

export interface EpochOrder extends Standing {
  readonly kind: 'epoch';
  /** From 0. */
  readonly epoch: number;
  /** Learning rates of the steps to come, when they change. */
  readonly rates: Float64Array | undefined;
  readonly weights: Uint8Array<ArrayBuffer>;
}

export type ToWorker =
  | Setup
  | Fill
  | EpochOrder
  /** The answer to a batch report; with the weights when `hear` is 'states'. */
  | { readonly kind: 'continue'; readonly weights: Uint8Array<ArrayBuffer> | undefined }
  | { readonly kind: 'abort' };

export type FromWorker =
  /** Now and then, so that a bar can move. */
  | ({ readonly kind: 'progress' } & Standing)
  /** After a batch, when somebody listens; an answer is waited for. */
  | ({ readonly kind: 'batch'; readonly batchRows: number; readonly state: Uint8Array | undefined } & Standing)
  | EpochReport;

export interface EpochReport extends Standing {
  readonly kind: 'epoch';
  /** `'failed'`: the batch after `batch` gave no finite loss, or could not be run; nothing has changed by it. */
  readonly outcome: 'done' | 'aborted' | 'failed';
  /** Seconds spent on training. */
  readonly seconds: number;
  /** Means of loss and metrics on the validation data. */
  readonly validation: readonly number[] | undefined;
  readonly state: Uint8Array;
}
