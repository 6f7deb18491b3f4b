// Whole training steps: forward, loss, backward, update, including the copy of the batch, as in `fit`.
import { conv2d, dense, flatten, gru, lstm, maxPool2d, simpleRnn, type Layer } from 'wasmgrad/layers';
import { binaryCrossEntropy, crossEntropy, meanSquaredError, type Loss } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam, sgd, type Optimizer } from 'wasmgrad/optimizers';
import type { Case, Family } from './support/family.js';
import { JavaScriptNetwork } from './support/javascript/network.js';
import { xorStep } from './support/javascript/xor.js';
import { candidate } from './support/measure.js';
import { randomValues } from './support/random.js';

/**
 * Hardly changes the weights. Otherwise thousands of steps on one batch would learn it by heart, gradients would
 * vanish, and Adam's averages would become subnormal numbers, which take processors many times longer.
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

/** A model without a counterpart in plain JavaScript. */
function ownCase(name: string, model: Model, loss: Loss, optimizer: Optimizer, y: ArrayLike<number>): Case {
  const rows = y.length;
  const trainer = model.trainer({ loss, optimizer, batchSize: rows });
  const size = model.inputShape.reduce((product, axis) => product * axis, 1);
  const x = randomValues(rows * size).map((value) => Math.max(0, value));
  return {
    name,
    candidates: [candidate('trainer.step', () => trainer.step(x, y))],
    dispose: () => {
      trainer.dispose();
      model.dispose();
    },
  };
}

/** The lecture's convolutional network, 54,470 parameters. */
function cnnCase(): Case {
  const model = sequential({ inputShape: [28, 28, 1], seed: 1 }, [
    conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 20, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  const y = Int32Array.from({ length: 64 }, (_, i) => i % 10);
  return ownCase('CNN 16-20-10, batch 64, Adam', model, crossEntropy(), adam({ learningRate: STANDING }), y);
}

/** 32 steps of 16 inputs, 64 hidden units, one output; 32 sequences. */
function recurrentCase(name: string, layer: Layer): Case {
  const model = sequential({ inputShape: [32, 16], seed: 1 }, [layer, dense({ units: 1 })]);
  const optimizer = sgd({ learningRate: STANDING });
  return ownCase(`${name} 16-64, 32 steps, batch 32, SGD`, model, meanSquaredError(), optimizer, new Float32Array(32));
}

function* cases(): Generator<Case> {
  yield mnistCase(64);
  yield mnistCase(1);
  yield xorCase();
  yield cnnCase();
  yield recurrentCase('RNN', simpleRnn({ units: 64 }));
  yield recurrentCase('LSTM', lstm({ units: 64 }));
  yield recurrentCase('GRU', gru({ units: 64 }));
}

export const family: Family = {
  name: 'training',
  title: 'One training step, one thread, strict SIMD',
  unit: 'us',
  ours: 'trainer.step',
  others: ['JS'],
  cases,
};
