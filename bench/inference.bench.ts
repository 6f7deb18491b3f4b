// Predictions for a single sample, where latency counts, and for a batch.
import { dense, type Activation } from 'wasmgrad/layers';
import { sequential } from 'wasmgrad/models';
import type { Case, Family } from './support/family.js';
import { JavaScriptNetwork } from './support/javascript/network.js';
import { candidate } from './support/measure.js';
import { randomValues } from './support/random.js';

function networkCase(
  name: string,
  sizes: readonly number[],
  hidden: 'relu' | 'tanh',
  last: Activation,
  rows = 1,
): Case {
  const [inputs = 1, ...units] = sizes;
  const layers = units.map((count, i) =>
    dense({ units: count, activation: i === units.length - 1 ? last : hidden, kernelInitializer: 'heNormal' }),
  );
  const model = sequential({ inputShape: [inputs], seed: 1 }, layers);
  const predictor = model.predictor({ batchSize: rows });
  const plain = new JavaScriptNetwork(sizes, rows, hidden);
  const x = randomValues(rows * inputs);
  const y = new Float32Array(rows * (units.at(-1) ?? 1));
  return {
    name,
    candidates: [
      candidate('JS', () => plain.predict(x)),
      candidate('predictor', () => {
        predictor(x, y);
      }),
      candidate('model.predict', () => {
        model.predict(x).dispose();
      }),
    ],
    dispose: () => {
      predictor.dispose();
      model.dispose();
    },
  };
}

function* cases(): Generator<Case> {
  yield networkCase('6-32-32-3 tanh, 1 sample', [6, 32, 32, 3], 'tanh', 'linear');
  yield networkCase('784-128-10, 1 sample', [784, 128, 10], 'relu', 'softmax');
  yield networkCase('784-128-10, 64 samples', [784, 128, 10], 'relu', 'softmax', 64);
}

export const family: Family = {
  name: 'inference',
  title: 'Prediction, one thread, strict SIMD',
  unit: 'us',
  ours: 'predictor',
  others: ['JS'],
  cases,
};
