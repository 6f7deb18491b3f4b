// Networks that PyTorch exported give its answers and its gradients.
import { describe, expect, it } from 'vitest';
import { importOnnx, onnxFunction } from '../../../src/onnx/index.js';
import { valueAndGrad } from '../../../src/ops/differentiation.js';
import { hasDType, isTensor, type DType, type Tensor } from '../../../src/tensors/tensor.js';
import { cast } from '../../../src/ops/cast.js';
import type { Model } from '../../../src/models/index.js';
import type { WeightTree } from '../../../src/models/network.js';
import { withRuntime } from '../../support/live.js';
import {
  expectNear,
  fixture,
  gradientsFor,
  largestGradient,
  names,
  permuted,
  tensorOf,
  type Fixture,
} from './fixtures.js';

withRuntime();

const f32 = (x: unknown): Tensor => {
  if (!isTensor(x) || !hasDType(x, 'f32')) throw new TypeError('expected f32');
  return x;
};

/** Networks whose batch is the second axis in the file. A model's is the first. */
const STEPS_FIRST = ['lstm-bidirectional', 'gru-bidirectional', 'transformer-steps-first'];

function batchOf({ name, input }: Fixture): Tensor<DType> {
  if (!STEPS_FIRST.includes(name)) return tensorOf(input);
  const perm = input.shape.map((_, i) => (i === 0 ? 1 : i === 1 ? 0 : i));
  return tensorOf(permuted(input, perm));
}

/** Sizes of samples that the file leaves open. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = { lstm: { x: [7, 3] } };

const load = (given: Fixture): Promise<Model> => importOnnx(given.bytes, { inputs: SHAPES[given.name] });

describe.each(names)('%s', (name) => {
  const given = fixture(name);

  it('gives the answers of PyTorch', async () => {
    using f = await onnxFunction(given.bytes);
    using x = tensorOf(given.input);
    const { y } = f.run({ x });
    expect(y?.shape).toEqual(given.output.shape);
    expectNear('y', y?.data() ?? [], given.output.data);
    y?.dispose();
  });

  it('gives the gradients of PyTorch', async () => {
    using f = await onnxFunction(given.bytes);
    using x = tensorOf(given.input);
    using target = tensorOf(given.target);
    const loss = (weights: Record<string, Tensor>): Tensor => given.loss(f32(f.run({ x }, weights)['y']), target);
    const [value, gradients] = valueAndGrad(loss)({ ...f.weights });
    expect(given.gradients.size).toBeGreaterThan(1);
    const largest = 1e-3 * largestGradient(given);
    expectNear('loss', [value.item()], [given.lossValue]);
    for (const [weight, { data }] of given.gradients)
      expectNear(weight, gradients[weight]?.data() ?? [], data, largest);
    for (const each of [value, ...Object.values(gradients)]) each.dispose();
  });

  it('is a model that predicts the same', async () => {
    using model = await load(given);
    using x = batchOf(given);
    // A model uses the moving averages to predict, also if the file says that it trains
    if (given.training) return;
    using y = model.predict(x.data(), {});
    expect(y.shape).toEqual(given.output.shape);
    expectNear('y', y.data(), given.output.data);
  });

  it('is a model with the same gradients', async () => {
    using f = await onnxFunction(given.bytes);
    using model = await load(given);
    using given32 = batchOf(given);
    using x = cast(given32, 'f32');
    using target = tensorOf(given.target);
    const apply = (weights: WeightTree): Tensor => {
      const y = model.apply(weights, x, { training: given.training, seed: 1 });
      return given.loss(f32(y), target);
    };
    const [value, gradients] = valueAndGrad(apply)(Object.fromEntries(model.weights.map(({ name: key, tensor }) => [key, tensor]))); // prettier-ignore
    const expected = gradientsFor(given, f.weights, model.weights);
    expect(expected.size).toBe(given.gradients.size);
    expectNear('loss', [value.item()], [given.lossValue]);
    const largest = 1e-3 * largestGradient(given);
    for (const [weight, { data }] of expected) expectNear(weight, gradients[weight]?.data() ?? [], data, largest);
    for (const each of [value, ...Object.values(gradients)]) each.dispose();
  });
});
