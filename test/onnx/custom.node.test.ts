// Custom layers in ONNX Runtime: they are exported as the operations that they apply.
import { describe, expect, it } from 'vitest';
import * as layers from '../../src/layers/index.js';
import { defineLayer, type Layer } from '../../src/layers/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { exportOnnx } from '../../src/onnx/index.js';
import { add } from '../../src/ops/add.js';
import { concat } from '../../src/ops/concat.js';
import { matmul } from '../../src/ops/matmul.js';
import { mean } from '../../src/ops/mean.js';
import { mul } from '../../src/ops/mul.js';
import { reshape } from '../../src/ops/reshape.js';
import { slice } from '../../src/ops/slice.js';
import { sub } from '../../src/ops/sub.js';
import { transpose } from '../../src/ops/transpose.js';
import { arange } from '../../src/tensors/arange.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { expectSame } from './runtime.js';

withRuntime();

const alone = (inputShape: readonly number[], ...stack: Layer[]): Model => sequential({ inputShape, seed: 3 }, stack);

describe('custom layers', () => {
  const custom = (apply: (x: Tensor) => Tensor, outputShape: Layer['outputShape'] = (shape) => shape): Layer =>
    defineLayer({ kind: 'custom', outputShape, apply: (_, x) => apply(x) });

  it('are the operations that they apply', async () => {
    const scaleAndShift = defineLayer({
      kind: 'scaleAndShift',
      outputShape: (shape) => shape,
      init: (shape) => ({ gamma: { shape, initializer: 'randomNormal' }, beta: { shape, initializer: 'ones' } }),
      apply: ({ gamma, beta }, x) => add(mul(x, gamma), beta),
    });
    const centred = custom((x) => sub(x, mean(x, { axis: -1, keepDims: true })));
    using network = alone(
      [3],
      scaleAndShift,
      centred,
      layers.activation((x) => mul(x, mul(x, 0.5))),
    );
    await expectSame(network);
  });

  it('may multiply the batch with itself, which depends on its size in two axes', async () => {
    const gram = custom((x) => matmul(matmul(x, transpose(x)), x));
    using network = alone([3], gram);
    await expectSame(network);
  });

  it('may take the mean over the batch', async () => {
    using network = alone(
      [3],
      custom((x) => sub(x, mean(x, { axis: 0 }))),
    );
    await expectSame(network);
  });

  it('may reduce images along any axes', async () => {
    for (const axis of [1, 2, 3, [1, 3], [1, 2]])
      for (const keepDims of [false, true]) {
        const reduced = custom(
          (x) => mean(x, { axis, keepDims }),
          (shape) => shape.flatMap((size, i) => (![axis].flat().includes(i + 1) ? [size] : keepDims ? [1] : [])),
        );
        using network = alone([4, 5, 2], layers.conv2d({ filters: 3, kernelSize: 2 }), reduced);
        await expectSame(network);
        await expectSame(network, { opset: 18 });
      }
  });

  it('may use constants of the size of the batch', async () => {
    const ones = (x: Tensor): Tensor => tensor(new Float32Array(x.size).fill(2), x.shape);
    using network = alone(
      [3],
      custom(
        (x) => matmul(transpose(reshape(ones(x), [-1, 3])), x),
        () => [3],
      ),
    );
    expect(network.outputShape).toEqual([3]);
    using fine = alone(
      [3],
      custom((x) => mul(x, add(ones(x), 1))),
    );
    await expectSame(fine);
  });

  it.each<[string, (x: Tensor) => Tensor, RegExp]>([
    [
      'reads values',
      (x) => mul(x, x.data()[0] ?? 0),
      /^exportOnnx: expected constants that do not depend on the values or the number of rows, got others in custom_1$/,
    ],
    [
      'uses another constant for each row',
      (x) => add(x, reshape(arange(x.shape[0] ?? 0), [-1, 1])),
      /^exportOnnx: expected constants that do not depend on/,
    ],
    [
      'adds a row',
      (x) => slice(concat([x, tensor([[1, 2, 3]])]), [0, 0], [x.shape[0] ?? 0, 3]),
      /^exportOnnx: expected sizes that are fixed or a multiple of the batch, got 3 for a batch of 2, 4 for 3$/,
    ],
    [
      'divides by the number of rows',
      (x) => mul(x, 1 / (x.shape[0] ?? 1)),
      /^exportOnnx: expected constants that do not depend on/,
    ],
    [
      'applies other operations for other rows',
      (x) => (x.shape[0] === 2 ? x : mul(x, 1)),
      /^exportOnnx: expected the same operations for every batch, got others$/,
    ],
  ])('that %s is refused', (_, apply, message) => {
    using network = alone([3], custom(apply));
    expect(() => exportOnnx(network)).toThrow(typed(TypeError, message));
  });
});
