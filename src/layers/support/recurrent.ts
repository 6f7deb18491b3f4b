// Shared by the recurrent layers: options, weights, and passing of input, lengths and state.
import { finiteNumber, flag, oneOf, show, wholeNumber } from '../../core/checks.js';
import { ShapeError, refuse } from '../../core/errors.js';
import { sameShape, shapeText, type Shape } from '../../core/shapes.js';
import { identity } from '../../autodiff/linear.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { dropoutMask } from '../../ops/dropoutMask.js';
import { mul } from '../../ops/mul.js';
import { maskSteps } from '../../ops/maskSteps.js';
import { lastStep } from '../../ops/sequence.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { prepare } from '../../runtime/kernels.js';
import { zeros } from '../../tensors/creation.js';
import { isTensor, type Tensor } from '../../tensors/tensor.js';
import type { Constraint } from '../constraints.js';
import type { Initializer } from '../initializers.js';
import type { Layer, LayerContext, LayerResult, LayerWeights, Merge, RecurrentState, WeightSpec } from '../layer.js';
import type { Regularizer } from '../regularizers.js';
import { weightOf, weightOptions, type WeightedOptions } from './weights.js';

/** Options of every recurrent layer. */
export interface RecurrentOptions extends WeightedOptions {
  /** Size of the state, >= 1. */
  readonly units: number;
  /** Whether the output is the state after every step, [B, T, units], or after the last valid one, [B, units]. Default false. */
  readonly returnSequences?: boolean | undefined;
  /**
   * Rate of dropout on the input, 0 <= rate < 1: one mask for all steps of a sequence (Gal and Ghahramani 2016, as in
   * Keras). Default 0.
   */
  readonly dropout?: number | undefined;
  /**
   * The same for the state where it enters the product with the recurrent kernel. With a rate above 0, training runs
   * step by step, more slowly. Default 0.
   */
  readonly recurrentDropout?: number | undefined;
  /**
   * The state before the first step where `connect` and `predictState` give none: `'zeros'` (default), or `'learned'`,
   * one weight for each number, which starts at 0.
   */
  readonly initialState?: 'zeros' | 'learned' | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: Initializer | undefined;
  /** Default `'orthogonal'`. */
  readonly recurrentInitializer?: Initializer | undefined;
  /** Default `'zeros'`. */
  readonly biasInitializer?: Initializer | undefined;
  readonly kernelRegularizer?: Regularizer | undefined;
  readonly recurrentRegularizer?: Regularizer | undefined;
  readonly biasRegularizer?: Regularizer | undefined;
  /** What the kernel is replaced by after every update. */
  readonly kernelConstraint?: Constraint | undefined;
  readonly recurrentConstraint?: Constraint | undefined;
  readonly biasConstraint?: Constraint | undefined;
}

/** Names of the options of every recurrent layer. */
export const recurrentOptions = [
  'units',
  'activation',
  'returnSequences',
  'dropout',
  'recurrentDropout',
  'initialState',
  'useBias',
  'kernelInitializer',
  'recurrentInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'recurrentRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'recurrentConstraint',
  'biasConstraint',
  'trainable',
  'name',
] as const;

type WeightChoice = Omit<WeightSpec, 'shape'>;

/** Checked options with defaults. */
export interface RecurrentSetup {
  readonly where: string;
  readonly units: number;
  readonly returnSequences: boolean;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly learned: boolean;
  readonly useBias: boolean;
  readonly kernel: WeightChoice;
  readonly recurrentKernel: WeightChoice;
  readonly bias: WeightChoice;
}

/** Checks the common options. */
export function checkRecurrent(where: string, options: RecurrentOptions): RecurrentSetup {
  const {
    kernelInitializer = 'glorotUniform',
    recurrentInitializer = 'orthogonal',
    biasInitializer = 'zeros',
  } = options;
  return {
    where,
    units: wholeNumber(where, 'units', options.units, { min: 1 }),
    returnSequences: flag(where, 'returnSequences', options.returnSequences ?? false),
    dropout: finiteNumber(where, 'dropout', options.dropout ?? 0, { min: 0, below: 1 }),
    recurrentDropout: finiteNumber(where, 'recurrentDropout', options.recurrentDropout ?? 0, { min: 0, below: 1 }),
    learned: oneOf(where, 'initialState', options.initialState ?? 'zeros', ['zeros', 'learned'] as const) === 'learned',
    useBias: flag(where, 'useBias', options.useBias ?? true),
    kernel: weightOptions(where, 'kernel', kernelInitializer, options.kernelRegularizer, options.kernelConstraint),
    recurrentKernel: weightOptions(
      where,
      'recurrent',
      recurrentInitializer,
      options.recurrentRegularizer,
      options.recurrentConstraint,
    ),
    bias: weightOptions(where, 'bias', biasInitializer, options.biasRegularizer, options.biasConstraint),
  };
}

/** Shape of the output; throws when the input is not a sequence. */
export function recurrentShape({ where, units, returnSequences }: RecurrentSetup, inputShape: Shape): Shape {
  const [steps, features] = inputShape;
  if (inputShape.length !== 2 || steps === undefined || features === undefined || steps < 1)
    refuse(ShapeError, where, 'input [batch, steps, features]', ['batch', ...inputShape]);
  return returnSequences ? [steps, units] : [units];
}

