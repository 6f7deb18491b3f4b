// Shared by the recurrent layers: options, weights, and passing of input, lengths and state.
import { flag, show, wholeNumber } from '../../core/checks.js';
import { ShapeError, refuse } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';
import { identity } from '../../autodiff/linear.js';
import { lastStep, maskSteps } from '../../ops/sequence.js';
import { zeros } from '../../tensors/creation.js';
import { isTensor, type Tensor } from '../../tensors/tensor.js';
import type { Initializer } from '../initializers.js';
import type { LayerContext, LayerResult, LayerWeights, RecurrentState, WeightSpec } from '../layer.js';
import type { Regularizer } from '../regularizers.js';
import { weightOf, weightOptions, type WeightedOptions } from './weights.js';

/** Options of every recurrent layer. */
export interface RecurrentOptions extends WeightedOptions {
  /** Size of the state, >= 1. */
  readonly units: number;
  /** Whether the output is the state after every step, [B, T, units], or after the last valid one, [B, units]. Default false. */
  readonly returnSequences?: boolean | undefined;
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
}

/** Names of the options of every recurrent layer. */
export const recurrentOptions = [
  'units',
  'activation',
  'returnSequences',
  'useBias',
  'kernelInitializer',
  'recurrentInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'recurrentRegularizer',
  'biasRegularizer',
  'trainable',
  'name',
] as const;

/** Checked options with defaults. */
export interface RecurrentSetup {
  readonly where: string;
  readonly units: number;
  readonly returnSequences: boolean;
  readonly useBias: boolean;
  readonly kernel: Pick<WeightSpec, 'initializer' | 'regularizer'>;
  readonly recurrentKernel: Pick<WeightSpec, 'initializer' | 'regularizer'>;
  readonly bias: Pick<WeightSpec, 'initializer' | 'regularizer'>;
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
    useBias: flag(where, 'useBias', options.useBias ?? true),
    kernel: weightOptions(where, 'kernel', kernelInitializer, options.kernelRegularizer),
    recurrentKernel: weightOptions(where, 'recurrent', recurrentInitializer, options.recurrentRegularizer),
    bias: weightOptions(where, 'bias', biasInitializer, options.biasRegularizer),
  };
}

/** Shape of the output; throws when the input is not a sequence. */
export function recurrentShape({ where, units, returnSequences }: RecurrentSetup, inputShape: Shape): Shape {
  const [steps, features] = inputShape;
  if (inputShape.length !== 2 || steps === undefined || features === undefined || steps < 1)
    refuse(ShapeError, where, 'input [batch, steps, features]', ['batch', ...inputShape]);
  return returnSequences ? [steps, units] : [units];
}

/** Kernel [in, G units], recurrent kernel [units, G units] and, if wanted, bias. */
export function recurrentWeights(
  { units, useBias, kernel, recurrentKernel, bias }: RecurrentSetup,
  inputShape: Shape,
  gates: number,
  biasShape: Shape = [gates * units],
): Record<string, WeightSpec> {
  return {
    kernel: { shape: [inputShape.at(-1) ?? 1, gates * units], ...kernel },
    recurrentKernel: { shape: [units, gates * units], ...recurrentKernel },
    ...(useBias ? { bias: { shape: biasShape, ...bias } } : {}),
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

/** Collects the tensors of a call. */
export function recurrentCall(
  { where, useBias }: RecurrentSetup,
  weights: LayerWeights,
  x: Tensor,
  { lengths }: LayerContext,
): RecurrentCall {
  return {
    x: lengths ? maskSteps(x, lengths) : x,
    kernel: weightOf(where, weights, 'kernel'),
    recurrentKernel: weightOf(where, weights, 'recurrentKernel'),
    bias: useBias ? weightOf(where, weights, 'bias') : undefined,
    lengths,
  };
}

/** The state of a layer with a single state; zeros at the start. */
export function stateOf({ where, units }: RecurrentSetup, x: Tensor, state: RecurrentState | undefined): Tensor {
  if (state === undefined) return zeros([x.shape[0] ?? 0, units]);
  if (!isTensor(state)) refuse(TypeError, where, 'the state to be a tensor', show(state));
  return state;
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
