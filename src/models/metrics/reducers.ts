// How the library's metrics are counted: a state of numbers, which every position (a row, or a step of a sequence)
// changes, and the value that follows from it. The value is that of all positions at once, whatever the batches were.
import { area, averagePrecision, overColumns, type Ranking } from './ranking.js';

type Values = Float32Array;

/** What a metric counts at one position of the predictions. */
export interface Reducer {
  /** Number of zeros with which the state begins. */
  readonly size: number;
  /**
   * Adds a position of weight `w`, whose prediction begins at `v[p]`. Its target is the class `c`, or begins at `v[t]`
   * if `c` is -1.
   */
  readonly add: (state: number[], v: Values, p: number, t: number, c: number, w: number) => void;
  readonly result: (state: readonly number[]) => number;
}

/** What reducers must know of the output. */
export interface Output {
  /** Size of the prediction's last axis. */
  readonly K: number;
  /** Prediction above which a single output, or a label of several, is positive. */
  readonly threshold: number;
  /** Whether each of the K columns is a decision of its own, instead of a class among K. */
  readonly isMultiLabel: boolean;
}

/** Position of the largest of K values, the first of equals. */
function best(v: Values, at: number, K: number): number {
  let found = 0;
  for (let k = 1; k < K; k++) if (v[at + k]! > v[at + found]!) found = k;
  return found;
}

type Term = (v: Values, p: number, t: number, c: number) => number;

/** The mean of a term. */
function meanOf(term: Term, finish = (mean: number) => mean): Reducer {
  return {
    size: 2,
    add(state, v, p, t, c, w) {
      state[0]! += w * term(v, p, t, c);
      state[1]! += w;
    },
    result: ([sum = 0, weight = 0]) => finish(sum / weight),
  };
}

/** The mean over the last axis. */
function elements(K: number, term: (prediction: number, target: number) => number): Term {
  return (v, p, t) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += term(v[p + k]!, v[t + k]!);
    return sum / K;
  };
}

/** 1 if fewer than `top` classes are before the true one. Of equal scores the first is before; NaN is before all. */
function within(K: number, top: number): Term {
  return (v, p, t, c) => {
    const own = c < 0 ? best(v, t, K) : c;
    const score = v[p + own]!;
    let before = 0;
    for (let k = 0; k < K; k++) if (k !== own && !(k < own ? v[p + k]! < score : v[p + k]! <= score)) before++;
    return before < top && score === score ? 1 : 0;
  };
}

type Ratio = (tp: number, fp: number, fn: number) => number;

const ratios = {
  precision: (tp, fp) => tp / (tp + fp || 1),
  recall: (tp, _fp, fn) => tp / (tp + fn || 1),
  f1: (tp, fp, fn) => (2 * tp) / (2 * tp + fp + fn || 1),
} satisfies Record<string, Ratio>;

/** A ratio of the counts of each class: its mean over the classes that occurred, or with `isMicro` that of the sums. */
function counts(ratio: Ratio, isMicro: boolean, { K, threshold, isMultiLabel }: Output): Reducer {
  return {
    size: 3 * K,
    add(state, v, p, t, c, w) {
      if (isMultiLabel)
        for (let k = 0; k < K; k++) {
          const [isFound, isTrue] = [v[p + k]! > threshold, v[t + k]! > 0.5];
          if (isFound || isTrue) state[3 * k + (isFound ? (isTrue ? 0 : 1) : 2)]! += w;
        }
      else {
        const [found, own] = [best(v, p, K), c < 0 ? best(v, t, K) : c];
        state[3 * found + (found === own ? 0 : 1)]! += w;
        if (found !== own) state[3 * own + 2]! += w;
      }
    },
    result(state) {
      let [sum, classes] = [0, 0];
      const all: [number, number, number] = [0, 0, 0];
      for (let k = 0; k < 3 * K; k += 3) {
        const [tp = 0, fp = 0, fn = 0] = state.slice(k, k + 3);
        sum += ratio(tp, fp, fn);
        if (tp + fp + fn > 0) classes++;
        all[0] += tp;
        all[1] += fp;
        all[2] += fn;
      }
      return isMicro ? ratio(...all) : sum / (classes || 1);
    },
  };
}

/** 1 - (sum of squared errors) / (sum of squares around the mean), averaged over the columns; by Welford's updates. */
function r2({ K }: Output): Reducer {
  return {
    size: 4 * K,
    add(state, v, p, t, _c, w) {
      for (let k = 0; k < K; k++) {
        const [at, y] = [4 * k, v[t + k]!];
        const error = v[p + k]! - y;
        const distance = y - state[at + 1]!;
        state[at]! += w;
        state[at + 1]! += (w / state[at]!) * distance;
        state[at + 2]! += w * distance * (y - state[at + 1]!);
        state[at + 3]! += w * error * error;
      }
    },
    result(state) {
      let sum = 0;
      for (let at = 2; at < 4 * K; at += 4) {
        const [spread = 0, error = 0] = state.slice(at);
        sum += spread > 0 ? 1 - error / spread : error > 0 ? 0 : 1;
      }
      return sum / K;
    },
  };
}

/** Keeps score, truth and weight of every column. */
function ranked(measure: Ranking, { K }: Output): Reducer {
  return {
    size: 0,
    add(state, v, p, t, c, w) {
      for (let k = 0; k < K; k++) state.push(v[p + k]!, (c < 0 ? v[t + k]! > 0.5 : c === k) ? 1 : 0, w);
    },
    result: (state) => overColumns(state, K, measure),
  };
}

const squared = (prediction: number, target: number): number => (prediction - target) ** 2;

/** The library's metrics by name, besides `topK(k)`. */
export const reducers = {
  accuracy(output) {
    const { K, threshold, isMultiLabel } = output;
    return meanOf(isMultiLabel ? elements(K, (p, t) => (p > threshold === t > 0.5 ? 1 : 0)) : within(K, 1));
  },
  precision: (output) => counts(ratios.precision, false, output),
  precisionMicro: (output) => counts(ratios.precision, true, output),
  recall: (output) => counts(ratios.recall, false, output),
  recallMicro: (output) => counts(ratios.recall, true, output),
  f1: (output) => counts(ratios.f1, false, output),
  f1Micro: (output) => counts(ratios.f1, true, output),
  auc: (output) => ranked(area, output),
  prAuc: (output) => ranked(averagePrecision, output),
  r2,
  meanSquaredError: ({ K }) => meanOf(elements(K, squared)),
  rootMeanSquaredError: ({ K }) => meanOf(elements(K, squared), Math.sqrt),
  meanAbsoluteError: ({ K }) => meanOf(elements(K, (p, t) => Math.abs(p - t))),
} satisfies Record<string, (output: Output) => Reducer>;

/** Whether the true class is among the k of the largest scores. */
export function topK(k: number, { K }: Output): Reducer {
  return meanOf(within(K, k));
}
