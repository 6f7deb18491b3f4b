export { activation } from './activation.js';
export { addLayers } from './addLayers.js';
export { avgPool2d } from './avgPool2d.js';
export { bidirectional, type BidirectionalOptions } from './bidirectional.js';
export { concatenate } from './concatenate.js';
export { conv1d, type Conv1dLayerOptions } from './conv1d.js';
export { conv2d, type Conv2dLayerOptions } from './conv2d.js';
export { conv2dTranspose, type Conv2dTransposeLayerOptions } from './conv2dTranspose.js';
export { batchNorm, type BatchNormOptions } from './batchNorm.js';
export { defineLayer, type DefinedResult, type LayerDefinition } from './defineLayer.js';
export { dense, type DenseOptions } from './dense.js';
export { depthwiseConv2d, type DepthwiseConv2dLayerOptions } from './depthwiseConv2d.js';
export { dropout } from './dropout.js';
export { embedding, type EmbeddingOptions } from './embedding.js';
export { flatten } from './flatten.js';
export { globalAveragePool2d } from './globalAveragePool2d.js';
export { globalMaxPool2d } from './globalMaxPool2d.js';
export { gru, type GruOptions } from './gru.js';
export { maxPool2d } from './maxPool2d.js';
export { layerNorm, type LayerNormOptions } from './layerNorm.js';
export { prelu, type PreluOptions } from './prelu.js';
export { reshape } from './reshape.js';
export { lstm, type LstmOptions } from './lstm.js';
export { multiHeadAttention, type MultiHeadAttentionOptions } from './multiHeadAttention.js';
export { multiplyLayers } from './multiplyLayers.js';
export { positionalEncoding } from './positionalEncoding.js';
export { simpleRnn, type SimpleRnnOptions } from './simpleRnn.js';
export { timeDistributed } from './timeDistributed.js';
export { so3 } from './so3.js';
export { unitQuaternion } from './unitQuaternion.js';
export { upsampling2d, type Upsampling2dOptions } from './upsampling2d.js';
export { zeroPadding2d, type ZeroPadding2dOptions } from './zeroPadding2d.js';
export { averageLayers } from './averageLayers.js';
export { avgPool1d } from './avgPool1d.js';
export { cropping1d, type Cropping1dOptions } from './cropping1d.js';
export { cropping2d, type Cropping2dOptions } from './cropping2d.js';
export { globalAveragePool1d } from './globalAveragePool1d.js';
export { globalMaxPool1d } from './globalMaxPool1d.js';
export { maxPool1d } from './maxPool1d.js';
export { maximumLayers } from './maximumLayers.js';
export { minimumLayers } from './minimumLayers.js';
export { normalization } from './normalization.js';
export { permute } from './permute.js';
export { relu, type ReluOptions } from './relu.js';
export { repeatVector } from './repeatVector.js';
export { rescaling, type RescalingOptions } from './rescaling.js';
export { separableConv2d, type SeparableConv2dOptions } from './separableConv2d.js';
export { subtractLayers } from './subtractLayers.js';
export { upsampling1d } from './upsampling1d.js';
export { zeroPadding1d, type ZeroPadding1dOptions } from './zeroPadding1d.js';
export { gaussianDropout } from './gaussianDropout.js';
export { gaussianNoise, type GaussianNoiseOptions } from './gaussianNoise.js';
export { groupNorm, type GroupNormOptions } from './groupNorm.js';
export { rmsNorm, type RmsNormOptions } from './rmsNorm.js';
export { spatialDropout1d } from './spatialDropout1d.js';
export { spatialDropout2d } from './spatialDropout2d.js';
export type { RateOptions } from './support/noise.js';
export type { StepPoolOptions } from './support/steps.js';
export type { GlobalPoolOptions, PoolLayerOptions } from './support/pooling.js';
export {
  maxNorm,
  minMaxNorm,
  nonNegative,
  unitNorm,
  type Constraint,
  type MaxNormOptions,
  type MinMaxNormOptions,
  type NamedConstraint,
  type NormOptions,
} from './constraints.js';
export { l1, l2, l1l2, type Penalty, type Regularizer } from './regularizers.js';
export type { Activation, ActivationName } from './activations.js';
export type { Initializer, InitializerName } from './initializers.js';
export type {
  Layer,
  LayerContext,
  LayerResult,
  LayerWeights,
  Merge,
  Projection,
  RecurrentState,
  WeightSpec,
} from './layer.js';
