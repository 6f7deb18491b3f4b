import { isPlain, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Optimizer } from './optimizer.js';
import { RuleState } from './state.js';

/** @throws TypeError unless the value is an optimiser of this library */
export function checkOptimizer(where: string, value: unknown, what = 'optimizer'): Optimizer {
  return isOptimizer(value) ? value : reject(where, what, value);
}

function reject(where: string, what: string, value: unknown): never {
  refuse(TypeError, where, `${what} to be made by sgd(...), adam(...) or the like`, show(value));
}

function isOptimizer(value: unknown): value is Optimizer {
  if (!isPlain(value)) return false;
  const { name, config, learningRate, slots, create, groups = [] } = value;
  const isRate = typeof learningRate === 'function' || Number.isFinite(learningRate);
  const hasSlots = Array.isArray(slots) && slots.every((slot) => typeof slot === 'string');
  const hasGroups = Array.isArray(groups) && groups.findIndex((group) => !isPlain(group)) < 0;
  return isRate && hasSlots && hasGroups && typeof name === 'string' && isPlain(config) && typeof create === 'function';
}

/** The state of an optimiser for training these weights. @throws TypeError when its `create` makes something else */
export function createState(
  where: string,
  rule: Optimizer,
  trained: readonly { readonly tensor: Tensor; readonly name: string }[],
): RuleState {
  const state: unknown = rule.create(
    trained.map(({ tensor }) => tensor),
    trained.map(({ name }) => name),
  );
  return state instanceof RuleState ? state : reject(where, 'the state of optimizer', state);
}
