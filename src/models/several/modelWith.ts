// Types of models that may have several inputs and outputs.
import type { RowData, SeveralRows } from '../../data/index.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { ApplyOptions, PredictOptions } from '../inferenceModel.js';
import type { Model } from '../model.js';
import type { WeightTree } from '../network.js';
import type { FloatArrays } from './ports.js';
import type { InputStream } from '../predictStream.js';
import type { Predictor, PredictorOptions } from '../predictor.js';
import type { StepOptions, Trainer, TrainerOptions } from '../trainer.js';

/** One input or target, or several: an array of them in order, or an object by name. */
export type Several = RowData | SeveralRows;

/** A predictor that may have several inputs and outputs. */
export type SeveralPredictor = ((input: Float32Array | FloatArrays, output: Float32Array | FloatArrays) => void) &
  Predictor;

/** A trainer that may have several inputs and targets. */
export type SeveralTrainer = {
  /** Like `Trainer.step`. Several inputs, or targets of several outputs, are an array or object. */
  step(x: Several, y: Several | ArrayLike<number>, options?: StepOptions): number;
} & Trainer;

/** A model made by `model`, which predicts an `Output`: a tensor, or an array or object of tensors. */
export type ModelWith<Output> = {
  /** Like `Model.predict`, with `[B, ...its shape]` for each input and output. */
  predict(x: Several, options?: PredictOptions): Output;
  predict(x: InputStream, options?: PredictOptions): Promise<Output>;
  /** Like `Model.apply`, with inputs and outputs as in `predict`. */
  apply(weights: WeightTree, x: Several, options?: Omit<ApplyOptions, 'state'>): Output;
  /** Like `Model.predictor`. Several inputs or outputs are arrays, or objects by name, of Float32Arrays. */
  predictor(options?: PredictorOptions): SeveralPredictor;
  trainer(options: TrainerOptions): SeveralTrainer;
  upTo(layer: string): ModelWith<Tensor>;
} & Model;
