// The first step of a network in a process of its own, in milliseconds: `node first.mjs NAME`.
import { init } from 'wasmgrad';
import { conv2d, dense, flatten, maxPool2d } from 'wasmgrad/layers';
import { binaryCrossEntropy, crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const classes = () => dense({ units: 10, activation: 'softmax' });
const relu = (units) => dense({ units, activation: 'relu' });
const networks = {
  xor: [1, [2], [dense({ units: 2, activation: 'tanh' }), dense({ units: 1, activation: 'sigmoid' })]],
  digits: [64, [784], [relu(128), classes()]],
  images: [
    64,
    [28, 28, 1],
    [
      conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      maxPool2d({ poolSize: 2 }),
      flatten(),
      relu(20),
      classes(),
    ],
  ],
  deep: [32, [64], [...Array.from({ length: 49 }, () => relu(64)), classes()]],
};

const [batch, inputShape, layers] = networks[process.argv[2]];
await init({ threads: 1 });
const model = sequential({ inputShape, seed: 1 }, layers);
const binary = process.argv[2] === 'xor';
const loss = binary ? binaryCrossEntropy() : crossEntropy();
const x = new Float32Array(inputShape.reduce((product, size) => product * size, batch)).fill(0.5);
const y = binary ? new Float32Array(batch) : new Int32Array(batch);
const trainer = model.trainer({ loss, optimizer: adam({ learningRate: 0.001 }), batchSize: batch });
const { user, system } = process.cpuUsage();
const start = performance.now();
trainer.step(x, y);
const took = performance.now() - start;
const used = process.cpuUsage();
console.log(Math.min(took, (used.user + used.system - user - system) / 1000));
