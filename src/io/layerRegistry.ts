import { activation } from '../layers/activation.js';
import { batchNorm } from '../layers/batchNorm.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { embedding } from '../layers/embedding.js';
import { flatten } from '../layers/flatten.js';
import { addLayers } from '../layers/addLayers.js';
import { avgPool2d } from '../layers/avgPool2d.js';
import { bidirectional, type BidirectionalOptions } from '../layers/bidirectional.js';
import { concatenate } from '../layers/concatenate.js';
import { conv1d } from '../layers/conv1d.js';
import { conv2d } from '../layers/conv2d.js';
import { conv2dTranspose } from '../layers/conv2dTranspose.js';
import { depthwiseConv2d } from '../layers/depthwiseConv2d.js';
import { globalAveragePool2d } from '../layers/globalAveragePool2d.js';
import { globalMaxPool2d } from '../layers/globalMaxPool2d.js';
import { maxPool2d } from '../layers/maxPool2d.js';
import { upsampling2d } from '../layers/upsampling2d.js';
import { zeroPadding2d } from '../layers/zeroPadding2d.js';
import { layerNorm } from '../layers/layerNorm.js';
import { gru } from '../layers/gru.js';
import type { Layer } from '../layers/layer.js';
import { lstm } from '../layers/lstm.js';
import { prelu } from '../layers/prelu.js';
import { reshape } from '../layers/reshape.js';
import { multiHeadAttention } from '../layers/multiHeadAttention.js';
import { multiplyLayers } from '../layers/multiplyLayers.js';
import { positionalEncoding } from '../layers/positionalEncoding.js';
import { simpleRnn } from '../layers/simpleRnn.js';
import { timeDistributed } from '../layers/timeDistributed.js';
import { so3 } from '../layers/so3.js';
import { unitQuaternion } from '../layers/unitQuaternion.js';
import { averageLayers } from '../layers/averageLayers.js';
import { avgPool1d } from '../layers/avgPool1d.js';
import { cropping1d } from '../layers/cropping1d.js';
import { cropping2d } from '../layers/cropping2d.js';
import { globalAveragePool1d } from '../layers/globalAveragePool1d.js';
import { globalMaxPool1d } from '../layers/globalMaxPool1d.js';
import { maxPool1d } from '../layers/maxPool1d.js';
import { maximumLayers } from '../layers/maximumLayers.js';
import { minimumLayers } from '../layers/minimumLayers.js';
import { normalization } from '../layers/normalization.js';
import { permute } from '../layers/permute.js';
import { relu } from '../layers/relu.js';
import { repeatVector } from '../layers/repeatVector.js';
import { rescaling } from '../layers/rescaling.js';
import { separableConv2d } from '../layers/separableConv2d.js';
import { subtractLayers } from '../layers/subtractLayers.js';
import { upsampling1d } from '../layers/upsampling1d.js';
import { zeroPadding1d } from '../layers/zeroPadding1d.js';
import { groupNorm } from '../layers/groupNorm.js';
import { rmsNorm } from '../layers/rmsNorm.js';
import { spatialDropout1d } from '../layers/spatialDropout1d.js';
import { spatialDropout2d } from '../layers/spatialDropout2d.js';
import { gaussianDropout } from '../layers/gaussianDropout.js';
import { gaussianNoise } from '../layers/gaussianNoise.js';
import { inputPart, outputRow } from '../models/functional.js';
import type { Factory } from './factory.js';

/** The factories that make layers from their configuration in a file, by kind. */
export const layerFactories: Readonly<Record<string, Factory<Layer>>> = {
  activation: (config: { activation: Parameters<typeof activation>[0] }) => activation(config.activation),
  batchNorm,
  dense,
  dropout,
  embedding,
  flatten,
  layerNorm,
  prelu,
  reshape,
  bidirectional: ({ layer, ...options }: { layer: Layer } & BidirectionalOptions) => bidirectional(layer, options),
  gru,
  lstm,
  multiHeadAttention,
  positionalEncoding,
  addLayers,
  concatenate,
  multiplyLayers,
  inputPart,
  outputRow,
  simpleRnn,
  timeDistributed: ({ layer, ...options }: { layer: Layer }) => timeDistributed(layer, options),
  so3,
  unitQuaternion,
  avgPool2d,
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  globalAveragePool2d,
  globalMaxPool2d,
  maxPool2d,
  upsampling2d,
  zeroPadding2d,
  averageLayers,
  avgPool1d,
  cropping1d,
  cropping2d,
  globalAveragePool1d,
  globalMaxPool1d,
  maxPool1d,
  maximumLayers,
  minimumLayers,
  normalization,
  permute,
  relu,
  repeatVector,
  rescaling,
  separableConv2d,
  subtractLayers,
  upsampling1d,
  zeroPadding1d,
  groupNorm,
  rmsNorm,
  spatialDropout1d,
  spatialDropout2d,
  gaussianDropout,
  gaussianNoise,
};
