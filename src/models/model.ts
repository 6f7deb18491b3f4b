import { knownOptions } from '../core/checks.js';
import { DisposableBase } from '../core/disposable.js';
import { DisposedError, ShapeError } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { currentFrame, valuesKnown } from '../autodiff/op.js';
import { leaves } from '../core/trees.js';
import type { TrainingData } from '../data/index.js';
import type { RecurrentState } from '../layers/layer.js';
import { call } from '../runtime/kernels.js';
import { seedWords, tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { isTensor } from '../tensors/tensor.js';
import { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.js';
import { fit } from './fit.js';
import type { FitOptions } from './fitOptions.js';
import { checkIndices } from './batches.js';
import { checkLengths, checkValues, toBatch, type ModelInput } from './inputs.js';
import { forward, type ForwardResult, type Network, type Weight, type WeightTree } from './network.js';
import { ChunkedPredictor, makePredictor, type Predictor, type PredictorOptions, weightTree } from './predictor.js';
import type { History } from './run.js';
import { summarise } from './summary.js';
import { Trainer, type TrainerOptions } from './trainer.js';

export interface ApplyOptions {
  /** Default false: inference mode. */
  readonly training?: boolean;
  /** Valid steps of each sequence. */
  readonly lengths?: ArrayLike<number>;
  /** Seed of dropout, needed when training with dropout. */
  readonly seed?: number;
  /** States of the recurrent layers to start from; with it (an empty array for zeros) the states come back too. */
  readonly state?: readonly RecurrentState[];
}

/**
 * Layers with weights. The weights live in linear memory until `dispose()`; training changes them in place.
 * Models are made by `sequential`.
 */
export class Model extends DisposableBase {
  /** Shape of one input sample. */
  readonly inputShape: Shape;
  /** Shape of one output sample. */
  readonly outputShape: Shape;
  /** The weights in the order of the layers. */
  readonly weights: readonly Weight[];
  /** @internal */
  readonly network: Network;
  readonly #predictor: ChunkedPredictor;
  #disposed = false;

  /** @internal */
  constructor(network: Network) {
    super();
    this.network = network;
    this.inputShape = network.inputShape;
    this.outputShape = network.outputShape;
    this.weights = network.weights;
    this.#predictor = new ChunkedPredictor(network);
  }

  /** Number of weights, trainable or not. */
  get parameterCount(): number {
    return this.weights.reduce((total, { shape }) => total + sizeOf(shape), 0);
  }

  /** The layers, their output shapes and weights, as a table. */
  summary(): string {
    return summarise(this.network);
  }

  /**
   * Copies of all weights by name.
   * @throws DisposedError
   */
  getWeights(): Record<string, Float32Array> {
    this.#alive('getWeights');
    return Object.fromEntries(this.weights.map(({ name, tensor: value }) => [name, Float32Array.from(value.data())]));
  }

  /**
   * Sets some or all weights; trainers and predictors made before see the new values. All or nothing.
   *
   * @param values by weight name: tensors, flat typed arrays or nested arrays of the weight's shape
   * @throws RangeError for an unknown name; ShapeError, DTypeError, NonFiniteError for values that do not fit
   */
  setWeights(values: Readonly<Record<string, ModelInput>>): void {
    this.#alive('setWeights');
    scoped(
      () => {
        const pairs = Object.entries(values).map(([name, value]) => {
          const weight = this.weights.find((candidate) => candidate.name === name);
          if (!weight)
            throw new RangeError(
              `setWeights: expected one of ${this.weights.map((known) => known.name).join(', ')}, got '${name}'`,
            );
          return { weight, value: checkValues(weight, value) };
        });
        for (const { weight, value } of pairs)
          call('copyBytes', value.pointer(), weight.tensor.pointer(), 4 * value.size);
      },
      () => [],
    );
  }

  /**
   * The outputs for a batch, in inference mode.
   *
   * @param x `[B, ...inputShape]`: tensor, nested arrays, or a flat typed array
   * @returns `[B, ...outputShape]`
   * @throws ShapeError, DisposedError
   */
  predict(x: ModelInput, options: { readonly lengths?: ArrayLike<number> } = {}): Tensor {
    this.#alive('predict');
    knownOptions('predict', options, ['lengths']);
    // Recorded programs are for plain calls; inside grad, compile and the like it is one more function.
    if (currentFrame() || !valuesKnown()) return this.apply(weightTree(this.network), x, options);
    return scoped(
      () => {
        const batch = toBatch('predict', this.inputShape, x, false);
        const { lengths } = options;
        if (lengths) checkLengths('predict', lengths, batch);
        if (this.network.indices !== undefined) checkIndices('predict', batch.data(), this.network, lengths);
        return this.#predictor.predict(batch, lengths);
      },
      (result) => [result],
    );
  }

  /**
   * The model as a pure function of its weights: differentiate it, compose it, compile it.
   *
   * @param weights every weight by name, e.g. from `model.weights`
   * @param x `[B, ...inputShape]`
   * @returns the output; with `state` given `[output, state]`
   * @throws ShapeError, TypeError
   */
  apply(
    weights: WeightTree,
    x: ModelInput,
    options: ApplyOptions & { readonly state: readonly RecurrentState[] },
  ): [Tensor, RecurrentState[]];
  apply(weights: WeightTree, x: ModelInput, options?: ApplyOptions): Tensor;
  apply(weights: WeightTree, x: ModelInput, options: ApplyOptions = {}): Tensor | [Tensor, RecurrentState[]] {
    knownOptions('apply', options, ['training', 'lengths', 'seed', 'state']);
    const { state } = options;
    const result = scoped(
      () => this.#forward('apply', weights, x, options),
      ({ output, states }) => [output, ...(state ? leaves(states, isTensor) : [])],
    );
    return state ? [result.output, [...result.states]] : result.output;
  }

  /**
   * The outputs for a piece of longer sequences, and the recurrent layers' states after it, to go on from with the next
   * piece. The number of steps is free.
   *
   * @param x `[B, steps, ...]`
   * @param state what the call before returned; zeros when left out. One entry a recurrent layer: h for simpleRnn and
   * gru, `{ h, c }` for lstm, each `[B, units]`. The caller's own to dispose of.
   * @returns `[output, state]`
   * @throws ShapeError, TypeError, DisposedError
   */
  predictState(x: ModelInput, state: readonly RecurrentState[] = []): [output: Tensor, state: RecurrentState[]] {
    this.#alive('predictState');
    const { output, states } = scoped(
      () => this.#forward('predictState', weightTree(this.network), x, { state }),
      (result) => [result.output, ...leaves(result.states, isTensor)],
    );
    return [output, [...states]];
  }

  /**
   * Prediction for a fixed batch size into arrays of the caller's: `(input, output) => void`, without allocation.
   * @throws TypeError, RangeError, DisposedError
   */
  predictor(options: PredictorOptions = {}): Predictor {
    this.#alive('predictor');
    return makePredictor(this.network, options);
  }

  /**
   * Training step by step, under one's own control.
   * @throws TypeError, RangeError, DisposedError
   */
  trainer(options: TrainerOptions): Trainer {
    this.#alive('trainer');
    return new Trainer(this.network, options);
  }

  /**
   * Trains the model. The page or event loop gets its turn every few milliseconds; with `worker: true` it stays free.
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
  async fit(data: TrainingData, options: FitOptions): Promise<History> {
    this.#alive('fit');
    return fit(this, data, options);
  }

  /**
   * Loss and metrics on data, as means over its rows.
   * @throws typed errors for data and options
   */
  evaluate(data: TrainingData, options: EvaluateOptions): Evaluation {
    this.#alive('evaluate');
    return evaluate(this, data, options);
  }

  /** Frees the weights. A second call does nothing. */
  override dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#predictor.dispose();
    for (const { tensor: value } of this.weights) value.dispose();
  }

  /** Whether `dispose()` has been called. */
  get disposed(): boolean {
    return this.#disposed;
  }

  #alive(where: string): void {
    if (this.#disposed) throw new DisposedError(`${where}: expected a live model, got one after dispose()`);
  }

  #forward(
    where: string,
    weights: WeightTree,
    x: ModelInput,
    { training = false, lengths, seed, state }: ApplyOptions,
  ): ForwardResult {
    const { layers } = this.network;
    const batch = toBatch(where, this.inputShape, x, state !== undefined);
    if (lengths) checkLengths(where, lengths, batch);
    const recurrent = layers.filter(({ layer }) => layer.recurrent).length;
    if (state?.length && state.length !== recurrent)
      throw new ShapeError(
        `${where}: expected a state of ${recurrent} entries, one a recurrent layer, got ${state.length}`,
      );
    return forward(layers, weights, batch, {
      training,
      lengths: lengths && tensor(Int32Array.from(lengths)),
      key: seed === undefined ? undefined : tensor(Int32Array.of(seedWords(where, seed)[0], 0)),
      states: state?.length ? state : undefined,
    });
  }
}
