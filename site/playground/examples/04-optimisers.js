// Optimisers: their paths down a narrow valley
import { grad, init, mul, square, sum, tensor, tidy } from 'wasmgrad';
import { adam, rmsprop, sgd } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';

await init();
const curvature = tensor([1, 25]);
const loss = (at) => mul(0.5, sum(mul(curvature, square(at))));
const rules = {
  'gradient descent': sgd({ learningRate: 0.03 }),
  momentum: sgd({ learningRate: 0.03, momentum: 0.8 }),
  RMSProp: rmsprop({ learningRate: 0.05 }),
  Adam: adam({ learningRate: 0.15 }),
};

const series = Object.entries(rules).map(([name, optimizer]) =>
  tidy(() => {
    let at = tensor([-3, 1]);
    let state = optimizer.init(at);
    const losses = [loss(at).item()];
    for (let step = 0; step < 100; step++) {
      [at, state] = optimizer.update(at, grad(loss)(at), state);
      losses.push(loss(at).item());
    }
    console.log(name.padEnd(17), losses.at(-1).toExponential(2), at.toArray());
    return { name, points: losses.map((value, step) => [step, value]) };
  }),
);
console.log(plot({ title: 'Loss over steps', xLabel: 'step', yLabel: 'loss', yScale: 'log', series }));
