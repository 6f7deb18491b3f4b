export { sequential } from './sequential.js';
export type { ApplyOptions, InferenceModel } from '../models/inferenceModel.js';
export type { ModelInput } from '../models/inputs.js';
export type { NetworkOptions } from '../models/buildNetwork.js';
export type { Weight, WeightTree } from '../models/network.js';
export type { Predictor, PredictorOptions } from '../models/predictor.js';
