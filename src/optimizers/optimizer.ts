import { show } from '../core/checks.js';
import type { Disposable } from '../core/disposable.js';
import { refuse } from '../core/errors.js';
import type { WeightPattern } from '../core/patterns.js';
import type { Tensor } from '../tensors/tensor.js';

/** The learning rate of each step. Steps count updates from 0. */
export type Schedule = (step: number) => number;

export type OptimizerName = 'sgd' | 'adagrad' | 'rmsprop' | 'adam' | 'adamw';

/** Weights with a learning rate or weight decay of their own, for `parameterGroups`. */
export interface WeightGroup {
  /** Tested against full names (`dense_1/kernel`), like the pattern of `model.freeze`. */
  readonly weights: WeightPattern;
  /** Finite number >= 0, or a schedule. Default: that of the optimiser. */
  readonly learningRate?: number | Schedule | undefined;
  /** Finite number >= 0. Default: that of the optimiser. */
  readonly weightDecay?: number | undefined;
}

/** Options every optimiser takes. */
export interface CommonOptions {
  /** Finite number >= 0, or a schedule. */
  readonly learningRate?: number | Schedule | undefined;
  /** Finite number >= 0. */
  readonly weightDecay?: number | undefined;
  /**
   * Largest Euclidean norm of all gradients taken together; larger ones are scaled by clipNorm / (norm + 1e-6)
   * (PyTorch's `clip_grad_norm_`; Keras calls this `global_clipnorm`). Default: no clipping.
   */
  readonly clipNorm?: number | undefined;
  /**
   * Every element of a gradient is clipped to [-clipValue, clipValue], before `clipNorm` applies. Default: no clipping.
   */
  readonly clipValue?: number | undefined;
}

/** A rule of optimisation with its hyperparameters; it holds no memory and may serve several models. */
export interface Optimizer {
  readonly name: OptimizerName;
  /**
   * The hyperparameters, as options for the factory of this name, and the groups. A schedule is a function and is left out.
   */
  readonly config: Readonly<Record<string, number | boolean | readonly WeightGroup[]>>;
  readonly learningRate: number | Schedule;
  /** Those of `parameterGroups`. */
  readonly groups?: readonly WeightGroup[] | undefined;
  /** Names of the state tensors that these hyperparameters need for each parameter. */
  readonly slots: readonly string[];
  /**
   * Allocates the state for training these f32 parameters.
   *
   * @param names by which `parameterGroups` finds them
   * @throws DTypeError, DisposedError; TypeError for groups without names
   */
  create(parameters: readonly Tensor[], names?: readonly string[]): OptimizerState;
  /**
   * The state before the first step of a loop of your own over a tree of f32 tensors: one tensor, or arrays and objects
   * of trees. Groups find a tensor by its path, as in `'layers/0/kernel'`.
   *
   * @throws TypeError for a tree without tensors; DTypeError, DisposedError; errors name the optimiser
   */
  init(tree: unknown): TreeState;
  /**
   * One step as a pure function: new tensors for parameters and state, by the same kernels and with the same bits as in
   * `fit`. Schedules count the steps of the state. It may be part of a function for `compile`. It is not
   * differentiable: for `grad`, the results are constants.
   *
   * @param tree parameters; values that are no tensors are kept
   * @param gradients the same tree, as `grad` gives it
   * @param state of `init` or of the last `update`
   * @throws ShapeError, DTypeError, TypeError, when gradients or state do not belong to the tree; DisposedError
   * @example
   * ```ts
   * import { grad, init, mul, sum, tensor } from 'wasmgrad';
   * import { adam } from 'wasmgrad/optimizers';
   * await init();
   * const optimizer = adam({ learningRate: 0.1 });
   * let weights = { w: tensor([1, 2]) };
   * let state = optimizer.init(weights);
   * const gradients = grad(({ w }) => sum(mul(w, w)))(weights);
   * [weights, state] = optimizer.update(weights, gradients, state);
   * console.log(weights.w.toArray()); // about [0.9, 1.9]
   * ```
   */
  update<T>(tree: T, gradients: T, state: TreeState): [tree: T, state: TreeState];
}

/** @internal `membersOf` gives each parameter 0 or the number of its group, from 1. */
export type GroupedMethods = (
  groups: readonly WeightGroup[],
  membersOf?: (parameters: readonly Tensor[], names?: readonly string[]) => number[],
) => Pick<Optimizer, 'create' | 'init' | 'update'>;

/** The state of an optimiser as tensors, a tree itself: it can be saved, compiled and disposed like one. */
export interface TreeState {
  /** Steps done so far, i32 [1]. */
  readonly step: Tensor<'i32'>;
  /** Numbers in double precision that change from step to step (Adam's powers of beta), as the bits of f32 pairs. */
  readonly cells: Tensor;
  /**
   * The state tensors of every parameter, in the order of `Optimizer.slots`, shaped like the parameter. Parameters are
   * sorted by their paths in the tree, so that keys may come in any order.
   */
  readonly slots: readonly (readonly Tensor[])[];
}

/** @internal Where the cells of an optimiser's state lie, in units of eight bytes of linear memory. */
export interface StateLayout {
  /** The learning rate. Training may change the cells from here to `flushFlag`. */
  readonly rate: number;
  /** 1 in every 32nd step, else 0: tells the kernel to zero subnormal slot values. */
  readonly flushFlag: number;
  /** The cells that a step needs: learning rate and flush flag of each group. */
  readonly prepared: readonly number[];
  /**
   * Writes the values of these cells for a step to `into`: to the cells at `prepared`, or from `first` on.
   * @throws RangeError when a schedule gives no finite number >= 0
   */
  readonly prepare: (step: number, into: Float64Array, first?: number) => void;
}

/** The state of an optimiser for the parameters it trains. */
export interface OptimizerState extends Disposable {
  /** The state tensors of every parameter, in the order of `Optimizer.slots`, shaped like the parameter. */
  readonly slots: readonly (readonly Tensor[])[];
  /**
   * Makes one step: clips the gradients and updates every parameter, both in place. While a program is recorded, it
   * only records the kernel calls.
   * @throws ShapeError, DTypeError, DisposedError, when gradients do not match the parameters
   */
  update(gradients: readonly Tensor[]): void;
  /**
   * Sets the learning rate of the step, counted from 0, that the next `update` or replay makes.
   * @throws RangeError when the schedule gives no finite number >= 0
   */
  prepare(step: number): void;
  /** The numbers that change from step to step besides the slots (Adam's powers of beta); empty for most rules. */
  cells(): Float64Array;
  /** Restores the numbers that `cells()` returned. @throws RangeError, TypeError */
  restore(cells: Float64Array): void;
  /** Frees slots and cells. The parameters stay. */
  dispose(): void;
}

/** The learning rate of one step, counted from 0. */
export function learningRateAt(optimizer: Pick<Optimizer, 'learningRate'>, step: number): number {
  const given: unknown = optimizer;
  if (typeof given !== 'object' || given === null) refuse(TypeError, 'learningRateAt', 'an optimizer', show(given));
  const { learningRate } = optimizer;
  return typeof learningRate === 'function' ? learningRate(step) : learningRate;
}
