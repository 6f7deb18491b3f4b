import type { Evaluation } from '../models/index.js';

/** The loss and the value of each metric, by name. */
export type Scores = Evaluation;

function reduce(scores: readonly Scores[], statistic: (values: readonly number[]) => number): Scores {
  const [first] = scores;
  const { loss, ...rest } = first ?? { loss: NaN };
  const of = (name: string): number => statistic(scores.map((fold) => fold[name] ?? NaN));
  return {
    loss: first ? of('loss') : loss,
    ...Object.fromEntries(Object.keys(rest).map((name) => [name, of(name)])),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of every score over the folds. */
export function meanScores(scores: readonly Scores[]): Scores {
  return reduce(scores, meanOf);
}

/** The standard deviation of every score over the folds: sqrt(mean (s - mean s)^2), as NumPy and scikit-learn. */
export function deviations(scores: readonly Scores[]): Scores {
  return reduce(scores, (values) => {
    const mean = meanOf(values);
    return Math.sqrt(meanOf(values.map((value) => (value - mean) * (value - mean))));
  });
}
