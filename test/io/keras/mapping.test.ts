// Options of Keras' layers that the library's layers have as well, in models without a file of weights of their own.
import { expect, test } from 'vitest';
import { importTfjs } from '../../../src/io/index.js';
import { maxNorm, minMaxNorm, nonNegative, unitNorm } from '../../../src/layers/index.js';
import type { Model } from '../../../src/models/index.js';
import { withRuntime } from '../../support/live.js';

withRuntime();

interface Entry {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A model of these layers, whose weights are all 0.5. */
function imported(
  inputShape: readonly number[],
  given: readonly Entry[],
  weights: Readonly<Record<string, readonly number[]>> = {},
): Promise<Model> {
  const layers = given.map(({ class_name, config }, i) => ({
    class_name,
    config: { name: `layer${i}`, ...(i === 0 && { batch_input_shape: [null, ...inputShape] }), ...config },
  }));
  const weightSpecs = Object.entries(weights).map(([name, shape]) => ({ name, shape, dtype: 'float32' as const }));
  const size = weightSpecs.reduce((sum, { shape }) => sum + shape.reduce((product, axis) => product * axis, 1), 0);
  const modelTopology = { keras_version: '2.0', backend: 'x', model_config: { class_name: 'Sequential', config: { name: 'm', layers } } }; // prettier-ignore
  return importTfjs({ modelTopology, weightSpecs, weightData: new Float32Array(size).fill(0.5).buffer });
}

test('noise and dropout are the layers of those names', async () => {
  using model = await imported(
    [4, 3],
    [
      { class_name: 'GaussianNoise', config: { stddev: 0.25 } },
      { class_name: 'GaussianDropout', config: { rate: 0.125 } },
      { class_name: 'SpatialDropout1D', config: { rate: 0.5 } },
      { class_name: 'Reshape', config: { target_shape: [2, 2, 3] } },
      { class_name: 'SpatialDropout2D', config: { rate: 0.375 } },
      { class_name: 'Flatten', config: {} },
      { class_name: 'Dense', config: { units: 1 } },
    ],
    { 'layer6/kernel': [12, 1], 'layer6/bias': [1] },
  );
  expect(model.layers.map(({ kind, config }) => [kind, config])).toMatchObject([
    ['gaussianNoise', { std: 0.25 }],
    ['gaussianDropout', { rate: 0.125 }],
    ['spatialDropout1d', { rate: 0.5 }],
    ['reshape', {}],
    ['spatialDropout2d', { rate: 0.375 }],
    ['flatten', {}],
    ['dense', { units: 1 }],
  ]);
});

test('constraints and dropout of weights, groups and root mean squares', async () => {
  const constraint = (class_name: string, config: object = {}) => ({ class_name, config });
  using model = await imported(
    [4, 6],
    [
      { class_name: 'GroupNormalization', config: { groups: 3, epsilon: 1e-4 } },
      { class_name: 'GroupNormalization', config: { groups: -1, center: false } },
      { class_name: 'RMSNormalization', config: { axis: [-1] } },
      {
        class_name: 'LSTM',
        config: {
          units: 2,
          dropout: 0.25,
          recurrent_dropout: 0.5,
          kernel_constraint: constraint('MaxNorm', { max_value: 3, axis: 0 }),
          recurrent_constraint: constraint('UnitNorm', { axis: [0] }),
          bias_constraint: constraint('NonNeg'),
        },
      },
      {
        class_name: 'Dense',
        config: { units: 1, kernel_constraint: constraint('MinMaxNorm', { min_value: 0.5, max_value: 2, rate: 0.75 }) },
      },
    ],
    {
      ...{ 'layer0/gamma': [6], 'layer0/beta': [6], 'layer1/gamma': [6], 'layer2/scale': [6] },
      ...{ 'layer3/kernel': [6, 8], 'layer3/recurrent_kernel': [2, 8], 'layer3/bias': [8] },
      ...{ 'layer4/kernel': [2, 1], 'layer4/bias': [1] },
    },
  );
  expect(model.layers.map(({ config }) => config)).toMatchObject([
    { groups: 3, epsilon: 1e-4 },
    { groups: 6, center: false },
    { axis: -1, epsilon: 1e-6 },
    {
      dropout: 0.25,
      recurrentDropout: 0.5,
      kernelConstraint: { ...maxNorm({ maxValue: 3 }) },
      recurrentConstraint: { ...unitNorm({ axis: [0] }) },
      biasConstraint: { ...nonNegative() },
    },
    { kernelConstraint: { ...minMaxNorm({ minValue: 0.5, maxValue: 2, rate: 0.75 }) } },
  ]);
  expect(Object.values(model.getWeights()).every((values) => values.every((value) => value === 0.5))).toBe(true);
});
