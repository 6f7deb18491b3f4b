// Shapes that are handed out cannot be changed: a tensor would read memory that is not its own.
import { expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import * as api from '../../src/index.js';
import { dense, reshape } from '../../src/layers/index.js';
import { connect, input, linearRegression, model, sequential } from '../../src/models/index.js';
import { sequential as inferring } from '../../src/predict/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

/** Every array under a key that speaks of shapes. */
function shapesOf(object: object): [string, unknown][] {
  return Object.entries(object).filter(([key, value]) => /shape/i.test(key) && Array.isArray(value));
}

it('of tensors, whatever made them', () => {
  const given = [2, 3];
  const compiled = api.compile((y: api.Tensor) => api.exp(y));
  api.tidy(() => {
    const x = api.tensor([1, 2, 3, 4, 5, 6], given);
    const row = api.ones([3]);
    const made = [
      x,
      ...[api.add(x, row), api.add(x, 1), api.exp(x), api.sum(x), api.sum(x, { axis: 0 }), api.transpose(x)],
      ...[api.matmul(x, api.transpose(x)), api.reshape(x, [3, 2]), api.slice(x, [0, 1], [2, 2]), api.concat([x, x])],
      ...[api.argmax(x, 1), api.cast(x, 'i32'), api.gather(x, api.tensor(Int32Array.of(0))), api.softmax(x)],
      ...[api.zeros([2]), api.full([2], 1), api.eye(2), api.randomNormal([2]), api.randomUniform([2])],
      ...[api.grad((y: api.Tensor) => api.sum(api.mul(y, y)))(x), compiled(x)],
    ];
    made.forEach((one, i) => {
      expect(Object.isFrozen(one.shape), `tensor ${i}`).toBe(true);
    });
  });
  compiled.dispose();
  given[0] = 20; // the user's own array stays the user's
  expect(given).toEqual([20, 3]);
});

it('of models, weights, symbolic values and data', () => {
  const inputShape = [2];
  const x = input({ shape: [2] });
  const y = connect([dense({ units: 6 }), reshape({ shape: [2, 3] })], x);
  const z = connect(dense({ units: 1 }), input({ shape: [1] }));
  const layers = [dense({ units: 6 }), reshape({ shape: [2, 3] })];
  const [a, b] = [input({ shape: [2] }), input({ shape: [3] })];
  const models = [
    sequential({ inputShape }, layers),
    inferring({ inputShape }, layers),
    model({ inputs: x, outputs: y }),
    model({ inputs: [a, b], outputs: [connect(dense({ units: 1 }), a), connect(dense({ units: 2 }), b)] }),
  ];
  const regression = linearRegression([[1], [2]], [1, 2]);
  const data = [
    dataset([[1, 2]], [[1, 2]]),
    dataset(new Float32Array(8), new Uint8Array(2), { shape: [2, 2] }),
    dataset({ left: [[1, 2]], right: [[1]] }, { out: [[1]] }),
  ];
  const parts = data.flatMap(({ inputs = [], targets = [] }) => [...inputs, ...targets]);
  const weights = models.flatMap((one) => [...one.weights, ...one.weights.map(({ tensor }) => tensor)]);
  const all = [x, y, z, ...models, ...weights, ...data, ...parts, regression.weights, regression.bias];
  for (const one of all) {
    expect(shapesOf(one).length).toBeGreaterThan(0);
    for (const [key, shape] of shapesOf(one)) expect(Object.isFrozen(shape), key).toBe(true);
  }
  expect(Object.isFrozen(inputShape)).toBe(false);
  for (const one of models) one.dispose();
  regression.dispose();
});
