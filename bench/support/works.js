// Work that is timed by several benchmarks and engines, in plain JavaScript so that it runs everywhere without a build.
import { matmul, randomUniform } from 'wasmgrad';
import { conv2d, dense, flatten, maxPool2d } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

/** A product of square matrices. */
export function product(n) {
  const [a, b] = [randomUniform([n, n], { seed: 1 }), randomUniform([n, n], { seed: 2 })];
  return () => matmul(a, b).dispose();
}

function step(inputShape, layers, batchSize) {
  const model = sequential({ inputShape, seed: 1 }, [...layers, dense({ units: 10, activation: 'softmax' })]);
  // A rate that hardly changes the weights: a batch learnt by heart would have subnormal gradients.
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 1e-9 }), batchSize });
  const x = randomUniform([batchSize * 784], { seed: 3 }).data();
  const y = Int32Array.from({ length: batchSize }, (_, i) => i % 10);
  return () => trainer.step(x, y);
}

/** A training step of 784-128-10. */
export const mlpStep = (batchSize) => step([784], [dense({ units: 128, activation: 'relu' })], batchSize);

/** A training step of a small CNN on images of 28 x 28. */
export const cnnStep = (batchSize) =>
  step(
    [28, 28, 1],
    [conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }), maxPool2d({ poolSize: 2 }), flatten()],
    batchSize,
  );
