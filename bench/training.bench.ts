// Whole training steps: forward, loss, backward, update, with the batch copied in, as `fit` does them.
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy, crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam, sgd } from 'wasmgrad/optimizers';
import type { Case, Family } from './support/family.js';
import { JavaScriptNetwork } from './support/javascript/network.js';
import { xorStep } from './support/javascript/xor.js';
import { candidate } from './support/measure.js';
import { randomValues } from './support/random.js';

/**
 * Leaves the weights where they are. Thousands of steps on one batch would learn it by heart, gradients would vanish,
 * and Adam's averages would end in subnormal numbers, with which processors take many times longer.
 */
const STANDING = 1e-9;

/** 784-128(relu)-10(softmax), cross-entropy, Adam. */
function mnistCase(batchSize: number): Case {
  const model = sequential({ inputShape: [784], seed: 1 }, [
    dense({ units: 128, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: STANDING }), batchSize });
  const plain = new JavaScriptNetwork([784, 128, 10], batchSize, 'relu', STANDING);
  const x = randomValues(batchSize * 784).map((value) => Math.max(0, value)); // about half zeros, like ink on paper
  const y = Int32Array.from({ length: batchSize }, (_, i) => i % 10);
  return {
    name: `784-128-10, batch ${batchSize}, Adam`,
    candidates: [candidate('JS', () => plain.step(x, y)), candidate('trainer.step', () => trainer.step(x, y))],
    dispose: () => {
      trainer.dispose();
      model.dispose();
    },
  };
}

/** 2-2-1 sigmoids, all four samples, gradient descent. */
function xorCase(): Case {
  const model = sequential({ inputShape: [2], seed: 1 }, [
    dense({ units: 2, activation: 'sigmoid' }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
  const trainer = model.trainer({
    loss: binaryCrossEntropy(),
    optimizer: sgd({ learningRate: STANDING }),
    batchSize: 4,
  });
  const x = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const y = Float32Array.of(0, 1, 1, 0);
  const weights = new Float64Array(randomValues(9));
  return {
    name: 'XOR 2-2-1, full batch, SGD',
    candidates: [
      candidate('JS', () => xorStep(weights, STANDING)),
      candidate('trainer.step', () => trainer.step(x, y)),
    ],
    dispose: () => {
      trainer.dispose();
      model.dispose();
    },
  };
}

function* cases(): Generator<Case> {
  yield mnistCase(64);
  yield mnistCase(1);
  yield xorCase();
}

export const family: Family = {
  name: 'training',
  title: 'One training step, one thread, strict SIMD',
  unit: 'us',
  ours: 'trainer.step',
  others: ['JS'],
  cases,
};
