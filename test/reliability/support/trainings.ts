// Trainings that can be killed and resumed: one for each optimiser and its options.
import { dataset, type Dataset } from '../../../src/data/index.js';
import { hashOf } from '../../../src/core/hash.js';
import { batchNorm, dense, dropout } from '../../../src/layers/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { sequential, type FitOptions, type Model } from '../../../src/models/index.js';
import { adagrad, adam, adamw, cosineDecay, rmsprop, sgd, type Optimizer } from '../../../src/optimizers/index.js';
import { numbers } from '../../support/slices.js';

/** The optimisers, by a name for their file. */
export const optimizers: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  nesterov: () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  adagrad: () => adagrad({ learningRate: 0.05 }),
  rmsprop: () => rmsprop({ learningRate: 0.01, centered: true, momentum: 0.5 }),
  adam: () => adam({ learningRate: 0.02 }),
  amsgrad: () => adam({ learningRate: cosineDecay({ initial: 0.05, steps: 200 }), amsgrad: true, clipNorm: 1 }),
  adamw: () => adamw({ learningRate: 0.01, weightDecay: 0.02 }),
};

const ROWS = 83; // the last batch of 8 is a short one

export function samples(): Dataset {
  const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * i) % 3);
  return dataset(numbers(ROWS * 4, 9), labels, { shape: [4] });
}

/** With dropout and running statistics, which are state besides the weights and the optimiser's. */
export function network(): Model {
  return sequential({ inputShape: [4], seed: 2 }, [
    dense({ units: 6, activation: 'tanh' }),
    batchNorm(),
    dropout({ rate: 0.3 }),
    dense({ units: 3, activation: 'softmax' }),
  ]);
}

export function fitOptions(optimizer: Optimizer): FitOptions {
  return { loss: crossEntropy(), optimizer, batchSize: 8, epochs: 12, seed: 3, metrics: ['accuracy'] };
}

/** The weights' hash. */
export function weightHash(model: Model): string {
  const weights = model.getWeights();
  return hashOf(Object.keys(weights).join(), ...Object.values(weights));
}
