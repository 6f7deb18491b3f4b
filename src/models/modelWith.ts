// The type of models whose inputs and outputs may be several.
import type { RowData, SeveralRows } from '../data/index.js';
import type { ApplyOptions, PredictOptions } from './inferenceModel.js';
import type { Model } from './model.js';
import type { WeightTree } from './network.js';
import type { FloatArrays } from './ports.js';
import type { Predictor, PredictorOptions } from './predictor.js';
import type { StepOptions, Trainer, TrainerOptions } from './trainer.js';

/** One input or target, or several: an array of them in order, or an object by name. */
export type Several = RowData | SeveralRows;

/** A predictor whose inputs and outputs may be several. */
export type SeveralPredictor = ((input: Float32Array | FloatArrays, output: Float32Array | FloatArrays) => void) &
  Predictor;

/** A trainer whose inputs and targets may be several. */
export type SeveralTrainer = {
  /** As `Trainer.step`; several inputs, or targets of several outputs, are an array or object of them. */
  step(x: Several, y: Several | ArrayLike<number>, options?: StepOptions): number;
} & Trainer;

/** A model made by `model`, which predicts an `Output`: a tensor, or an array or object of tensors. */
export type ModelWith<Output> = {
  /** As `Model.predict`, each input `[B, ...its shape]`, for each output `[B, ...its shape]`. */
  predict(x: Several, options?: PredictOptions): Output;
  /** As `Model.apply`, with inputs and outputs as in `predict`. */
  apply(weights: WeightTree, x: Several, options?: Omit<ApplyOptions, 'state'>): Output;
  /** As `Model.predictor`; several inputs or outputs are arrays, or objects by name, of Float32Arrays. */
  predictor(options?: PredictorOptions): SeveralPredictor;
  trainer(options: TrainerOptions): SeveralTrainer;
} & Model;
