// ONNX Runtime gives the answers of the library for every layer that can be exported. The examples are typed by the
// exports, so that a new layer without one does not compile.
import { describe, expect, test } from 'vitest';
import * as layers from '../../src/layers/index.js';
import type { Layer } from '../../src/layers/index.js';
import { connect, input, model as functional, sequential, type Model } from '../../src/models/index.js';
import { exportOnnx } from '../../src/onnx/index.js';
import { withRuntime } from '../support/live.js';
import { expectSame } from './runtime.js';

withRuntime();

type Kind = Exclude<
  keyof typeof layers,
  'l1' | 'l2' | 'l1l2' | 'maxNorm' | 'minMaxNorm' | 'nonNegative' | 'unitNorm' | 'defineLayer' | 'so3'
>;

const image = [6, 5, 2];
const sequence = [5, 3];
const bias = 'randomNormal';

function alone(inputShape: readonly number[], ...stack: Layer[]): Model {
  return sequential({ inputShape, seed: 3 }, stack);
}

function merged(layer: Layer): Model {
  const x = input({ shape: [3, 2] });
  return functional({ inputs: x, outputs: connect(layer, x, connect(layers.dense({ units: 2 }), x)), seed: 3 });
}

/** Models of each layer, which together use its options. */
const examples: Record<Kind, () => Model[]> = {
  activation: () => [alone([3], layers.activation({ name: 'elu', alpha: 0.5 }))],
  addLayers: () => [merged(layers.addLayers())],
  avgPool2d: () => [
    alone(image, layers.avgPool2d({ poolSize: 2 })),
    alone(image, layers.avgPool2d({ poolSize: 3, strides: 2, padding: 'same' })),
    alone(
      image,
      layers.avgPool2d({
        poolSize: [3, 2],
        strides: [1, 2],
        padding: [
          [1, 2],
          [0, 1],
        ],
      }),
    ),
  ],
  batchNorm: () => [
    alone([3], layers.batchNorm({ epsilon: 0.1 })),
    alone(image, layers.batchNorm({ scale: false })),
    alone(sequence, layers.batchNorm({ center: false })),
    alone(image, layers.conv2d({ filters: 4, kernelSize: 3 }), layers.batchNorm(), layers.activation('relu')),
  ],
  bidirectional: () =>
    (['sum', 'concat', 'mean'] as const).flatMap((merge) => [
      alone(sequence, layers.bidirectional(layers.gru({ units: 2, biasInitializer: bias }), { merge })),
      alone(sequence, layers.bidirectional(layers.lstm({ units: 2, returnSequences: true }), { merge })),
    ]),
  concatenate: () => [merged(layers.concatenate()), merged(layers.concatenate({ axis: 1 }))],
  conv1d: () => [
    alone(sequence, layers.conv1d({ filters: 4, kernelSize: 2, padding: 'causal', dilations: 2 })),
    alone(
      sequence,
      layers.conv1d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', groups: 3, activation: 'gelu' }),
    ),
    alone(sequence, layers.conv1d({ filters: 4, kernelSize: 2, padding: [1, 2], useBias: false })),
  ],
  conv2d: () => [
    alone(image, layers.conv2d({ filters: 3, kernelSize: 2, strides: 2, biasInitializer: bias })),
    alone(image, layers.conv2d({ filters: 4, kernelSize: [3, 2], padding: 'same', groups: 2, activation: 'tanh' })),
    alone(
      image,
      layers.conv2d({
        filters: 3,
        kernelSize: 2,
        padding: [
          [1, 2],
          [0, 3],
        ],
        dilations: [2, 1],
        useBias: false,
      }),
    ),
    alone(
      image,
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.maxPool2d({ poolSize: 2 }),
      layers.conv2d({ filters: 3, kernelSize: 1, activation: 'silu' }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ),
  ],
  conv2dTranspose: () => [
    alone(image, layers.conv2dTranspose({ filters: 3, kernelSize: 2, biasInitializer: bias })),
    alone(
      image,
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
    ),
    alone(image, layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 3, useBias: false })),
    alone(image, layers.conv2dTranspose({ filters: 3, kernelSize: 3, dilations: 2 })),
    alone(
      image,
      layers.conv2dTranspose({
        filters: 3,
        kernelSize: 3,
        strides: [2, 1],
        padding: [
          [1, 0],
          [1, 2],
        ],
      }),
    ),
  ],
  dense: () => [
    alone([3], layers.dense({ units: 2, activation: 'mish', biasInitializer: bias })),
    alone([4, 3], layers.dense({ units: 2, useBias: false, activation: 'softmax' })),
    alone([2, 4, 3], layers.dense({ units: 2, biasInitializer: bias, activation: 'leakyRelu' })),
  ],
  depthwiseConv2d: () => [
    alone(image, layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, biasInitializer: bias })),
    alone(image, layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', activation: 'relu6' })),
  ],
  dropout: () => [
    alone([3], layers.dropout({ rate: 0.25 })),
    alone([3], layers.dense({ units: 2 }), layers.dropout({ rate: 0.5 })),
  ],
  embedding: () => [alone([3], layers.embedding({ inputDim: 4, outputDim: 2 }))],
  flatten: () => [alone(image, layers.flatten()), alone([3], layers.flatten())],
  globalAveragePool2d: () => [
    alone(image, layers.globalAveragePool2d()),
    alone(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.globalAveragePool2d({ keepDims: true })),
  ],
  globalMaxPool2d: () => [
    alone(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.globalMaxPool2d()),
    alone(image, layers.globalMaxPool2d({ keepDims: true })),
  ],
  gru: () => [
    alone(sequence, layers.gru({ units: 2, biasInitializer: bias })),
    alone(sequence, layers.gru({ units: 4, returnSequences: true, useBias: false })),
    alone(sequence, layers.gru({ units: 3, resetAfter: false, biasInitializer: bias })),
    alone(sequence, layers.gru({ units: 3, resetAfter: false, returnSequences: true, useBias: false })),
    alone(sequence, layers.gru({ units: 3, activation: 'relu', recurrentActivation: 'hardSigmoid' })),
  ],
  layerNorm: () => [
    alone([3], layers.layerNorm({ epsilon: 0.1 })),
    alone([4, 3], layers.layerNorm({ axis: 1, scale: false })),
    alone([2, 4, 3], layers.layerNorm({ center: false })),
  ],
  lstm: () => [
    alone(sequence, layers.lstm({ units: 2, returnSequences: true, biasInitializer: bias })),
    alone(sequence, layers.lstm({ units: 4 }), layers.dense({ units: 2 })),
    alone(sequence, layers.lstm({ units: 3, activation: 'softsign', useBias: false })),
    alone(sequence, layers.lstm({ units: 3, returnSequences: true }), layers.lstm({ units: 2 })),
  ],
  maxPool2d: () => [
    alone(image, layers.maxPool2d({ poolSize: 2 })),
    alone(image, layers.maxPool2d({ poolSize: 3, strides: 1, padding: 'same' })),
  ],
  multiHeadAttention: () => [
    alone(sequence, layers.multiHeadAttention({ heads: 2, keyDim: 2, biasInitializer: bias })),
    alone(sequence, layers.multiHeadAttention({ heads: 2, keyDim: 3, valueDim: 2, causal: true, dropout: 0.5 })),
    alone(
      sequence,
      layers.positionalEncoding(),
      layers.multiHeadAttention({ heads: 1, keyDim: 2, useBias: false }),
      layers.layerNorm(),
    ),
  ],
  multiplyLayers: () => [merged(layers.multiplyLayers())],
  positionalEncoding: () => [alone(sequence, layers.positionalEncoding({ base: 100 }))],
  prelu: () => [
    alone([3], layers.prelu({ alphaInitializer: bias })),
    alone(
      image,
      layers.conv2d({ filters: 3, kernelSize: 2 }),
      layers.prelu({ alphaInitializer: bias, sharedAxes: [1, 2] }),
    ),
  ],
  reshape: () => [
    alone(image, layers.reshape({ shape: [4, -1] })),
    alone([6], layers.reshape({ shape: [2, 3] }), layers.dense({ units: 2 })),
  ],
  simpleRnn: () =>
    (['tanh', 'relu', 'sigmoid', 'linear', 'gelu', { name: 'leakyRelu', slope: 0.3 }] as const).flatMap(
      (activation) => [
        alone(sequence, layers.simpleRnn({ units: 2, activation, biasInitializer: bias })),
        alone(sequence, layers.simpleRnn({ units: 3, activation, returnSequences: true, useBias: false })),
      ],
    ),
  timeDistributed: () => [
    alone(sequence, layers.timeDistributed(layers.dense({ units: 2, activation: 'relu' }))),
    alone([3, ...image], layers.timeDistributed(layers.conv2d({ filters: 2, kernelSize: 2 }))),
  ],
  unitQuaternion: () => [alone([4], layers.unitQuaternion()), alone([3, 4], layers.unitQuaternion())],
  upsampling2d: () => [
    alone(image, layers.upsampling2d({ size: 2 })),
    alone(image, layers.upsampling2d({ size: [3, 2], interpolation: 'bilinear' })),
  ],
  averageLayers: () => [merged(layers.averageLayers())],
  maximumLayers: () => [merged(layers.maximumLayers())],
  minimumLayers: () => [merged(layers.minimumLayers())],
  subtractLayers: () => [merged(layers.subtractLayers())],
  avgPool1d: () => [alone(sequence, layers.avgPool1d({ padding: 'same' }))],
  maxPool1d: () => [alone(sequence, layers.maxPool1d({ poolSize: 3, strides: 1 }))],
  cropping1d: () => [alone(sequence, layers.cropping1d({ cropping: [1, 2] }))],
  gaussianDropout: () => [alone([3], layers.gaussianDropout({ rate: 0.25 }))],
  gaussianNoise: () => [alone([3], layers.gaussianNoise({ std: 0.25 }))],
  groupNorm: () => [
    alone(image, layers.groupNorm({ groups: 2, epsilon: 0.1 })),
    alone([4], layers.groupNorm({ groups: 2, center: false })),
    alone([3, 4], layers.groupNorm({ groups: 1, scale: false })),
  ],
  rmsNorm: () => [alone([3], layers.rmsNorm()), alone(image, layers.rmsNorm({ axis: 1, epsilon: 0.1, scale: false }))],
  spatialDropout1d: () => [alone(sequence, layers.spatialDropout1d({ rate: 0.25 }))],
  spatialDropout2d: () => [alone(image, layers.spatialDropout2d({ rate: 0.25 }))],
  cropping2d: () => [alone(image, layers.cropping2d({ cropping: 1 }))],
  globalAveragePool1d: () => [alone(sequence, layers.globalAveragePool1d())],
  globalMaxPool1d: () => [alone(sequence, layers.globalMaxPool1d({ keepDims: true }))],
  normalization: () => [alone(image, layers.normalization({ axis: 1 }))],
  permute: () => [alone(image, layers.permute({ dims: [3, 1, 2] }))],
  relu: () => [
    alone([3], layers.relu({ maxValue: 1 })),
    alone([3], layers.relu({ negativeSlope: 0.5, threshold: 0.25 })),
  ],
  repeatVector: () => [alone([3], layers.repeatVector({ n: 2 }))],
  rescaling: () => [alone([3], layers.rescaling({ scale: 0.5, offset: -1 }))],
  separableConv2d: () => [alone(image, layers.separableConv2d({ filters: 3, kernelSize: 2, activation: 'silu' }))],
  upsampling1d: () => [alone(sequence, layers.upsampling1d({ size: 3 }))],
  zeroPadding1d: () => [alone(sequence, layers.zeroPadding1d({ padding: [2, 0] }))],
  zeroPadding2d: () => [
    alone(image, layers.zeroPadding2d({ padding: 1 })),
    alone(
      image,
      layers.conv2d({ filters: 2, kernelSize: 2 }),
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [2, 3],
        ],
      }),
      layers.maxPool2d(),
    ),
  ],
};

