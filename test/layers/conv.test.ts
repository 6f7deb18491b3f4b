import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import {
  avgPool2d,
  conv1d,
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  flatten,
  globalAveragePool2d,
  globalMaxPool2d,
  maxPool2d,
  upsampling2d,
  zeroPadding2d,
  type Layer,
} from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { conv2d as convolution } from '../../src/ops/conv2d.js';
import { relu } from '../../src/ops/relu.js';
import { add } from '../../src/ops/add.js';
import { tensor } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const lecture = (): Layer[] => [
  conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
  maxPool2d({ poolSize: 2 }),
  flatten(),
  dense({ units: 20, activation: 'relu' }),
  dense({ units: 10, activation: 'softmax' }),
];

/** Runs layers on a batch of `rows`. */
function run(
  inputShape: readonly number[],
  layers: readonly Layer[],
  rows: number,
): { shape: readonly number[]; data: Float32Array } {
  using model = sequential({ inputShape, seed: 1 }, layers);
  const size = inputShape.reduce((a, b) => a * b, 1);
  using x = tensor(numbers(rows * size, 3), [rows, ...inputShape]);
  using y = model.predict(x);
  return { shape: y.shape, data: Float32Array.from(y.data()) };
}

describe('the CNN of the lecture', () => {
  it('has 54,470 parameters and learns', () => {
    using model = sequential({ inputShape: [28, 28, 1], seed: 7 }, lecture());
    expect(model.parameterCount).toBe(54470);
    expect(model.weights.map(({ name, shape }) => [name, [...shape]])).toEqual([
      ['conv2d_1/kernel', [3, 3, 1, 16]],
      ['conv2d_1/bias', [16]],
      ['dense_1/kernel', [2704, 20]],
      ['dense_1/bias', [20]],
      ['dense_2/kernel', [20, 10]],
      ['dense_2/bias', [10]],
    ]);
    const batch = 12;
    const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 3e-3 }), batchSize: batch });
    const x = numbers(batch * 784, 1, 0, 1);
    const y = Int32Array.from({ length: batch }, (_, i) => i % 10);
    const first = trainer.step(x, y);
    let last = first;
    for (let i = 0; i < 40; i++) last = trainer.step(x, y);
    trainer.dispose();
    expect(first).toBeGreaterThan(1.5);
    expect(last).toBeLessThan(0.2 * first);
  });

  it('comes back from a file', () => {
    using model = sequential({ inputShape: [28, 28, 1], seed: 7 }, lecture());
    using copy = loadModel(saveModel(model));
    expect(copy.summary()).toBe(model.summary());
  });
});

const shapes: [string, Layer, number[], number[]][] = [
  [
    'conv2d',
    conv2d({ filters: 4, kernelSize: [3, 2], strides: 2, padding: 'same', activation: 'gelu' }),
    [5, 6, 2],
    [3, 3, 4],
  ],
  ['grouped conv2d', conv2d({ filters: 6, kernelSize: 1, groups: 2, useBias: false }), [2, 3, 4], [2, 3, 6]],
  [
    'dilated conv2d',
    conv2d({
      filters: 1,
      kernelSize: 3,
      dilations: 2,
      padding: [
        [1, 0],
        [0, 2],
      ],
    }),
    [5, 5, 1],
    [2, 3, 1],
  ],
  ['depthwiseConv2d', depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: 'tanh' }), [5, 4, 3], [3, 2, 6]],
  [
    'conv2dTranspose',
    conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, activation: 'relu' }),
    [3, 4, 2],
    [7, 9, 3],
  ],
  ['plain conv2dTranspose', conv2dTranspose({ filters: 3, kernelSize: 3 }), [3, 4, 2], [5, 6, 3]],
  [
    'same conv2dTranspose',
    conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    [3, 4, 2],
    [6, 8, 3],
  ],
  ['conv1d', conv1d({ filters: 5, kernelSize: 3, strides: 2, activation: 'sigmoid' }), [9, 2], [4, 5]],
  ['causal conv1d', conv1d({ filters: 5, kernelSize: 3, dilations: 2, padding: 'causal' }), [9, 2], [9, 5]],
  ['maxPool2d', maxPool2d(), [5, 4, 3], [2, 2, 3]],
  ['avgPool2d', avgPool2d({ poolSize: 3, strides: 2, padding: 'same' }), [5, 4, 3], [3, 2, 3]],
  ['globalAveragePool2d', globalAveragePool2d(), [5, 4, 3], [3]],
  ['globalMaxPool2d', globalMaxPool2d({ keepDims: true }), [5, 4, 3], [1, 1, 3]],
  [
    'zeroPadding2d',
    zeroPadding2d({
      padding: [
        [1, 1],
        [0, 2],
      ],
    }),
    [2, 2, 1],
    [4, 4, 1],
  ],
  ['upsampling2d', upsampling2d({ size: [2, 3] }), [2, 2, 3], [4, 6, 3]],
  ['bilinear upsampling2d', upsampling2d({ interpolation: 'bilinear' }), [2, 3, 2], [4, 6, 2]],
];

