// One process of `npm run bench:busy`: how often it gets round in the time it is given, on so many threads.
import { init, matmul, randomUniform } from 'wasmgrad';
import { conv2d, dense, flatten, maxPool2d } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const [threads, milliseconds] = process.argv.slice(2).map(Number);

function step(inputShape, layers, batchSize) {
  const model = sequential({ inputShape, seed: 1 }, layers);
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 1e-9 }), batchSize });
  const x = randomUniform([batchSize * 784], { seed: 3 }).data();
  const y = Int32Array.from({ length: batchSize }, (_, i) => i % 10);
  return () => trainer.step(x, y);
}

await init({ threads });
const dense10 = () => dense({ units: 10, activation: 'softmax' });
const [a, b] = [randomUniform([384, 384], { seed: 1 }), randomUniform([384, 384], { seed: 2 })];
const works = {
  'matmul, n = 384': () => matmul(a, b).dispose(),
  'step of 784-128-10, batch 512': step([784], [dense({ units: 128, activation: 'relu' }), dense10()], 512),
  'step of a CNN, batch 64': step(
    [28, 28, 1],
    [conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }), maxPool2d({ poolSize: 2 }), flatten(), dense10()],
    64,
  ),
};
const rates = {};
for (const [name, work] of Object.entries(works)) {
  const run = (time) => {
    const begin = performance.now();
    let count = 0;
    let now = begin;
    for (; now - begin < time; now = performance.now(), count++) work();
    return (1000 * count) / (now - begin);
  };
  run(milliseconds / 2); // workers start meanwhile
  await new Promise((resolve) => setTimeout(resolve, 10));
  rates[name] = run(milliseconds);
}
console.log(JSON.stringify(rates));
