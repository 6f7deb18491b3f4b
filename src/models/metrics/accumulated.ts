/**
 * A custom metric that is counted over all batches of a pass. Its functions run outside the recorded step, on this
 * thread, with plain arrays.
 */
export interface AccumulatedMetric {
  /** Its name in logs. */
  readonly name: string;
  /** The state before the first batch: plain data (numbers, arrays, objects), which snapshots copy. */
  init(): unknown;
  /**
   * The state after a batch; it may be the same object.
   *
   * @param prediction all values of the batch, row-major, as `predict` gives them
   * @param target as many values, or fewer where they are class indices
   * @param weights undefined if all count alike; else one for each row, or for each step of sequences, where those past
   *   a sequence's length have weight 0 (and prediction and target 0)
   */
  update(state: unknown, prediction: Float32Array, target: Float32Array, weights: Float32Array | undefined): unknown;
  /** The value of a state. */
  result(state: unknown): number;
}

/** A metric of the library, for an output whose last axis has size K. */
export type Reducer = Omit<AccumulatedMetric, 'name'>;

/** A reducer that may take, instead of predictions, what `rankRows` writes: found and right class, and rank of the latter. */
export interface Counting extends Reducer {
  readonly ranks?: boolean;
}

/**
 * Adds a position (a row, or a step of a sequence) of weight `w`. Its prediction begins at `p[at]`. Its target begins at
 * `t[at]`, or is the class `t[label]` if `label` is not -1.
 */
type Visit = (state: number[], p: Float32Array, t: Float32Array, at: number, label: number, w: number) => void;

/** A metric whose state begins with `size` zeros. Its value is that of all positions, whatever the batches were. */
export function reducer(K: number, size: number, visit: Visit, result: (state: number[]) => number): Reducer {
  return {
    init: () => new Array<number>(size).fill(0),
    update(state: number[], p, t, weights) {
      const count = p.length / K;
      for (let i = 0; i < count; i++) {
        const w = weights ? weights[weights.length === count ? i : Math.floor((i * weights.length) / count)]! : 1;
        if (w > 0) visit(state, p, t, i * K, t.length < p.length ? i : -1, w);
      }
      return state;
    },
    result,
  };
}