/** Kernel [in, G units], recurrent kernel [units, G units] and, if wanted, bias and initial states. */
export function recurrentWeights(
  { units, useBias, kernel, recurrentKernel, bias, learned }: RecurrentSetup,
  inputShape: Shape,
  gates: number,
  states: readonly string[],
  biasShape: Shape = [gates * units],
): Record<string, WeightSpec> {
  prepare(kernels.lastStep);
  return {
    kernel: { shape: [inputShape.at(-1) ?? 1, gates * units], ...kernel },
    recurrentKernel: { shape: [units, gates * units], ...recurrentKernel },
    ...(useBias ? { bias: { shape: biasShape, ...bias } } : {}),
    ...(learned ? Object.fromEntries(states.map((name) => [name, { shape: [units], initializer: 'zeros' }])) : {}),
  };
}

/** The inputs of the operation, from the layer's weights and context. Padding of x is set to 0. */
export interface RecurrentCall {
  readonly x: Tensor;
  readonly kernel: Tensor;
  readonly recurrentKernel: Tensor;
  readonly bias: Tensor | undefined;
  readonly lengths: Tensor<'i32'> | undefined;
}

/** Streams of the masks of inputs are those of the layers. The ones of states are so far above that they never meet. */
const STATE_STREAM = 2 ** 31;

/** The mask of one step [B, ...], the same for all steps; undefined when nothing is dropped. */
function maskOf(
  where: string,
  shape: Shape,
  rate: number,
  { training, key }: LayerContext,
  stream: number,
): Tensor | undefined {
  if (!training || rate === 0) return undefined;
  if (!key) refuse(TypeError, where, 'a seed when training with dropout', 'none');
  return dropoutMask(key, shape, rate, stream);
}

/** The factors of the state, if it is dropped. */
export function stateMask(
  { where, units, recurrentDropout }: RecurrentSetup,
  x: Tensor,
  context: LayerContext,
): Tensor | undefined {
  return maskOf(where, [x.shape[0] ?? 0, units], recurrentDropout, context, STATE_STREAM + context.stream);
}

/** Collects the tensors of a call. */
export function recurrentCall(
  { where, useBias, dropout }: RecurrentSetup,
  weights: LayerWeights,
  x: Tensor,
  context: LayerContext,
): RecurrentCall {
  const { lengths } = context;
  const [batch = 0, , features = 0] = x.shape;
  const mask = maskOf(where, [batch, 1, features], dropout, context, context.stream);
  const clean = lengths ? maskSteps(x, lengths) : x;
  return {
    x: mask ? mul(clean, mask) : clean,
    kernel: weightOf(where, weights, 'kernel'),
    recurrentKernel: weightOf(where, weights, 'recurrentKernel'),
    bias: useBias ? weightOf(where, weights, 'bias') : undefined,
    lengths,
  };
}

/** A state before the first step: zeros, or the weight of this name for every sequence. */
export function initialStateOf(
  { where, units, learned }: RecurrentSetup,
  weights: LayerWeights,
  x: Tensor,
  name: string,
): Tensor {
  const shape = [x.shape[0] ?? 0, units];
  return learned ? broadcastTo(weightOf(where, weights, name), shape) : zeros(shape);
}

/** The name of the weight of a single state. */
export const STATE = 'initialState';

/** The state of a layer with a single state. */
export function stateOf(
  setup: RecurrentSetup,
  weights: LayerWeights,
  x: Tensor,
  state: RecurrentState | undefined,
): Tensor {
  const { where } = setup;
  if (state === undefined) return initialStateOf(setup, weights, x, STATE);
  if (!isTensor(state)) refuse(TypeError, where, 'the state to be a tensor', show(state));
  return state;
}

/** `connect(layer, x, ...states)`: the layer with initial states [units] that are values of the model. */
export function withStates(
  setup: RecurrentSetup,
  count: number,
  apply: Layer['apply'],
  stateFrom: (states: readonly Tensor[]) => RecurrentState,
): Merge {
  const { where, units, learned } = setup;
  return {
    outputShape([inputShape = [], ...states]) {
      if (learned) refuse(TypeError, where, "no states where initialState is 'learned'", states.length);
      const fits = states.length === count && states.every((shape) => sameShape(shape, [units]));
      if (!fits)
        refuse(
          ShapeError,
          where,
          `${count} initial state${count > 1 ? 's' : ''} [batch, ${units}]`,
          states.map(shapeText).join(', '),
        );
      return recurrentShape(setup, inputShape);
    },
    apply([x, ...states], weights, context) {
      if (!x) refuse(TypeError, where, 'an input', 'none');
      const lengths = context.inputLengths?.[0];
      return apply(weights, x, { ...context, lengths, state: context.state ?? stateFrom(states) });
    },
  };
}

/** The result of a layer from its sequences of states, of which the first is the output. */
export function recurrentResult(
  { returnSequences }: RecurrentSetup,
  sequence: Tensor,
  { lengths }: LayerContext,
  stateFrom: (last: Tensor) => RecurrentState,
): LayerResult {
  const last = lastStep(sequence, lengths);
  if (returnSequences) return { output: sequence, state: stateFrom(last) };
  return { output: last, state: stateFrom(identity(last)), lengths: null }; // the state needs a handle of its own, which is disposed separately
}
