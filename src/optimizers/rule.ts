import { finiteNumber } from '../core/checks.js';
import { State } from './state.js';
import type { CommonOptions, Optimizer, OptimizerName, Schedule } from './optimizer.js';

/** Bounds on the gradients, see `CommonOptions`. */
export interface Clip {
  readonly clipNorm: number | undefined;
  readonly clipValue: number | undefined;
}

/** What one optimiser has of its own; the rest, memory and clipping and schedules, is common. */
export interface Rule {
  readonly name: OptimizerName;
  /** The hyperparameters beside `learningRate` and the clipping. */
  readonly config: Readonly<Record<string, number | boolean>>;
  readonly slots: readonly string[];
  /** What slots start from. Default 0. */
  readonly initial?: number;
  /** The f64 cells of the kernel's `hyper` block after the learning rate, which is cell 0. */
  readonly hyper: readonly number[];
  /** The first of the cells that evolve from step to step; they reach to the end of the block. */
  readonly evolving?: number;
  /** The kernel calls before a step's updates. */
  readonly advance?: (hyper: number) => void;
  /** The kernel call for one parameter. Arguments are pointers; `slot` gives 0 for a slot the rule does not keep. */
  readonly apply: (
    theta: number,
    gradient: number,
    slot: (name: string) => number,
    hyper: number,
    size: number,
  ) => void;
}

/** Names of the options every optimiser takes. */
export const COMMON_OPTIONS = ['learningRate', 'weightDecay', 'clipNorm', 'clipValue'] as const;

function checkLearningRate(where: string, learningRate: number | Schedule): number | Schedule {
  return typeof learningRate === 'function'
    ? learningRate
    : finiteNumber(where, 'learningRate', learningRate, { min: 0 });
}

function checkBound(where: string, what: string, bound: number | undefined): number | undefined {
  return bound === undefined ? undefined : finiteNumber(where, what, bound, { above: 0 });
}

/** The optimiser of a rule whose own options have been checked. */
export function optimizerOf(rule: Rule, options: CommonOptions, defaultRate: number): Optimizer {
  const { name, slots } = rule;
  const learningRate = checkLearningRate(name, options.learningRate ?? defaultRate);
  const clipNorm = checkBound(name, 'clipNorm', options.clipNorm);
  const clipValue = checkBound(name, 'clipValue', options.clipValue);
  const config = {
    ...(typeof learningRate === 'number' && { learningRate }),
    ...rule.config,
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
  };
  const clip: Clip = { clipNorm, clipValue };
  return {
    name,
    config,
    learningRate,
    slots,
    create: (parameters) => new State(rule, learningRate, clip, parameters),
  };
}
