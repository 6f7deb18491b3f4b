import { isPlain, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { Optimizer } from './optimizer.js';

/** @throws TypeError unless the value is an optimiser of this library */
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
