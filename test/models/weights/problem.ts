// Rows with labels and weights, and a softmax regression for them, shared by the tests of weights.
import type { Dataset } from '../../../src/data/index.js';
import { dense } from '../../../src/layers/index.js';
import { crossEntropy, type LabelLoss } from '../../../src/losses/index.js';
import { sequential, type FitOptions, type Model } from '../../../src/models/index.js';
import { adam } from '../../../src/optimizers/index.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { numbers } from '../../support/slices.js';

export const N = 37;
export const x = numbers(N * 3, 1);
export const labels = Int32Array.from({ length: N }, (_, i) => (i * 7) % 3);
export const weights = numbers(N, 2, 0, 3);
weights[4] = 0;

export const softmaxNet = (): Model =>
  sequential({ inputShape: [3], seed: 3 }, [dense({ units: 3, activation: 'softmax' })]);

/** Copies the values of a tensor and frees it. */
export function taken(result: Tensor): Float32Array {
  const values = Float32Array.from(result.data());
  result.dispose();
  return values;
}

export const bitsOf = (net: Model): number[][] => Object.values(net.getWeights()).map((values) => Array.from(values));

export async function trained(data: Dataset, options: Omit<FitOptions, 'loss' | 'optimizer'> & { loss?: LabelLoss }) {
  const net = softmaxNet();
  const history = await net.fit(data, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), ...options });
  const bits = bitsOf(net);
  net.dispose();
  return { bits, history };
}
