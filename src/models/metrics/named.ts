// The library's metrics by name.
import { reducer, type Counting, type Reducer } from './accumulated.js';
import { area, averagePrecision, overColumns, type Ranking } from './ranking.js';

/** What metrics must know of the output. */
export interface Output {
  /** Size of its last axis. */
  readonly K: number;
  /** Prediction above which a single output, or a label of several, is positive. */
  readonly threshold: number;
  /** Whether each of the K columns is a decision of its own, instead of a class among K. */
  readonly isMultiLabel: boolean;
}

type Measure = (output: Output) => Counting;

/** The mean of a term of every position. */
function meanOf(
  K: number,
  term: (p: Float32Array, t: Float32Array, at: number, label: number) => number,
  finish = (mean: number) => mean,
): Reducer {
  const visit: Parameters<typeof reducer>[2] = (state, p, t, at, label, w) => {
    state[0]! += w * term(p, t, at, label);
    state[1]! += w;
  };
  return reducer(K, 2, visit, ([sum = 0, weight = 0]) => finish(sum / weight));
}

/** The mean of a term of every element. */
function elements(K: number, term: (p: number, t: number) => number, finish?: (mean: number) => number): Reducer {
  const row = (p: Float32Array, t: Float32Array, at: number): number => {
    if (K === 1) return term(p[at]!, t[at]!);
    let sum = 0;
    for (let i = at; i < at + K; i++) sum += term(p[i]!, t[i]!);
    return sum / K;
  };
  return meanOf(K, row, finish);
}

/** The share of rows with fewer than k classes before the true one. Of equal scores the first is before. */
export function topK(k: number): Counting {
  return { ...meanOf(3, (p, _, at) => (p[at + 2]! < k ? 1 : 0)), ranks: true };
}

/**
 * tp / (tp + share fp + (1 - share) fn), from the counts of every class: the mean over the classes that occur, or the
 * ratio of the sums. A share of 1 makes the precision, 0 the recall, and a half F1.
 */
function counts(share: number, isMicro: boolean): Measure {
  const ratio = (tp: number, fp: number, fn: number): number => tp / (tp + share * fp + (1 - share) * fn || 1);
  const add = (state: number[], k: number, isFound: boolean, isTrue: boolean, w: number): void => {
    if (isFound || isTrue) state[3 * k + (isFound ? (isTrue ? 0 : 1) : 2)]! += w;
  };
  return ({ K, threshold, isMultiLabel }) => ({
    ranks: !isMultiLabel,
    ...reducer(
      isMultiLabel ? K : 3,
      3 * K,
      (state, p, t, at, _, w) => {
        if (isMultiLabel) for (let k = 0; k < K; k++) add(state, k, p[at + k]! > threshold, t[at + k]! > 0.5, w);
        else {
          const [found, own] = [p[at]!, p[at + 1]!];
          add(state, own, found === own, true, w);
          if (found !== own) add(state, found, true, false, w);
        }
      },
      (state) => {
        const all = [0, 1, 2].map((kind) => state.reduce((sum, count, i) => (i % 3 === kind ? sum + count : sum), 0));
        const groups = isMicro ? all : state;
        let [sum, occurring] = [0, 0];
        for (let i = 0; i < groups.length; i += 3) {
          const [tp = 0, fp = 0, fn = 0] = groups.slice(i, i + 3);
          sum += ratio(tp, fp, fn);
          if (tp + fp + fn > 0) occurring++;
        }
        return sum / (occurring || 1);
      },
    ),
  });
}

/** 1 - (squared errors) / (squared distances from the mean), the mean over the columns; by Welford's updates. */
const r2: Measure = ({ K }) =>
  reducer(
    K,
    4 * K,
    (state, p, t, at, _label, w) => {
      for (let k = 0; k < K; k++) {
        const [i, y] = [4 * k, t[at + k]!];
        const distance = y - state[i + 1]!;
        state[i]! += w;
        state[i + 1]! += (w / state[i]!) * distance;
        state[i + 2]! += w * distance * (y - state[i + 1]!);
        state[i + 3]! += w * (p[at + k]! - y) ** 2;
      }
    },
    (state) => {
      let sum = 0;
      for (let i = 0; i < 4 * K; i += 4) {
        const [, , spread = 0, error = 0] = state.slice(i, i + 4);
        sum += spread > 0 ? 1 - error / spread : error > 0 ? 0 : 1;
      }
      return sum / K;
    },
  );

/** Keeps score, truth and weight of every column. */
const ranked =
  (ranking: Ranking): Measure =>
  ({ K }) =>
    reducer(
      K,
      0,
      (state, p, t, at, label, w) => {
        for (let k = 0; k < K; k++) state.push(p[at + k]!, (label < 0 ? t[at + k]! > 0.5 : t[label] === k) ? 1 : 0, w);
      },
      (state) => overColumns(state, K, ranking),
    );

const squared = (p: number, t: number): number => (p - t) ** 2;

/** Every metric with a name, besides `topK(k)`. */
export const measures = {
  accuracy: (output) =>
    output.isMultiLabel ? elements(output.K, (p, t) => (p > output.threshold === t > 0.5 ? 1 : 0)) : topK(1),
  precision: counts(1, false),
  precisionMicro: counts(1, true),
  recall: counts(0, false),
  recallMicro: counts(0, true),
  f1: counts(0.5, false),
  f1Micro: counts(0.5, true),
  auc: ranked(area),
  prAuc: ranked(averagePrecision),
  r2,
  meanSquaredError: ({ K }) => elements(K, squared),
  rootMeanSquaredError: ({ K }) => elements(K, squared, Math.sqrt),
  meanAbsoluteError: ({ K }) => elements(K, (p, t) => Math.abs(p - t)),
} satisfies Record<string, Measure>;
