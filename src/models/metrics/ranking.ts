// Metrics of a ranking by score, from all thresholds at once. Equal scores are one threshold, as in scikit-learn.

/**
 * What a threshold adds to the sum: `tp` and `fp` are the weights of the positives and negatives with this score,
 * `positive` and `negative` of those with higher ones.
 */
type Step = (tp: number, fp: number, positive: number, negative: number) => number;

/** A sum over the thresholds. `whole`: what it is divided by, from the weights of all positives and negatives. */
export interface Ranking {
  readonly step: Step;
  readonly whole: (positive: number, negative: number) => number;
}

/** The area under the ROC curve: the share of pairs of a positive and a negative that are in the right order. */
export const area: Ranking = {
  step: (tp, fp, positive) => fp * (positive + tp / 2),
  whole: (positive, negative) => positive * negative,
};

/** The precision at every threshold, weighted by the recall that it adds. */
export const averagePrecision: Ranking = {
  step: (tp, fp, positive, negative) => tp && (tp * (positive + tp)) / (positive + tp + negative + fp),
  whole: (positive) => positive,
};

/** Above this, a number of rows times a float's bits is no longer a whole number in f64. */
const MANY = 2 ** 21;

/** Positions of the triples of a column, by descending score. Sorting numbers takes a fifth of sorting by a function. */
function descending(state: readonly number[], K: number, column: number): Uint32Array {
  const rows = state.length / (3 * K);
  const order = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) order[i] = 3 * (i * K + column);
  if (rows > MANY) return order.sort((a, b) => state[b]! - state[a]!);
  const score = new Float32Array(1);
  const bits = new Int32Array(score.buffer);
  const keys = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    score[0] = state[order[i]!]! + 0; // -0 and 0 are equal
    keys[i] = i - rows * (bits[0]! ^ ((bits[0]! >> 31) >>> 1)); // bits in the order of floats
  }
  keys.sort();
  for (let i = 0; i < rows; i++) order[i] = 3 * ((keys[i]! - rows * Math.floor(keys[i]! / rows)) * K + column);
  return order;
}

/** The value of a column of triples score, truth and weight; NaN where it is undefined. */
function valueOf(state: readonly number[], K: number, column: number, { step, whole }: Ranking): number {
  const order = descending(state, K, column);
  let [sum, positive, negative] = [0, 0, 0];
  for (let i = 0; i < order.length;) {
    const score = state[order[i]!];
    let [tp, fp] = [0, 0];
    do {
      const at = order[i++]!;
      if (state[at + 1]) tp += state[at + 2]!;
      else fp += state[at + 2]!;
    } while (state[order[i] ?? -1] === score);
    sum += step(tp, fp, positive, negative);
    positive += tp;
    negative += fp;
  }
  return sum / whole(positive, negative);
}

/** The mean over the columns that have positives and, where it matters, negatives; NaN if there is none. */
export function overColumns(state: readonly number[], K: number, ranking: Ranking): number {
  let [sum, columns] = [0, 0];
  for (let k = 0; k < K; k++) {
    const value = valueOf(state, K, k, ranking);
    if (value !== value) continue;
    sum += value;
    columns++;
  }
  return sum / columns;
}
