/** What is known at the end of a batch. */
export interface BatchLog {
  /** From 1. */
  readonly epoch: number;
  /** From 1, within the epoch. */
  readonly batch: number;
  readonly loss: number;
  /** Rows of this batch. */
  readonly rows: number;
}

/** What is known at the end of an epoch. */
export interface EpochLog {
  /** From 1. */
  readonly epoch: number;
  /** Row-weighted mean of the batch losses, penalties included. */
  readonly loss: number;
  readonly valLoss?: number;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** Wall time of the epoch, validation included. */
  readonly seconds: number;
  /** Training rows a second, validation time left out. */
  readonly samplesPerSecond: number;
  /** Metrics by name, on validation data with `val` before the capitalised name. */
  readonly [metric: string]: number | undefined;
}

/** How training went. */
export interface History {
  /** One log an epoch that was completed. */
  readonly epochs: readonly EpochLog[];
  readonly stopped: 'completed' | 'earlyStopping' | 'aborted';
}
