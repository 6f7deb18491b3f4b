/** Sums over rows, of the loss and each metric. */
export interface RunningMean {
  readonly sums: readonly number[];
  readonly rows: number;
}

/** The sums with what a batch of so many rows gave. */
export function withBatch({ sums, rows: before }: RunningMean, values: readonly number[], rows: number): RunningMean {
  return { sums: values.map((value, i) => (sums[i] ?? 0) + rows * value), rows: before + rows };
}

/** Row-weighted means. */
export function meansOf({ sums, rows }: RunningMean): number[] {
  return sums.map((sum) => sum / rows);
}
