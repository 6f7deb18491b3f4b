import { callable, isPlain, knownOptions } from '../core/checks.js';
import { inNameOf } from '../core/errors.js';
import type { Dataset, Table } from '../data/index.js';
import { checkSettings } from '../models/fitOptions.js';
import type { History, Model } from '../models/index.js';
import { partition, type KFoldOptions } from './kFold.js';
import { scoreFold, type BuildContext, type FoldFitOptions } from './scoreFold.js';
import { deviations, meanScores, type Scores } from './scores.js';

/** Options of `kFold` and of `fit`. */
export interface CrossValidateOptions extends KFoldOptions, Omit<FoldFitOptions, 'seed'> {}

export interface CrossValidation {
  /** Loss and metrics on each fold's test rows. */
  readonly folds: readonly Scores[];
  /** Their means. */
  readonly mean: Scores;
  /** Their standard deviations, the sum of squares divided by k. */
  readonly std: Scores;
  /** The history of each training. */
  readonly histories: readonly History[];
}

/**
 * k-fold cross-validation: trains k models, each without one part of the rows, on which it is scored.
 *
 * The seed (default 0) decides the folds; fold i is trained with seed + i, which `build` is given for the initial
 * weights. The trainings run one after the other and share the callbacks. Training never uses the test rows: early
 * stopping needs its own `validationSplit` or `validation`.
 *
 * @param build makes a new model, which is disposed after its fold
 * @param data made by `dataset(x, y)`, or a `table`, whose preprocessing is fitted on the training rows of each fold
 * @throws RangeError when k is larger than the data; errors of `build` and `fit`; the signal's reason when aborted
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * import { crossValidate } from 'wasmgrad/selection';
 * await init();
 * const data = dataset([[0], [1], [2], [3], [4], [5]], [[0], [2], [4], [6], [8], [10]]);
 * const build = ({ seed }) => sequential({ inputShape: [1], seed }, [dense({ units: 1 })]);
 * const result = await crossValidate(build, data, {
 *   k: 3, loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.02 }), epochs: 20,
 * });
 * console.log(result.mean.loss, result.std.loss);
 * ```
 */
export async function crossValidate(
  build: (context: BuildContext) => Model | Promise<Model>,
  data: Dataset | Table,
  options: CrossValidateOptions,
): Promise<CrossValidation> {
  callable('crossValidate', 'build', build);
  const {
    k,
    stratified,
    timeOrdered,
    seed = 0,
    ...fitOptions
  } = knownOptions('crossValidate', options, isPlain(options) ? Object.keys(options) : []);
  const folds = partition('crossValidate', data, {
    seed,
    ...(k !== undefined && { k }),
    ...(stratified !== undefined && { stratified }),
    ...(timeOrdered !== undefined && { timeOrdered }),
  });
  // What can be refused without a model is refused before one is built.
  checkSettings('crossValidate', fitOptions);
  const scores: Scores[] = [];
  const histories: History[] = [];
  for (const [fold, rows] of folds.entries()) {
    const context = { fold, seed: seed + fold };
    const result = await scoreFold('crossValidate', build, rows, context, fitOptions).catch((error: unknown) => {
      throw inNameOf('crossValidate', error);
    });
    scores.push(result.scores);
    histories.push(result.history);
  }
  return { folds: scores, mean: meanScores(scores), std: deviations(scores), histories };
}
