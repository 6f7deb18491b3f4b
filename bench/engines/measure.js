// What is measured in every engine: the time of one call, best of many short runs, on one thread.
import { init, matmul, randomUniform } from 'wasmgrad';
import { conv2d, dense, flatten, maxPool2d } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

/** Pages see coarse clocks, so calls are timed many at a time. */
const RUN_MILLISECONDS = 60;
const RUNS = 12;

/** Milliseconds of one call. */
function best(call) {
  const time = (times) => {
    const begin = performance.now();
    for (let i = 0; i < times; i++) call();
    return performance.now() - begin;
  };
  let times = 1;
  for (let took = time(1); took < RUN_MILLISECONDS; took = time(times)) times *= 2;
  return Math.min(...Array.from({ length: RUNS }, () => time(times))) / times;
}

function product(n) {
  const [a, b] = [randomUniform([n, n], { seed: 1 }), randomUniform([n, n], { seed: 2 })];
  return () => matmul(a, b).dispose();
}

function step(inputShape, layers, batchSize) {
  const model = sequential({ inputShape, seed: 1 }, layers);
  // A rate that leaves the weights where they are: learnt by heart, the batch would give subnormal gradients.
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 1e-9 }), batchSize });
  const x = randomUniform([batchSize * 784], { seed: 3 }).data();
  const y = Int32Array.from({ length: batchSize }, (_, i) => i % 10);
  return () => trainer.step(x, y);
}

const dense10 = () => dense({ units: 10, activation: 'softmax' });
const mlp = () => [dense({ units: 128, activation: 'relu' }), dense10()];
const cnn = () => [
  conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
  maxPool2d({ poolSize: 2 }),
  flatten(),
  dense10(),
];

async function measure() {
  await init({ threads: 1 });
  return {
    'matmul, n = 256': best(product(256)),
    'matmul, n = 512': best(product(512)),
    'step of 784-128-10, batch 64': best(step([784], mlp(), 64)),
    'step of a CNN, batch 64': best(step([28, 28, 1], cnn(), 64)),
  };
}

globalThis.measured = measure();
