// Every layer that is exported, and every activation with each parameter, comes back from a file. The examples are typed
// by the exports, so that a new layer without one does not compile.
import { expect, test } from 'vitest';
import { loadModel, saveModel } from '../../src/io/index.js';
import { layerFactories } from '../../src/io/layerRegistry.js';
import { activations } from '../../src/ops/activations.js';
import * as layers from '../../src/layers/index.js';
import { connect, input, model as functional, sequential, type Model } from '../../src/models/index.js';
import { loadModel as loadForPrediction } from '../../src/predict/index.js';
import { withRuntime } from '../support/live.js';
import { activations64 } from '../support/samples/activation.js';
import { weightBits } from './support.js';

withRuntime();

/** Exports that are no layers. */
const PENALTIES = ['l1', 'l2', 'l1l2', 'maxNorm', 'minMaxNorm', 'nonNegative', 'unitNorm'];

type Regularizers = 'l1' | 'l2' | 'l1l2' | 'maxNorm' | 'minMaxNorm' | 'nonNegative' | 'unitNorm';
type Kind = Exclude<keyof typeof layers, Regularizers | 'defineLayer'>;

const alone = (inputShape: readonly number[], ...stack: layers.Layer[]): Model =>
  sequential({ inputShape, seed: 3 }, stack);

function merged(layer: layers.Layer): Model {
  const x = input({ shape: [3] });
  return functional({ inputs: x, outputs: connect(layer, x, connect(layers.dense({ units: 3 }), x)), seed: 3 });
}

const image = [4, 4, 2];
const sequence = [5, 3];

/** A model of each layer, with an option or two of its own. */
const examples: Record<Kind, () => Model> = {
  activation: () => alone([3], layers.activation({ name: 'elu', alpha: 0.5 })),
  addLayers: () => merged(layers.addLayers()),
  avgPool2d: () => alone(image, layers.avgPool2d({ poolSize: 2 })),
  batchNorm: () => alone([3], layers.batchNorm({ epsilon: 0.1 })),
  bidirectional: () => alone(sequence, layers.bidirectional(layers.gru({ units: 2 }), { merge: 'sum' })),
  concatenate: () => merged(layers.concatenate()),
  conv1d: () => alone(sequence, layers.conv1d({ filters: 2, kernelSize: 2, padding: 'causal' })),
  conv2d: () => alone(image, layers.conv2d({ filters: 2, kernelSize: 2, strides: 2 })),
  conv2dTranspose: () => alone(image, layers.conv2dTranspose({ filters: 2, kernelSize: 2 })),
  dense: () => alone([3], layers.dense({ units: 2, activation: 'mish' })),
  depthwiseConv2d: () => alone(image, layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 })),
  dropout: () => alone([3], layers.dropout({ rate: 0.25 })),
  embedding: () => alone([3], layers.embedding({ inputDim: 4, outputDim: 2 })),
  flatten: () => alone(image, layers.flatten()),
  globalAveragePool2d: () => alone(image, layers.globalAveragePool2d()),
  globalMaxPool2d: () => alone(image, layers.globalMaxPool2d()),
  gru: () => alone(sequence, layers.gru({ units: 2 })),
  layerNorm: () => alone([3], layers.layerNorm({ epsilon: 0.1 })),
  lstm: () => alone(sequence, layers.lstm({ units: 2, returnSequences: true })),
  maxPool2d: () => alone(image, layers.maxPool2d({ poolSize: 2 })),
  multiHeadAttention: () => alone(sequence, layers.multiHeadAttention({ heads: 2, keyDim: 2 })),
  multiplyLayers: () => merged(layers.multiplyLayers()),
  positionalEncoding: () => alone(sequence, layers.positionalEncoding({ base: 100 })),
  prelu: () => alone(image, layers.prelu({ alphaInitializer: { name: 'constant', value: 0.3 }, sharedAxes: [1, 2] })),
  reshape: () => alone(image, layers.reshape({ shape: [8, -1] })),
  simpleRnn: () => alone(sequence, layers.simpleRnn({ units: 2, activation: 'relu' })),
  so3: () => alone([9], layers.so3()),
  timeDistributed: () => alone(sequence, layers.timeDistributed(layers.dense({ units: 2 }))),
  unitQuaternion: () => alone([4], layers.unitQuaternion()),
  upsampling2d: () => alone(image, layers.upsampling2d({ size: 2 })),
  averageLayers: () => merged(layers.averageLayers()),
  avgPool1d: () => alone(sequence, layers.avgPool1d({ padding: 'same' })),
  cropping1d: () => alone(sequence, layers.cropping1d({ cropping: [1, 2] })),
  cropping2d: () =>
    alone(
      image,
      layers.cropping2d({
        cropping: [
          [1, 0],
          [0, 2],
        ],
      }),
    ),
  globalAveragePool1d: () => alone(sequence, layers.globalAveragePool1d()),
  globalMaxPool1d: () => alone(sequence, layers.globalMaxPool1d({ keepDims: true })),
  maxPool1d: () => alone(sequence, layers.maxPool1d({ poolSize: 3, strides: 1 })),
  maximumLayers: () => merged(layers.maximumLayers()),
  minimumLayers: () => merged(layers.minimumLayers()),
  gaussianDropout: () => alone([3], layers.gaussianDropout({ rate: 0.25 })),
  gaussianNoise: () => alone([3], layers.gaussianNoise({ std: 0.25 })),
  groupNorm: () => alone(image, layers.groupNorm({ groups: 2, epsilon: 0.1, scale: false })),
  rmsNorm: () => alone(image, layers.rmsNorm({ axis: 2, epsilon: 0.1 })),
  spatialDropout1d: () => alone(sequence, layers.spatialDropout1d({ rate: 0.25 })),
  spatialDropout2d: () => alone(image, layers.spatialDropout2d({ rate: 0.25 })),
  normalization: () => alone(image, layers.normalization({ axis: 1 })),
  permute: () => alone(image, layers.permute({ dims: [3, 1, 2] })),
  relu: () => alone([3], layers.relu({ maxValue: 1, negativeSlope: 0.5, threshold: 0.25 })),
  repeatVector: () => alone([3], layers.repeatVector({ n: 2 })),
  rescaling: () => alone([3], layers.rescaling({ scale: 0.5, offset: -1 })),
  separableConv2d: () => alone(image, layers.separableConv2d({ filters: 3, kernelSize: 2, activation: 'silu' })),
  subtractLayers: () => merged(layers.subtractLayers()),
  upsampling1d: () => alone(sequence, layers.upsampling1d({ size: 3 })),
  zeroPadding1d: () => alone(sequence, layers.zeroPadding1d({ padding: [2, 0] })),
  zeroPadding2d: () => alone(image, layers.zeroPadding2d({ padding: 1 })),
};

