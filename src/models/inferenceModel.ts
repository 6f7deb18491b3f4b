import { DisposableBase } from '../core/disposable.js';
import { flag, isPlain, knownOptions, show } from '../core/checks.js';
import { refuse, ShapeError, onBehalfOf } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { leaves } from '../core/trees.js';
import { currentFrame, valuesKnown } from '../autodiff/op.js';
import type { RecurrentState } from '../layers/layer.js';
import { copyInto } from '../tensors/copying.js';
import { seedWords, tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import { assertAlive, batchOf, checkIndices, checkLengths, checkValues, type ModelInput } from './inputs.js';
import {
  countValues,
  forward,
  frozenIn,
  weightTree,
  type InferenceNetwork,
  type Network,
  type Weight,
  type WeightTree,
} from './network.js';
import {
  makePredictor,
  makeRowPredictor,
  type Predictor,
  type PredictorOptions,
  type RowPredictor,
} from './predictor.js';
import type { Prediction } from './several/ports.js';
import { copiesOf } from './programs.js';

export interface ApplyOptions {
  /** Default false: inference mode. */
  readonly training?: boolean | undefined;
  /** Valid steps of each sequence. */
  readonly lengths?: ArrayLike<number> | undefined;
  /** Seed of dropout, needed when training with dropout. */
  readonly seed?: number | undefined;
  /**
   * Initial states of the recurrent layers; an empty array stands for zeros. With this option, `apply` also returns the
   * states.
   */
  readonly state?: readonly RecurrentState[] | undefined;
}

function checkState(where: string, state: readonly RecurrentState[], recurrent: number): void {
  const given: unknown = state;
  if (!Array.isArray(given)) refuse(TypeError, where, 'state to be an array', show(given));
  if (given.length > 0 && given.length !== recurrent)
    refuse(ShapeError, where, `a state of ${recurrent} entries, one for each recurrent layer`, given.length);
  for (const entry of given as readonly unknown[])
    if (!isTensor(entry) && !(isPlain(entry) && Object.values(entry).every(isTensor)))
      refuse(TypeError, where, 'state of tensors, or of objects of tensors', show(entry));
}

/** Checks what of a batch is indices. */
function checkBatch(where: string, x: Tensor, network: InferenceNetwork, lengths: ArrayLike<number> | undefined): void {
  if (network.indices === undefined && !network.ports) return;
  checkIndices(where, x.data(), { ...network, inputShape: x.shape.slice(1) }, lengths);
}

export interface PredictOptions {
  /** Valid steps of each sequence. */
  readonly lengths?: ArrayLike<number> | undefined;
}

/** The network as a function of its weights: returns the output and, if given initial states, the states. */
function applyNetwork(
  where: string,
  network: InferenceNetwork,
  weights: WeightTree,
  x: unknown,
  { training = false, lengths, seed, state }: ApplyOptions,
): [output: Prediction, state: RecurrentState[]] {
  const { layers, ports } = network;
  const run = (): [Prediction, RecurrentState[]] => {
    const batch = batchOf(where, network, x, state !== undefined);
    if (lengths !== undefined) checkLengths(where, lengths, batch.shape, network);
    if (valuesKnown()) checkBatch(where, batch, network, lengths);
    if (state) checkState(where, state, layers.filter(({ layer }) => layer.recurrent).length);
    const { output, states } = forward(layers, weights, batch, {
      training,
      lengths: lengths && tensor(Int32Array.from(lengths)),
      key: seed === undefined ? undefined : tensor(Int32Array.of(seedWords(where, seed)[0], 0)),
      states: state?.length ? state : undefined,
      frozen: frozenIn(network.weights),
    });
    return [ports?.output(output) ?? output, state ? [...states] : []];
  };
  return onBehalfOf(where, () => scoped(run, (result) => leaves(result, isTensor)));
}

/**
 * Layers with weights, for prediction. The weights are in linear memory until `dispose()`. Made by `sequential` of
 * `wasmgrad/predict`; a `Model` can be trained, too.
 */
export class InferenceModel extends DisposableBase {
  /** Shape of one input sample. */
  readonly inputShape: Shape;
  /** Shape of one output sample. */
  readonly outputShape: Shape;
  /** The weights in the order of the layers. */
  readonly weights: readonly Weight[];
  /** @internal */
  readonly network: InferenceNetwork;
  readonly #predictor: RowPredictor;
  #disposed = false;

  protected constructor(network: InferenceNetwork) {
    super();
    this.network = network;
    this.inputShape = network.inputShape;
    this.outputShape = network.outputShape;
    this.weights = network.weights;
    this.#predictor = makeRowPredictor(network);
  }

  /** @internal */
  static of(network: InferenceNetwork): InferenceModel {
    return new InferenceModel(network);
  }

  /** Number of weights, trainable or not. */
  get parameterCount(): number {
    return countValues(this.weights);
  }

  /**
   * Copies of all weights by name.
   * @throws DisposedError
   */
  getWeights(): Record<string, Float32Array<ArrayBuffer>> {
    assertAlive('getWeights', 'model', this);
    return copiesOf(weightTree(this.weights));
  }

  /**
   * Sets some or all weights. Existing trainers and predictors use the new values. If one value is wrong, none is set.
   *
   * @param values by weight name: tensors, flat typed arrays or nested arrays of the weight's shape
   * @throws RangeError for an unknown name; ShapeError, DTypeError, NonFiniteError for values that do not fit
   */
  setWeights(values: Readonly<Record<string, ModelInput>>): void {
    assertAlive('setWeights', 'model', this);
    if (!isPlain(values)) refuse(TypeError, 'setWeights', 'an object of values by weight name', show(values));
    scoped(() => {
      const pairs = Object.entries(values).map(([name, value]) => {
        const weight = this.weights.find((candidate) => candidate.name === name);
        if (!weight)
          refuse(RangeError, 'setWeights', `one of ${this.weights.map((known) => known.name).join(', ')}`, `'${name}'`);
        return { weight, value: checkValues(weight, value) };
      });
      for (const { weight, value } of pairs) copyInto(value, weight.tensor);
    });
  }

  /**
   * The outputs for a batch, in inference mode.
   *
   * @param x `[B, ...inputShape]`: tensor, nested arrays, or a flat typed array
   * @returns `[B, ...outputShape]`
   * @throws ShapeError, DisposedError
   */
  predict(x: ModelInput, options?: PredictOptions): Tensor;
  predict(x: ModelInput, options: PredictOptions = {}): Prediction {
    assertAlive('predict', 'model', this);
    knownOptions('predict', options, ['lengths']);
    // Recorded programs are for plain calls. Inside grad, compile and the like the network runs as a function.
    if (currentFrame() || !valuesKnown()) return this.apply(weightTree(this.weights), x, options);
    return scoped(
      () => {
        const { network } = this;
        const batch = batchOf('predict', network, x, false);
        const { lengths } = options;
        if (lengths !== undefined) checkLengths('predict', lengths, batch.shape, network);
        checkBatch('predict', batch, network, lengths);
        const output = this.#predictor.predict(batch, lengths);
        return network.ports?.output(output) ?? output;
      },
      (result) => leaves(result, isTensor),
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
  apply(weights: WeightTree, x: ModelInput, options: ApplyOptions = {}): Prediction | [Prediction, RecurrentState[]] {
    knownOptions('apply', options, ['training', 'lengths', 'seed', 'state']);
    flag('apply', 'training', options.training ?? false);
    if (!isPlain(weights)) refuse(TypeError, 'apply', 'an object of weights by name', show(weights));
    const [output, states] = applyNetwork('apply', this.network, weights, x, options);
    return options.state ? [output, states] : output;
  }

  /**
   * Predicts for a part of longer sequences. It also returns the recurrent layers' states, from which the next part
   * continues. The number of steps is free.
   *
   * @param x `[B, steps, ...]`
   * @param state the state that the previous call returned; default zeros. One entry per recurrent layer: h for
   *   simpleRnn and gru, `{ h, c }` for lstm, each `[B, units]`. The caller disposes it.
   * @returns `[output, state]`
   * @throws ShapeError, TypeError, DisposedError
   */
  predictState(x: ModelInput, state?: readonly RecurrentState[]): [output: Tensor, state: RecurrentState[]];
  predictState(x: ModelInput, state: readonly RecurrentState[] = []): [output: Prediction, state: RecurrentState[]] {
    assertAlive('predictState', 'model', this);
    return applyNetwork('predictState', this.network, weightTree(this.weights), x, { state });
  }

  /**
   * A function `(input, output) => void` that predicts for a fixed batch size into the caller's arrays, without
   * allocation.
   * @throws TypeError, RangeError, DisposedError
   */
  predictor(options: PredictorOptions = {}): Predictor {
    assertAlive('predictor', 'model', this);
    return makePredictor(this.network, options);
  }

  /** Frees the weights. A second call does nothing. */
  override dispose(): void {
    if (this.disposed) return;
    this.#disposed = true;
    this.#predictor.dispose();
    for (const { tensor: value } of this.weights) value.dispose();
  }

  /** Whether `dispose()` has been called. */
  get disposed(): boolean {
    return this.#disposed;
  }
}

/** A model whose network can be trained. */
export interface TrainableModel extends InferenceModel {
  /** @internal */
  readonly network: Network;
}
