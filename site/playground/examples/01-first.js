// A first network: XOR
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { boundary, learningCurves } from 'wasmgrad/plot';

await init();
const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = Int32Array.of(0, 1, 1, 0);
const model = sequential({ inputShape: [2], seed: 7 }, [
  dense({ units: 16, activation: 'tanh' }),
  dense({ units: 2, activation: 'softmax' }),
]);

const history = await model.fit(dataset(x, y), {
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.05 }),
  metrics: ['accuracy'],
  epochs: 200,
});
console.log('accuracy', history.epochs.at(-1).accuracy);
console.log(learningCurves(history, { title: 'XOR' }));
console.log(boundary(model, { x, y }));
