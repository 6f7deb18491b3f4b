import { isPlain, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Optimizer, OptimizerState } from './optimizer.js';

/** Refuses what no factory of optimisers makes. @throws TypeError */
export function checkOptimizer(where: string, value: unknown, what = 'optimizer'): Optimizer {
  if (isOptimizer(value)) return value;
  refuse(TypeError, where, `${what} to be made by sgd(...), adam(...) or the like`, show(value));
}

function isOptimizer(value: unknown): value is Optimizer {
  if (!isPlain(value)) return false;
  const { name, config, learningRate, slots, create } = value;
  const isRate = typeof learningRate === 'function' || Number.isFinite(learningRate);
  const hasSlots = Array.isArray(slots) && slots.every((slot) => typeof slot === 'string');
  return isRate && hasSlots && typeof name === 'string' && isPlain(config) && typeof create === 'function';
}

/** The optimiser's state for these parameters. @throws TypeError when it is none, as of an optimiser tampered with */
export function createState(where: string, optimizer: Optimizer, parameters: readonly Tensor[]): OptimizerState {
  const state: unknown = optimizer.create(parameters);
  if (isState(state)) return state;
  refuse(TypeError, where, 'the optimizer to create its state', show(state));
}

function isState(value: unknown): value is OptimizerState {
  return typeof value === 'object' && value !== null && 'prepare' in value && 'dispose' in value;
}
