// Functions of a network with several or named inputs or outputs. They are part of such a network, so that pages with
// sequential models only do not load them.
import type { Shape } from '../../core/shapes.js';
import type { Dataset } from '../../data/index.js';
import type { Loss } from '../../losses/index.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Reducer } from '../metrics/accumulated.js';

/** A prediction: a tensor, or one for each output, in order or by name like `outputs`. */
export type Prediction = Tensor | Tensor[] | Record<string, Tensor>;

/** A value for each output: in order, or by name. */
export type PerOutput<T> = readonly T[] | Readonly<Record<string, T>>;

/** A loss, or one for each output of a model with several. */
export type LossOption = Loss | PerOutput<Loss>;

/** Arrays of several inputs or outputs. */
export type FloatArrays = readonly Float32Array[] | Readonly<Record<string, Float32Array>>;

/** An output among several: the shape of its rows, and what takes it out of rows of all of them. */
export interface OutputColumns {
  readonly shape: Shape;
  readonly of: (rows: Tensor) => Tensor;
}

/** A metric without its types, for measuring it on one output. */
export interface MeasuredMetric {
  readonly name: string;
  readonly compute?: ((prediction: Tensor, target: Tensor) => Tensor) | undefined;
  readonly reducer?: Reducer | undefined;
  readonly ranks?: boolean | undefined;
  readonly columns?: OutputColumns | undefined;
  readonly isCustom?: boolean | undefined;
}

type PredictRows = (input: Float32Array, output: Float32Array) => void;

/** The inputs and outputs of a network in predictions. Inside it they are side by side in rows. */
export interface InferencePorts {
  /** Steps of the sequences that lengths belong to. @throws TypeError when there is none among the inputs */
  readonly steps: (where: string) => number;
  /** Inputs as rows. */
  readonly input: (where: string, x: unknown) => Tensor;
  /** Converts rows of outputs to the prediction that a user gets. */
  readonly output: (rows: Tensor) => Prediction;
  /** Checks the values of inputs that are indices. */
  readonly checkIndices: (where: string, rows: ArrayLike<number>) => void;
  readonly predictor: (
    run: PredictRows,
    rows: number,
  ) => (input: Float32Array | FloatArrays, output: Float32Array | FloatArrays) => void;
}

/** The inputs and outputs of a network, for training as well. */
export interface Ports extends InferencePorts {
  /** The data with inputs and targets in the form that the network and the loss need. */
  readonly dataset: (where: string, data: Dataset, loss: Loss | undefined) => Dataset;
  /** The batch of a step as rows. */
  readonly batch: (
    where: string,
    x: unknown,
    y: unknown,
    loss: Loss,
  ) => { readonly x: Float32Array; readonly y: ArrayLike<number> };
  /** The data with weights of the classes of the outputs. */
  readonly classWeights: (where: string, data: Dataset, given: unknown) => Dataset;
  /** One loss of the rows of outputs. */
  readonly loss: (where: string, loss: LossOption, weights: PerOutput<number> | undefined) => Loss;
  readonly metric: <M extends MeasuredMetric>(
    where: string,
    metric: unknown,
    loss: LossOption,
    resolve: (metric: unknown, loss: LossOption | undefined, shape?: Shape) => M,
  ) => M | MeasuredMetric;
}
