// A layer with a loop of its own, as users write it.
import { expect, it } from 'vitest';
import { add, concat, matmul, reshape, scan, slice, tanh, transpose, zeros, type Tensor } from '../../src/index.js';
import { dataset } from '../../src/data/index.js';
import { defineLayer, dense } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';

withRuntime();

const UNITS = 4;
const [ROWS, STEPS, FEATURES] = [23, 6, 2];

type Steps = (step: (h: Tensor, x: Tensor) => Tensor, h: Tensor, xs: Tensor) => Tensor;

const byScan: Steps = (step, h, xs) => scan((carry: Tensor, x: Tensor) => [step(carry, x), null], h, xs)[0];
const unrolled: Steps = (step, h, xs) => {
  const [length = 0, ...shape] = xs.shape;
  const zero = shape.map(() => 0);
  let state = h;
  for (let i = 0; i < length; i++) state = step(state, reshape(slice(xs, [i, ...zero], [1, ...shape]), shape));
  return state;
};

/** [B, T, F] -> [B, units], the last state. */
const recurrent = (steps: Steps) =>
  defineLayer({
    outputShape: () => [UNITS],
    init: ([, features = 0]) => ({
      kernel: { shape: [features + UNITS, UNITS] },
      bias: { shape: [UNITS], initializer: 'zeros' },
    }),
    apply: ({ kernel, bias }, x) => {
      const step = (h: Tensor, now: Tensor): Tensor => tanh(add(matmul(concat([now, h], 1), kernel), bias));
      return steps(step, zeros([x.shape[0] ?? 0, UNITS]), transpose(x, [1, 0, 2]));
    },
  });

const build = (steps: Steps): Model =>
  sequential({ inputShape: [STEPS, FEATURES], seed: 3 }, [recurrent(steps), dense({ units: 1 })]);
const data = () =>
  dataset(
    numbers(ROWS * STEPS * FEATURES, 1),
    Array.from(numbers(ROWS, 2), (y) => [y]),
    { shape: [STEPS, FEATURES] },
  );

async function trained(steps: Steps, worker: boolean): Promise<Float32Array> {
  using model = build(steps);
  await model.fit(data(), {
    ...{ loss: meanSquaredError(), optimizer: adam({ learningRate: 0.01 }), batchSize: 5, epochs: 3, seed: 4, worker },
  });
  using prediction = model.predict(numbers(2 * STEPS * FEATURES, 5));
  return Float32Array.from([
    ...Object.values(model.getWeights()).flatMap((values) => [...values]),
    ...prediction.data(),
  ]);
}

it('trains as one without, and with the same bits in a worker', async () => {
  const found = await trained(byScan, false);
  expectClose(found, await trained(unrolled, false), 1e-5);
  expect(bitPatterns(await trained(byScan, true))).toEqual(bitPatterns(found));
});
