// A network with two inputs and two outputs, and data for it.
import { concatenate, dense, reshape } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, type Model } from '../../src/models/index.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { bitPatterns } from '../support/bits.js';
import { numbers } from '../support/slices.js';

export const B = 6;
export const left = numbers(B * 4, 1);
export const right = numbers(B * 3, 2);
export const kinds = Uint8Array.of(0, 2, 1, 1, 0, 2);
export const hot = Float32Array.from({ length: B * 3 }, (_, i) => (kinds[Math.floor(i / 3)] === i % 3 ? 1 : 0));
export const sizes = numbers(B * 2, 5);

/** A loss for each output, not in their order. */
export const losses = { size: meanSquaredError(), kind: crossEntropy() };

export function graph() {
  const [a, b] = [input({ shape: [4] }), input({ shape: [3] })];
  const x = connect(dense({ units: 5, activation: 'tanh' }), connect(concatenate(), a, b));
  const kind = connect(dense({ units: 3, activation: 'softmax' }), x);
  const size = connect(reshape({ shape: [2, 1] }), connect(dense({ units: 2 }), x));
  return { a, b, kind, size };
}

export function inOrder() {
  const { a, b, kind, size } = graph();
  return model({ inputs: [a, b], outputs: [kind, size], seed: 3 });
}

export function byName() {
  const { a, b, kind, size } = graph();
  return model({ inputs: { left: a, right: b }, outputs: { kind, size }, seed: 3 });
}

export const weightBits = (network: Model) => Object.values(network.getWeights()).map((values) => bitPatterns(values));
export const dispose = (...things: readonly { dispose(): void }[]): void => things.forEach((thing) => thing.dispose());
export const tensors = (): Tensor[] => [tensor(left, [B, 4]), tensor(right, [B, 3])];
