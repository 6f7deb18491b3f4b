import * as layers from '../../../src/layers/index.js';
import type { Callable, Row, Rows } from '../row.js';

const KERNEL = {
  activation: 'relu',
  useBias: true,
  kernelInitializer: 'heNormal',
  biasInitializer: { name: 'constant', value: 1 },
  kernelRegularizer: { l1: 0, l2: 0.1 },
  biasRegularizer: { l1: 0.1, l2: 0 },
  name: 'own',
};
const RECURRENT = {
  units: 2,
  activation: { name: 'elu', alpha: 0.5 },
  returnSequences: true,
  dropout: 0.1,
  recurrentDropout: 0.1,
  initialState: 'learned',
  useBias: false,
  kernelInitializer: { name: 'randomNormal', mean: 0, std: 1 },
  recurrentInitializer: 'orthogonal',
  biasInitializer: 'zeros',
  kernelRegularizer: { l1: 0, l2: 0.1 },
  recurrentRegularizer: { l1: 0, l2: 0.1 },
  biasRegularizer: { l1: 0, l2: 0.1 },
  name: 'own',
};
const WINDOW = { strides: [1, 2], padding: 'same', dilations: 1 };

/** The factories of layers, and the shape rule of each. */
export function layerRows(): Rows {
  const row = (call: Callable, args: Row['args']): Row => ({ room: 'layers', call, args });
  const named = (call: Callable): Row => row(call, () => [[{ name: 'own' }], []]);
  return {
    'layers/activation': row(layers.activation, () => [['relu'], [{ name: 'leakyRelu', slope: 0.1 }]]),
    'layers/addLayers': named(layers.addLayers),
    'layers/avgPool2d': row(layers.avgPool2d, () => [[{ poolSize: 2, strides: [1, 1], padding: 'same', name: 'own' }]]),
    'layers/batchNorm': row(layers.batchNorm, () => [
      [{ momentum: 0.9, epsilon: 0.1, center: true, scale: false, name: 'own' }],
    ]),
    'layers/bidirectional': row(layers.bidirectional, () => [
      [layers.lstm({ units: 2 }), { merge: 'sum', name: 'own' }],
    ]),
    'layers/concatenate': row(layers.concatenate, () => [[{ axis: -1, name: 'own' }]]),
    'layers/conv1d': row(layers.conv1d, () => [
      [{ filters: 2, kernelSize: 3, strides: 1, padding: 'causal', dilations: 1, groups: 1, ...KERNEL }],
    ]),
    'layers/conv2d': row(layers.conv2d, () => [
      [{ filters: 2, kernelSize: 3, groups: 1, ...WINDOW, padding: [[1, 0], [0, 1]], ...KERNEL }], // prettier-ignore
    ]),
    'layers/conv2dTranspose': row(layers.conv2dTranspose, () => [
      [{ filters: 2, kernelSize: [3, 2], ...WINDOW, ...KERNEL }],
    ]),
    'layers/defineLayer': { exempt: 'returns what it is given' },
    'layers/dense': row(layers.dense, () => [[{ units: 2, ...KERNEL }], [{ units: 2 }]]),
    'layers/depthwiseConv2d': row(layers.depthwiseConv2d, () => [
      [{ kernelSize: 3, depthMultiplier: 2, ...WINDOW, ...KERNEL }],
    ]),
    'layers/dropout': row(layers.dropout, () => [[{ rate: 0.5, name: 'own' }]]),
    'layers/maxNorm': row(layers.maxNorm, () => [[{ maxValue: 2, axis: [0, 1] }], [2]]),
    'layers/minMaxNorm': row(layers.minMaxNorm, () => [[{ minValue: 1, maxValue: 2, rate: 0.5, axis: 0 }]]),
    'layers/nonNegative': row(layers.nonNegative, () => [[]]),
    'layers/unitNorm': row(layers.unitNorm, () => [[{ axis: 0 }]]),
    'layers/embedding': row(layers.embedding, () => [
      [{ inputDim: 5, outputDim: 2, embeddingsInitializer: 'ones', embeddingsRegularizer: { l1: 1, l2: 0 }, name: 'own' }], // prettier-ignore
    ]),
    'layers/flatten': named(layers.flatten),
    'layers/globalAveragePool2d': row(layers.globalAveragePool2d, () => [[{ keepDims: true, name: 'own' }]]),
    'layers/globalMaxPool2d': row(layers.globalMaxPool2d, () => [[{ keepDims: true, name: 'own' }]]),
    'layers/gru': row(layers.gru, () => [[{ ...RECURRENT, recurrentActivation: 'sigmoid', resetAfter: true }]]),
    'layers/l1': row(layers.l1, () => [[0.1]]),
    'layers/l2': row(layers.l2, () => [[0.1]]),
    'layers/l1l2': row(layers.l1l2, () => [[{ l1: 0.1, l2: 0.1 }]]),
    'layers/layerNorm': row(layers.layerNorm, () => [
      [{ axis: -1, epsilon: 0.1, center: true, scale: false, name: 'own' }],
    ]),
    'layers/lstm': row(layers.lstm, () => [[{ ...RECURRENT, recurrentActivation: 'sigmoid', unitForgetBias: true }]]),
    'layers/maxPool2d': row(layers.maxPool2d, () => [
      [{ poolSize: [2, 2], strides: 1, padding: 'valid', name: 'own' }],
    ]),
    'layers/multiHeadAttention': row(layers.multiHeadAttention, () => [
      [
        {
          ...{ heads: 2, keyDim: 2, valueDim: 3, causal: true, dropout: 0.5, useBias: true, name: 'own' },
          ...{ kernelInitializer: 'zeros', biasInitializer: 'ones', kernelRegularizer: { l1: 0, l2: 1 } },
        },
      ],
    ]),
    'layers/multiplyLayers': named(layers.multiplyLayers),
    'layers/positionalEncoding': row(layers.positionalEncoding, () => [[{ base: 100, name: 'own' }]]),
    'layers/prelu': row(layers.prelu, () => [
      [{ alphaInitializer: 'zeros', alphaRegularizer: { l1: 0, l2: 0.1 }, sharedAxes: [1, 2], name: 'own' }],
    ]),
    'layers/reshape': row(layers.reshape, () => [[{ shape: [2, -1], name: 'own' }]]),
    'layers/simpleRnn': row(layers.simpleRnn, () => [[RECURRENT]]),
    'layers/so3': named(layers.so3),
    'layers/timeDistributed': row(layers.timeDistributed, () => [[layers.dense({ units: 2 }), { name: 'own' }]]),
    'layers/unitQuaternion': named(layers.unitQuaternion),
    'layers/upsampling2d': row(layers.upsampling2d, () => [[{ size: [2, 3], interpolation: 'bilinear', name: 'own' }]]),
    'layers/averageLayers': named(layers.averageLayers),
    'layers/avgPool1d': row(layers.avgPool1d, () => [[{ poolSize: 3, strides: 2, padding: 'same', name: 'own' }]]),
    'layers/cropping1d': row(layers.cropping1d, () => [[{ cropping: [1, 2], name: 'own' }]]),
    'layers/cropping2d': row(layers.cropping2d, () => [[{ cropping: [[1, 0], [0, 1]], name: 'own' }]]), // prettier-ignore
    'layers/globalAveragePool1d': row(layers.globalAveragePool1d, () => [[{ keepDims: true, name: 'own' }]]),
    'layers/globalMaxPool1d': row(layers.globalMaxPool1d, () => [[{ keepDims: true, name: 'own' }]]),
    'layers/maxPool1d': row(layers.maxPool1d, () => [[{ poolSize: 3, strides: 2, padding: 'same', name: 'own' }]]),
    'layers/maximumLayers': named(layers.maximumLayers),
    'layers/minimumLayers': named(layers.minimumLayers),
    'layers/gaussianDropout': row(layers.gaussianDropout, () => [[{ rate: 0.5, name: 'own' }]]),
    'layers/gaussianNoise': row(layers.gaussianNoise, () => [[{ std: 0.5, name: 'own' }]]),
    'layers/groupNorm': row(layers.groupNorm, () => [
      [{ groups: 2, epsilon: 0.1, center: true, scale: false, name: 'own' }],
    ]),
    'layers/rmsNorm': row(layers.rmsNorm, () => [[{ axis: -1, epsilon: 0.1, scale: true, name: 'own' }]]),
    'layers/spatialDropout1d': row(layers.spatialDropout1d, () => [[{ rate: 0.5, name: 'own' }]]),
    'layers/spatialDropout2d': row(layers.spatialDropout2d, () => [[{ rate: 0.5, name: 'own' }]]),
    'layers/normalization': row(layers.normalization, () => [[{ axis: -1, name: 'own' }]]),
    'layers/permute': row(layers.permute, () => [[{ dims: [2, 1], name: 'own' }]]),
    'layers/relu': row(layers.relu, () => [[{ maxValue: 6, negativeSlope: 0.1, threshold: 0.5, name: 'own' }]]),
    'layers/repeatVector': row(layers.repeatVector, () => [[{ n: 3, name: 'own' }]]),
    'layers/rescaling': row(layers.rescaling, () => [[{ scale: 2, offset: 1, name: 'own' }]]),
    'layers/separableConv2d': row(layers.separableConv2d, () => [
      [
        {
          ...{
            filters: 2,
            kernelSize: 3,
            depthMultiplier: 2,
            ...WINDOW,
            activation: 'relu',
            useBias: true,
            name: 'own',
          },
          ...{ depthwiseInitializer: 'ones', pointwiseInitializer: 'heNormal', biasInitializer: 'zeros' },
          ...{ depthwiseRegularizer: { l1: 0, l2: 1 }, pointwiseRegularizer: { l1: 1, l2: 0 } },
          biasRegularizer: { l1: 0, l2: 1 },
        },
      ],
    ]),
    'layers/subtractLayers': named(layers.subtractLayers),
    'layers/upsampling1d': row(layers.upsampling1d, () => [[{ size: 2, name: 'own' }]]),
    'layers/zeroPadding1d': row(layers.zeroPadding1d, () => [[{ padding: [1, 2], name: 'own' }]]),
    'layers/zeroPadding2d': row(layers.zeroPadding2d, () => [[{ padding: [[1, 0], [0, 1]], name: 'own' }]]), // prettier-ignore
  };
}
