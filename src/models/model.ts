import { matching, type WeightPattern } from '../core/patterns.js';
import type { Dataset, TrainingData } from '../data/index.js';
import { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.js';
import { fit, keptState } from './fit.js';
import type { FitOptionsOf } from './fitOptions.js';
import type { History, Metrics } from './history.js';
import { knownOptions } from '../core/checks.js';
import { InferenceModel, type PredictOptions } from './inferenceModel.js';
import { assertAlive, type ModelInput } from './inputs.js';
import { layersOf, unknownLayer, upTo, type ModelLayer } from './layersOf.js';
import type { Metric } from './metrics.js';
import type { KeptState } from './snapshot.js';
import { isStream, predictStream, type InputStream } from './predictStream.js';
import type { Prediction } from './several/ports.js';
import { summarise } from './summary.js';
import type { Tensor } from '../tensors/tensor.js';
import { Trainer, type TrainerOptions } from './trainer.js';
import type { Network } from './network.js';

/** Options of `fit`. The types of the logs follow from `metrics`. */
export type FitOptions<M extends Metrics = readonly Metric[]> = FitOptionsOf<Model, M>;

/** A model that can be trained, which changes its weights in place. Made by `sequential` and `model`. */
export class Model extends InferenceModel {
  /** @internal */
  declare readonly network: Network;

  /** @internal */
  static override of(network: Network): Model {
    return new Model(network);
  }

  /** The layers, their output shapes and weights, as a table. */
  summary(): string {
    return summarise(this.network);
  }

  /** The layers in their order. Those of a model that is a layer have its name before theirs. */
  get layers(): readonly ModelLayer[] {
    return layersOf(this.network);
  }

  /** The layer with a name. @throws RangeError */
  layer(name: string): ModelLayer {
    return this.layers.find((layer) => layer.name === name) ?? unknownLayer('layer', this.network, name);
  }

  /**
   * A model of the same inputs whose output is that of a layer. It shares the weights: training one model trains the
   * other, and either may be disposed first.
   *
   * @param layer name of a layer, or of a model that is a layer; of a layer that is used again, the first use counts
   * @throws RangeError for an unknown name; DisposedError
   */
  upTo(layer: string): Model {
    assertAlive('upTo', 'model', this);
    return Model.of(upTo(this.network, layer));
  }

  /**
   * Keeps weights as they are in later training: neither gradients nor an optimiser's state are made for them, their
   * penalties do not count, and `batchNorm` uses its running statistics without changing them. Dropout stays active.
   * Trainers, and a call of `fit` that is under way, go on as they began. Models that share a weight share this.
   *
   * @param weights tested against full names (`dense_1/kernel`); a text is a full name, or the name of a layer or
   *   model. Default: all weights
   * @throws RangeError when no weight fits; TypeError; DisposedError
   */
  freeze(weights: WeightPattern = /^/): void {
    this.#setFrozen('freeze', weights, true);
  }

  /** Undoes `freeze`, and `trainable: false` of layers. @throws as `freeze` */
  unfreeze(weights: WeightPattern = /^/): void {
    this.#setFrozen('unfreeze', weights, false);
  }

  #setFrozen(where: string, pattern: WeightPattern, frozen: boolean): void {
    assertAlive(where, 'model', this);
    for (const { state } of matching(where, this.network.weights, pattern)) state.frozen = frozen;
  }

  /**
   * A trainer for training step by step in your own loop.
   * @throws TypeError, RangeError, DisposedError
   */
  trainer(options: TrainerOptions): Trainer {
    assertAlive('trainer', 'model', this);
    return Trainer.of(this.network, options);
  }

  /** What another `fit` with the same optimizer goes on with: epochs and steps done, and the optimizer's state. */
  get trainingState(): KeptState | undefined {
    return keptState(this);
  }

  /**
   * Trains the model. Other tasks of the page or event loop run every few milliseconds; with `worker: true` they are
   * not delayed at all.
   *
   * Another call with the same optimizer object goes on: with the optimizer's state, its schedule, dropout and the numbers
   * of epochs, to which the orders of rows belong (see `trainingState`). With `reset: true` or another optimizer they
   * begin anew. `from` continues a training that was stored.
   *
   * @returns `epochs`: a log for each epoch, with the metrics by name; `stopped`: what ended training
   * @throws typed errors for data and options before the first step; NonFiniteError when the loss stops being finite,
   * with the weights as they were before; DisposedError when the model is disposed meanwhile; WorkerError when the
   * worker of `worker: true` dies; Error while another `fit` of this model is under way.
   * @example
   * ```ts
   * import { init } from 'wasmgrad';
   * import { dataset } from 'wasmgrad/data';
   * import { dense } from 'wasmgrad/layers';
   * import { meanSquaredError } from 'wasmgrad/losses';
   * import { sequential } from 'wasmgrad/models';
   * import { adam } from 'wasmgrad/optimizers';
   * await init();
   * const model = sequential({ inputShape: [1] }, [dense({ units: 1 })]);
   * const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
   * const options = { loss: meanSquaredError(), optimizer: adam({ learningRate: 0.1 }), epochs: 300 };
   * await model.fit(data, { ...options, worker: true });
   * console.log(model.predict([[4]]).item()); // about 9.0000
   * model.dispose();
   * ```
   */
  fit<const M extends Metrics>(data: TrainingData, options: FitOptions<M>): Promise<History<M>>;
  async fit(data: TrainingData, options: FitOptions): Promise<History> {
    assertAlive('fit', 'model', this);
    return fit(this, data, options);
  }

  /**
   * The outputs for a batch, in inference mode; for a stream of batches, which must end, a promise of the outputs for all.
   *
   * @param x `[B, ...inputShape]`: tensor, nested arrays, or a flat typed array; or an (async) iterable or generator
   *   function of such inputs, or of batches as for `fit`, whose targets are ignored
   * @returns `[B, ...outputShape]`
   * @throws ShapeError, DisposedError
   */
  override predict(x: ModelInput, options?: PredictOptions): Tensor;
  override predict(x: InputStream, options?: PredictOptions): Promise<Tensor>;
  override predict(x: ModelInput | InputStream, options?: PredictOptions): Prediction | Promise<Prediction> {
    if (!isStream(x)) return super.predict(x, options);
    assertAlive('predict', 'model', this);
    knownOptions('predict', options ?? {}, []);
    return predictStream(x, this.network, (each, more) => this.predict(each, more));
  }

  /**
   * Loss and metrics on data, as means over its rows; a promise of them for a stream of batches, which must end.
   *
   * @returns `loss`, and the metrics by name
   * @throws typed errors for data and options
   */
  evaluate<const M extends Metrics>(data: Dataset, options: EvaluateOptions<M>): Evaluation<M>;
  evaluate<const M extends Metrics>(
    data: Exclude<TrainingData, Dataset>,
    options: EvaluateOptions<M>,
  ): Promise<Evaluation<M>>;
  evaluate<const M extends Metrics>(
    data: TrainingData,
    options: EvaluateOptions<M>,
  ): Evaluation<M> | Promise<Evaluation<M>>;
  evaluate(data: TrainingData, options: EvaluateOptions): Evaluation | Promise<Evaluation> {
    assertAlive('evaluate', 'model', this);
    return evaluate(this, data, options);
  }
}