describe('shapes', () => {
  it.each(shapes)('%s', (_, layer, inputShape, outputShape) => {
    expect(layer.outputShape(inputShape)).toEqual(outputShape);
    expect(run(inputShape, [layer], 2).shape).toEqual([2, ...outputShape]);
    using model = sequential({ inputShape }, [layer]);
    using copy = loadModel(saveModel(model));
    expect(copy.summary()).toBe(model.summary());
  });
});

describe('conv2d', () => {
  it('is the operation with bias and activation', () => {
    using model = sequential({ inputShape: [4, 4, 2] }, [conv2d({ filters: 3, kernelSize: 3, activation: 'relu' })]);
    model.setWeights({ 'conv2d_1/kernel': numbers(54, 1), 'conv2d_1/bias': [0.5, -1, 2] });
    tidy(() => {
      const x = tensor(numbers(64, 2), [2, 4, 4, 2]);
      const kernel = tensor(numbers(54, 1), [3, 3, 2, 3]);
      const expected = relu(add(convolution(x, kernel), tensor([0.5, -1, 2])));
      expectClose(model.predict(x).data(), expected.data(), 1e-6);
    });
  });

  it('hands its logits to a fused loss', () => {
    const layer = conv2d({ filters: 1, kernelSize: 1, activation: 'sigmoid' });
    expect(layer.activation).toBe('sigmoid');
    expect(layer.withoutActivation?.().activation).toBe('linear');
  });
});

