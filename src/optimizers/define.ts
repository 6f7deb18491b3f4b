import { finiteNumber } from '../core/checks.js';
import type { CommonOptions, GroupedMethods, Optimizer, Schedule } from './optimizer.js';
import type { Clip, Rule } from './rule.js';
import { RuleState } from './state.js';
import { stepOnTree, type Make } from './tree.js';

/** Names of the options every optimiser takes. */
export const COMMON_OPTIONS = ['learningRate', 'weightDecay', 'clipNorm', 'clipValue'] as const;

/** @throws TypeError, RangeError for a rate that is neither a number >= 0 nor a schedule */
export function checkLearningRate(where: string, learningRate: number | Schedule): number | Schedule {
  return typeof learningRate === 'function'
    ? learningRate
    : finiteNumber(where, 'learningRate', learningRate, { min: 0 });
}

function checkBound(where: string, what: string, bound: number | undefined): number | undefined {
  return bound === undefined ? undefined : finiteNumber(where, what, bound, { above: 0 });
}

/** How to make the same methods for groups, by `config` of an optimiser. */
const groupings = new WeakMap<Optimizer['config'], GroupedMethods>();

/** Behind `parameterGroups`; undefined for what is not made here. */
export function groupingOf({ config }: Optimizer): GroupedMethods | undefined {
  return groupings.get(config);
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
  const methods: GroupedMethods = (groups, membersOf) => {
    const blocks = [undefined, ...groups].map((own) => ({
      learningRate: own?.learningRate ?? learningRate,
      hyper: rule.hyper(own?.weightDecay ?? rule.weightDecay),
    }));
    const make: Make = (parameters, names) =>
      new RuleState(rule, blocks, clip, parameters, membersOf?.(parameters, names));
    return {
      create: make,
      init: (tree) => stepOnTree(name, make, tree)[1],
      update: (tree, gradients, state) => stepOnTree(name, make, tree, gradients, state),
    };
  };
  groupings.set(config, methods);
  return { name, config, learningRate, slots, ...methods([]) };
}