test('there is an example of every exported layer but so3', () => {
  const constraints = ['maxNorm', 'minMaxNorm', 'nonNegative', 'unitNorm'];
  const others = ['l1', 'l2', 'l1l2', 'defineLayer', 'so3', ...constraints];
  expect(Object.keys(examples).sort()).toEqual(
    Object.keys(layers)
      .filter((name) => !others.includes(name))
      .sort(),
  );
});

describe.each([17, 18, 20, 24])('opset %i', (opset) => {
  test.each(Object.keys(examples) as Kind[])('%s', async (kind) => {
    for (const model of examples[kind]()) {
      await expectSame(model, { opset, ...(kind === 'embedding' && { indices: 4 }) });
      model.dispose();
    }
  });
});

/** Layers that look at lengths. */
const sequences: readonly Kind[] = [
  ...(['bidirectional', 'gru', 'lstm', 'multiHeadAttention', 'positionalEncoding', 'simpleRnn'] as const),
  ...(['timeDistributed', 'conv1d'] as const),
];

test.each(sequences)('%s with lengths', async (kind) => {
  for (const model of examples[kind]()) {
    if (model.inputShape.length === 2) await expectSame(model, { lengths: true, batches: [1, 4, 5] });
    model.dispose();
  }
});

test('so3 is refused by its name', () => {
  using model = alone([9], layers.so3());
  expect(() => exportOnnx(model)).toThrow(
    new TypeError('exportOnnx: expected operations that ONNX has, got projectSO3 in the layer so3_1'),
  );
});