describe('bad options and inputs', () => {
  it.each<[string, () => unknown, string | Error]>([
    [
      'rank',
      () => sequential({ inputShape: [28, 28] }, lecture()),
      'conv2d: expected input [batch, height, width, channels], got [28, 28]',
    ],
    [
      'kernel',
      () => sequential({ inputShape: [2, 2, 1] }, lecture()),
      'conv2d: expected a kernel that fits into the padded input, got [3, 3] on [2, 2]',
    ],
    [
      'groups',
      () => conv2d({ filters: 4, kernelSize: 1, groups: 2 }).outputShape([4, 4, 3]),
      'conv2d: expected groups to divide 3 input and 4 output channels, got 2',
    ],
    [
      'filters',
      () => conv2d({ filters: 0, kernelSize: 3 }),
      'conv2d: expected filters to be a whole number >= 1, got 0',
    ],
    [
      'kernelSize',
      () => conv2d({ filters: 2, kernelSize: -1 }),
      new RangeError('conv2d: expected kernelSize to be a whole number >= 1, got -1'),
    ],
    [
      'strides',
      () => conv2dTranspose({ filters: 2, kernelSize: 2, strides: 0 }),
      new RangeError('conv2dTranspose: expected strides to be a whole number >= 1, got 0'),
    ],
    [
      'padding',
      () => conv2d({ filters: 2, kernelSize: 2, padding: wrong('full') }),
      new RangeError("conv2d: expected padding to be 'valid', 'same' or [[top, bottom], [left, right]], got 'full'"),
    ],
    [
      'pool',
      () => sequential({ inputShape: [1, 1, 1] }, [maxPool2d()]),
      'maxPool2d: expected a kernel that fits into the padded input, got [2, 2] on [1, 1]',
    ],
    [
      'pool size',
      () => avgPool2d({ poolSize: 0 }),
      new RangeError('avgPool2d: expected poolSize to be a whole number >= 1, got 0'),
    ],
    [
      'pool padding',
      () =>
        avgPool2d({
          poolSize: 2,
          padding: [
            [2, 0],
            [0, 0],
          ],
        }),
      new RangeError(
        'avgPool2d: expected padding below poolSize [2, 2], so that no window is empty, got [[2, 0], [0, 0]]',
      ),
    ],
    [
      'multiplier',
      () => depthwiseConv2d({ kernelSize: 2, depthMultiplier: 0 }),
      new RangeError('depthwiseConv2d: expected depthMultiplier to be a whole number >= 1, got 0'),
    ],
    [
      'taps',
      () => conv1d({ filters: 2, kernelSize: 0 }),
      new RangeError('conv1d: expected kernelSize to be a whole number >= 1, got 0'),
    ],
    [
      'size',
      () => upsampling2d({ size: 0 }),
      new RangeError('upsampling2d: expected size to be a whole number >= 1, got 0'),
    ],
    [
      'zero padding',
      () => zeroPadding2d({ padding: -1 }),
      new RangeError('zeroPadding2d: expected padding to be a whole number >= 0, got -1'),
    ],
  ])('%s', (_, act, expected) => {
    expect(act).toThrow(expected);
  });

  it('are ShapeErrors for inputs, TypeErrors for misspelt options', () => {
    expect(() => conv1d({ filters: 1, kernelSize: 2 }).outputShape([4])).toThrow(
      new ShapeError('conv1d: expected input [batch, steps, channels], got [4]'),
    );
    expect(() => globalMaxPool2d().outputShape([4])).toThrow(
      new ShapeError('globalMaxPool2d: expected input [batch, height, width, channels], got [4]'),
    );
    for (const [name, make] of Object.entries({
      conv2d,
      conv1d,
      depthwiseConv2d,
      conv2dTranspose,
      maxPool2d,
      avgPool2d,
      upsampling2d,
      zeroPadding2d,
      globalMaxPool2d,
    })) {
      expect(() => make(wrong({ kernel: 3 }))).toThrow(
        typed(TypeError, new RegExp(`^${name}: expected options .*, got unknown option 'kernel'$`)),
      );
    }
  });
});

describe('upsampling2d', () => {
  it('repeats cells, or interpolates between their centres', () => {
    using nearest = sequential({ inputShape: [1, 2, 1] }, [upsampling2d({ size: [1, 2] })]);
    using linear = sequential({ inputShape: [1, 2, 1] }, [upsampling2d({ size: [1, 2], interpolation: 'bilinear' })]);
    tidy(() => {
      const x = tensor([0, 4], [1, 1, 2, 1]);
      expect([...nearest.predict(x).data()]).toEqual([0, 0, 4, 4]);
      expect([...linear.predict(x).data()]).toEqual([0, 1, 3, 4]);
    });
  });
});

it('upsampling2d refuses weights that no memory holds', () => {
  const model = sequential({ inputShape: [1, 2 ** 15, 1] }, [upsampling2d({ interpolation: 'bilinear' })]);
  expect(() => model.predict(new Float32Array(2 ** 15))).toThrow(
    typed(RangeError, /upsampling2d: expected a size whose weights fit into memory, got 2$/),
  );
  model.dispose();
});
