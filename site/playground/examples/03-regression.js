// Regression: noise, a curve, and a network that fits it
import { init, randomNormal } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { meanSquaredError } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';

await init();
const noise = randomNormal([80], { seed: 1, std: 0.1 }).data();
const xs = Array.from({ length: 80 }, (_, i) => i / 40 - 1);
const ys = xs.map((x, i) => Math.sin(4 * x) + noise[i]);

const model = sequential({ inputShape: [1], seed: 1 }, [
  dense({ units: 32, activation: 'tanh' }),
  dense({ units: 32, activation: 'tanh' }),
  dense({ units: 1 }),
]);
const data = dataset(
  xs.map((x) => [x]),
  ys.map((y) => [y]),
);
const history = await model.fit(data, {
  loss: meanSquaredError(),
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 300,
  batchSize: 20,
});
console.log('mean squared error', history.epochs.at(-1).loss.toFixed(4));
const fitted = model.predict(xs.map((x) => [x])).data();
console.log(
  plot({
    title: 'sin(4 x), and what the network makes of it',
    xLabel: 'x',
    yLabel: 'y',
    series: [
      { name: 'samples', points: xs.map((x, i) => [x, ys[i]]), style: 'dots' },
      { name: 'network', points: xs.map((x, i) => [x, fitted[i]]) },
    ],
  }),
);
