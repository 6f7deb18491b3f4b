export { activation } from './activation.js';
export { dense, type DenseOptions } from './dense.js';
export { dropout } from './dropout.js';
export { flatten } from './flatten.js';
export { reshape } from './reshape.js';
export { l1, l2, l1l2, type Penalty, type Regularizer } from './regularizers.js';
export type { Activation, ActivationName } from './activations.js';
export type { Initializer, InitializerName } from './initializers.js';
export type { Layer, LayerContext, LayerResult, LayerWeights, RecurrentState, WeightSpec } from './layer.js';
