// A small classification problem and networks for it, shared by the tests of training.
import { dataset, type Dataset, type TrainingData } from '../../src/data/index.js';
import { activation, dense, dropout, flatten } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential, type FitOptions, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { numbers } from './reference.js';

export const FEATURES = 4;
export const CLASSES = 3;

/** Inputs and the class of each: which of the first three features is largest. */
export function toyRows(rows: number, seed = 1): { x: Float32Array; y: Int32Array } {
  const x = Float32Array.from(numbers(rows * FEATURES, seed));
  const y = Int32Array.from({ length: rows }, (_, r) => {
    const row = [...x.subarray(r * FEATURES, r * FEATURES + CLASSES)];
    return row.indexOf(Math.max(...row));
  });
  return { x, y };
}

export function toyData(rows: number, seed = 1): Dataset {
  const { x, y } = toyRows(rows, seed);
  return dataset(x, y);
}

export function toyModel(seed = 1): Model {
  return sequential({ inputShape: [FEATURES], seed }, [
    dense({ units: 6, activation: 'tanh' }),
    dense({ units: CLASSES, activation: 'softmax' }),
  ]);
}

/** With dropout, so that the random key matters too. */
export function noisyModel(seed = 1): Model {
  return sequential({ inputShape: [FEATURES], seed }, [
    flatten(),
    dense({ units: 8, activation: 'relu' }),
    dropout({ rate: 0.3 }),
    dense({ units: CLASSES }),
    activation('softmax'),
  ]);
}

export const options: FitOptions = {
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 8,
  epochs: 3,
  seed: 5,
};

/** Runs `body` with a model and frees it, whatever happens. */
export async function using<T>(model: Model, body: (model: Model) => T | Promise<T>): Promise<T> {
  try {
    return await body(model);
  } finally {
    model.dispose();
  }
}

export interface Result {
  readonly losses: readonly number[];
  readonly stopped: string;
  readonly weights: Readonly<Record<string, Float32Array>>;
}

/** Trains a new model and tells what came of it. */
export async function trained(make: () => Model, data: TrainingData, more: Partial<FitOptions>): Promise<Result> {
  return using(make(), async (model) => {
    const { epochs, stopped } = await model.fit(data, { ...options, ...more });
    const losses = epochs.flatMap(({ loss, valLoss }) => (valLoss === undefined ? [loss] : [loss, valLoss]));
    return { losses, stopped, weights: model.getWeights() };
  });
}
