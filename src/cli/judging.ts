// What a network says of rows, as an outcome.
import type { Dataset, Preprocessing } from '../data/index.js';
import { numbersOf } from './numbers.js';
import type { Model } from '../models/index.js';
import { largest, type Outcome } from './outcome.js';

/** Class indices, or numbers in the unit of the table. */
function truthOf({ y }: Dataset, preprocessing: Preprocessing): number[] {
  const values = Array.from(y ?? []);
  return preprocessing.classes ? values : numbersOf(preprocessing, values);
}

/** The most frequent class, or the mean. */
export function guessFor(truth: readonly number[], classes: number | undefined): number {
  if (classes === undefined) return truth.reduce((sum, value) => sum + value / truth.length, 0);
  const counts = Array.from({ length: classes }, () => 0);
  for (const k of truth) counts[k] = (counts[k] ?? 0) + 1;
  return largest(counts);
}

/** Probabilities of all classes, row by row; a single output is that of the second of two classes. */
export function probabilitiesOf(outputs: ArrayLike<number>, rows: number): number[][] {
  const width = outputs.length / Math.max(1, rows);
  return Array.from({ length: rows }, (_, row) => {
    const own = Array.from({ length: width }, (__, k) => outputs[row * width + k] ?? NaN);
    return width === 1 ? [1 - (own[0] ?? NaN), own[0] ?? NaN] : own;
  });
}

/** An outcome from outputs of the model. `guess`: the class or number of a guess without inputs. */
export function outcomeOf(
  outputs: ArrayLike<number>,
  truth: readonly number[],
  preprocessing: Preprocessing,
  guess: number,
): Outcome {
  const guessed = truth.map(() => guess);
  const { classes } = preprocessing;
  if (!classes) return { truth, predicted: numbersOf(preprocessing, Array.from(outputs)), guessed };
  return { classes: classes.map(String), truth, probabilities: probabilitiesOf(outputs, truth.length), guessed };
}

/** What a model that was trained on some rows says of others. */
export function judge(model: Model, preprocessing: Preprocessing, train: Dataset, test: Dataset): Outcome {
  const output = model.predict(test.x);
  try {
    const guess = guessFor(truthOf(train, preprocessing), preprocessing.classes?.length);
    return outcomeOf(output.data(), truthOf(test, preprocessing), preprocessing, guess);
  } finally {
    output.dispose();
  }
}
