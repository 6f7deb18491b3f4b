// The network that `train` makes for a table: dense layers, whose sizes are a recipe of plain data.
import type { Preprocessing, Table } from '../data/index.js';
import { dense, dropout } from '../layers/index.js';
import { crossEntropy, meanSquaredError } from '../losses/index.js';
import { earlyStopping, sequential, type FitOptions, type History, type Model } from '../models/index.js';
import { adamw } from '../optimizers/index.js';

/** All that a training depends on besides its rows. */
export interface Recipe {
  /** Units of the hidden layers. */
  readonly hidden: readonly number[];
  /** Share of the units of a hidden layer that dropout sets to 0. */
  readonly dropout: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly seed: number;
}

/** Updates that a network of this kind takes to learn a small table. */
const UPDATES = 2500;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [15, 150];

/** Rows from which on some can be spared to tell when to stop. */
const ENOUGH_ROWS = 60;
/** Share of the training rows of a fold that tell when to stop, and epochs without a better loss after which it does. */
const [SPARED, PATIENCE] = [0.15, 8];

/** Whether the folds tell how many epochs are best, for want of a number. */
export function findsEpochs(rows: number, { epochs }: Partial<Recipe>): boolean {
  return epochs === undefined && rows >= ENOUGH_ROWS;
}

/** Options of `fit` with which training ends when it no longer gets better on spared rows. */
export function stoppingOptions({ epochs }: Recipe): Pick<FitOptions, 'epochs' | 'validationSplit' | 'callbacks'> {
  const stop = earlyStopping({ monitor: 'valLoss', patience: PATIENCE, restoreBest: true });
  return { epochs: 2 * epochs, validationSplit: SPARED, callbacks: [stop] };
}

/** The epoch after which the loss on spared rows was lowest. */
export function bestEpoch({ epochs }: History): number {
  const losses = epochs.map(({ valLoss = Infinity }) => valLoss);
  return losses.indexOf(Math.min(...losses)) + 1;
}

/** What is not given: small batches, and as many epochs as make enough updates. */
export function recipeFor(rows: number, given: Partial<Recipe>): Recipe {
  const batchSize = given.batchSize ?? (rows < 20_000 ? 32 : 256);
  const needed = Math.ceil(UPDATES / Math.max(1, Math.ceil(rows / batchSize)));
  return {
    hidden: given.hidden ?? [32, 16],
    dropout: given.dropout ?? 0,
    epochs: given.epochs ?? Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, needed)),
    batchSize,
    learningRate: given.learningRate ?? 0.005,
    weightDecay: given.weightDecay ?? 0.01,
    seed: given.seed ?? 0,
  };
}

/** Number of outputs: one for each class, or one for a number. */
function outputsOf({ classes }: Pick<Table | Preprocessing, 'classes'>): number {
  return classes?.length ?? 1;
}

/** A new network, with the initial weights of the seed. */
export function buildNetwork(inputs: number, table: Pick<Table, 'classes'>, recipe: Recipe, seed: number): Model {
  const hidden = recipe.hidden.flatMap((units) => [
    dense({ units, activation: 'relu', kernelInitializer: 'heNormal' }),
    ...(recipe.dropout > 0 ? [dropout({ rate: recipe.dropout })] : []),
  ]);
  const last = dense({ units: outputsOf(table), activation: table.classes ? 'softmax' : 'linear' });
  return sequential({ inputShape: [inputs], seed }, [...hidden, last]);
}

/** The options of `fit`. */
export function fitOptionsFor({ classes }: Pick<Table, 'classes'>, recipe: Recipe, seed: number): FitOptions {
  const { epochs, batchSize, learningRate, weightDecay } = recipe;
  return {
    loss: classes ? crossEntropy() : meanSquaredError(),
    optimizer: adamw({ learningRate, weightDecay }),
    metrics: classes ? ['accuracy'] : [],
    epochs,
    batchSize,
    seed,
  };
}
