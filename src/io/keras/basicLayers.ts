// Layers of Keras' for inputs of any shape.
import { activation } from '../../layers/activation.js';
import { batchNorm } from '../../layers/batchNorm.js';
import { dense } from '../../layers/dense.js';
import { dropout } from '../../layers/dropout.js';
import { embedding } from '../../layers/embedding.js';
import { flatten } from '../../layers/flatten.js';
import { gaussianDropout } from '../../layers/gaussianDropout.js';
import { gaussianNoise } from '../../layers/gaussianNoise.js';
import { groupNorm } from '../../layers/groupNorm.js';
import type { Layer } from '../../layers/layer.js';
import { layerNorm } from '../../layers/layerNorm.js';
import { normalization } from '../../layers/normalization.js';
import { permute } from '../../layers/permute.js';
import { prelu } from '../../layers/prelu.js';
import { relu } from '../../layers/relu.js';
import { repeatVector } from '../../layers/repeatVector.js';
import { rescaling } from '../../layers/rescaling.js';
import { reshape } from '../../layers/reshape.js';
import { rmsNorm } from '../../layers/rmsNorm.js';
import { spatialDropout1d } from '../../layers/spatialDropout1d.js';
import { spatialDropout2d } from '../../layers/spatialDropout2d.js';
import type { Activation } from '../../layers/activations.js';
import { axisOf, kernelOptions, lastAxis, weightOptions, type Mapping } from './mapping.js';
import { activationOf } from './values.js';

const activating = (name: string, kind: Activation): Layer => ({ ...activation(kind), name });

/** What does nothing in prediction, and in training adds noise that is left out here. */
const nothing: Mapping = (_, { name }) => activating(name, 'linear');

/** A kind of dropout. */
const dropping =
  (make: (options: { rate: number; name: string }) => Layer): Mapping =>
  (config, { name }) =>
    make({ rate: config.number('rate'), name });

const groupNormalization: Mapping = (config, { name, shapes }) => {
  lastAxis(config, shapes);
  const groups = config.number('groups', 32);
  return groupNorm({
    groups: groups === -1 ? shapes[0]?.at(-1) : groups,
    epsilon: config.number('epsilon', 1e-3),
    center: config.flag('center', true),
    scale: config.flag('scale', true),
    name,
  });
};

const rectifier: Mapping = (config, { name }) => {
  const [maxValue, slope] = [config.maybeNumber('max_value'), config.number('negative_slope', 0)];
  const threshold = config.number('threshold', 0);
  if (slope === 0 && threshold === 0 && maxValue === undefined) return activating(name, 'relu');
  if (slope === 0 && threshold === 0 && maxValue === 6) return activating(name, 'relu6');
  return relu({ maxValue, negativeSlope: slope, threshold, name });
};

const batchNormalization: Mapping = (config, { name, shapes }) => {
  lastAxis(config, shapes);
  config.only('renorm', false);
  return batchNorm({
    momentum: config.number('momentum', 0.99),
    epsilon: config.number('epsilon', 1e-3),
    center: config.flag('center', true),
    scale: config.flag('scale', true),
    name,
  });
};

const layerNormalization: Mapping = (config, { name }) => {
  config.only('rms_scaling', false);
  return layerNorm({
    axis: axisOf(config, -1),
    epsilon: config.number('epsilon', 1e-3),
    center: config.flag('center', true),
    scale: config.flag('scale', true),
    name,
  });
};

const embed: Mapping = (config, { name }) => {
  config.only('mask_zero', false);
  const { initializer, regularizer, constraint } = weightOptions(config, 'embeddings');
  return embedding({
    inputDim: config.number('input_dim'),
    outputDim: config.number('output_dim'),
    embeddingsInitializer: initializer,
    embeddingsRegularizer: regularizer,
    embeddingsConstraint: constraint,
    name,
  });
};

const parametricRelu: Mapping = (config, { name }) => {
  const { initializer, regularizer, constraint } = weightOptions(config, 'alpha');
  const sharedAxes = config.get('shared_axes') === undefined ? [] : config.numbers('shared_axes');
  return prelu({
    alphaInitializer: initializer,
    alphaRegularizer: regularizer,
    alphaConstraint: constraint,
    sharedAxes,
    name,
  });
};

const normalize: Mapping = (config, { name }) => {
  config.only('invert', false);
  return normalization({ axis: axisOf(config, -1), name });
};

const softmax: Mapping = (config, { name, shapes }) => {
  lastAxis(config, shapes);
  return activating(name, 'softmax');
};

export const basicLayers: Readonly<Record<string, Mapping>> = {
  Dense: (config, context) => dense({ units: config.number('units'), ...kernelOptions(config, context) }),
  Activation: (config, { name, dialect }) => activating(name, activationOf(config, 'activation', dialect.hardSigmoid)),
  Flatten: (config, { name }) => {
    config.only('data_format', 'channels_last');
    return flatten({ name });
  },
  Reshape: (config, { name }) => reshape({ shape: config.numbers('target_shape'), name }),
  Permute: (config, { name }) => permute({ dims: config.numbers('dims'), name }),
  RepeatVector: (config, { name }) => repeatVector({ n: config.number('n'), name }),
  Dropout: dropping(dropout),
  SpatialDropout1D: dropping(spatialDropout1d),
  SpatialDropout2D: (config, context) => {
    config.only('data_format', 'channels_last');
    return dropping(spatialDropout2d)(config, context);
  },
  AlphaDropout: dropping(dropout),
  GaussianDropout: dropping(gaussianDropout),
  GaussianNoise: (config, { name }) => gaussianNoise({ std: config.number('stddev'), name }),
  ActivityRegularization: nothing,
  RandomFlip: nothing,
  RandomRotation: nothing,
  RandomZoom: nothing,
  RandomTranslation: nothing,
  RandomContrast: nothing,
  RandomBrightness: nothing,
  ReLU: rectifier,
  ThresholdedReLU: (config, { name }) => relu({ threshold: config.number('theta', 1), name }),
  LeakyReLU: (config, { name }) => {
    const slope = config.maybeNumber('negative_slope') ?? config.number('alpha', 0.3);
    return activating(name, { name: 'leakyRelu', slope });
  },
  ELU: (config, { name }) => activating(name, { name: 'elu', alpha: config.number('alpha', 1) }),
  PReLU: parametricRelu,
  Softmax: softmax,
  Rescaling: (config, { name }) =>
    rescaling({ scale: config.number('scale'), offset: config.number('offset', 0), name }),
  Normalization: normalize,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  RMSNormalization: (config, { name }) =>
    rmsNorm({ axis: axisOf(config, -1), epsilon: config.number('epsilon', 1e-6), name }),
  Embedding: embed,
};
