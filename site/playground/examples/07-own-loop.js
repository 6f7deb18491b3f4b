// A training step of your own
import { add, compile, grad, init, mean, mul, square, sum, tensor, tidy } from 'wasmgrad';
import { dense } from 'wasmgrad/layers';
import { meanSquaredError } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adamw } from 'wasmgrad/optimizers';

await init();
const model = sequential({ inputShape: [1], seed: 1 }, [dense({ units: 16, activation: 'tanh' }), dense({ units: 1 })]);
const optimizer = adamw({ learningRate: 0.01 });
const squared = meanSquaredError();
// The error, and a penalty on the slope of the output: a gradient of a gradient
const loss = (weights, x, y) => {
  const slopes = grad((v) => sum(model.apply(weights, v)))(x);
  return add(squared(model.apply(weights, x), y), mul(0.01, mean(square(slopes))));
};
const step = compile((weights, state, x, y) => optimizer.update(weights, grad(loss)(weights, x, y), state));

tidy(() => {
  const xs = Array.from({ length: 32 }, (_, i) => [i / 16 - 1]);
  const [x, y] = [tensor(xs), tensor(xs.map(([v]) => [Math.sin(3 * v)]))];
  let weights = Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
  let state = optimizer.init(weights);
  for (let i = 0; i <= 500; i++) {
    if (i % 100 === 0) console.log(`step ${i}: loss ${loss(weights, x, y).item().toFixed(4)}`);
    [weights, state] = step(weights, state, x, y);
  }
  model.setWeights(weights);
});
console.log(
  'sin(1.5) =',
  Math.sin(1.5).toFixed(2),
  'and the network says',
  model
    .predict([[0.5]])
    .item()
    .toFixed(2),
);