/** Saves and loads; the copy has the same weights and predicts the same. */
function expectSameAfterLoading(original: Model, whole: boolean): void {
  const bytes = saveModel(original);
  using copy = loadModel(bytes);
  using small = loadForPrediction(bytes, { layers: layerFactories });
  expect(weightBits(copy)).toEqual(weightBits(original));
  const size = original.inputShape.reduce((total, each) => total * each, 2);
  const x = Float32Array.from({ length: size }, (_, i) => (whole ? i % 4 : ((7 * i) % 11) / 2 - 2.5));
  using expected = original.predict(x);
  using got = copy.predict(x);
  using predicted = small.predict(x);
  expect(got.shape).toEqual(expected.shape);
  expect(got.data()).toEqual(expected.data());
  expect(predicted.data()).toEqual(expected.data());
  expect(copy.summary()).toBe(original.summary());
}

test('there is an example of every exported layer', () => {
  const exported = Object.keys(layers).filter((name) => ![...PENALTIES, 'defineLayer'].includes(name));
  expect(Object.keys(examples).sort()).toEqual(exported.sort());
});

test.each(Object.entries(examples))('%s comes back', (kind, make) => {
  using original = make();
  expectSameAfterLoading(original, kind === 'embedding');
});

const parameters = Object.entries(activations64).flatMap(([name, { variants = [] }]) =>
  variants.map(({ parameter }) => [name, parameter] as const),
);

test.each(Object.keys(activations))('activation %s comes back', (name) => {
  using original = alone([3], layers.dense({ units: 4, activation: name as layers.ActivationName }));
  expectSameAfterLoading(original, false);
});

test.each(parameters)('activation %s of %s comes back', (name, value) => {
  const entry = activations[name as layers.ActivationName];
  if (typeof entry === 'function') throw new Error(`${name} has no parameter`);
  const activation = { name, [entry.parameter]: value } as unknown as layers.Activation;
  using original = alone([3], layers.dense({ units: 4, activation }), layers.activation(activation));
  expectSameAfterLoading(original, false);
});
