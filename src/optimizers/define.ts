import { finiteNumber, knownOptions, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { checkPattern, isMatch } from '../core/patterns.js';
import type { Tensor } from '../tensors/tensor.js';
import type { CommonOptions, Optimizer, Schedule, WeightGroup } from './optimizer.js';
import type { Block, Clip, Rule } from './rule.js';
import { RuleState } from './state.js';
import { stepOnTree, type Make } from './tree.js';

/** Names of the options every optimiser takes. */
export const COMMON_OPTIONS = ['learningRate', 'weightDecay', 'clipNorm', 'clipValue', 'groups'] as const;

function checkLearningRate(where: string, learningRate: number | Schedule): number | Schedule {
  return typeof learningRate === 'function'
    ? learningRate
    : finiteNumber(where, 'learningRate', learningRate, { min: 0 });
}

function checkBound(where: string, what: string, bound: number | undefined): number | undefined {
  return bound === undefined ? undefined : finiteNumber(where, what, bound, { above: 0 });
}

/** Groups of weights, checked and copied. */
function checkGroups(where: string, groups: unknown): readonly WeightGroup[] | undefined {
  if (groups === undefined) return undefined;
  if (!Array.isArray(groups)) refuse(TypeError, where, 'groups to be an array', show(groups));
  return Array.from(groups, (group: WeightGroup) => {
    const { weights, learningRate, weightDecay } = knownOptions(where, group, [
      'weights',
      'learningRate',
      'weightDecay',
    ]);
    if (learningRate !== undefined) checkLearningRate(where, learningRate);
    if (weightDecay !== undefined) finiteNumber(where, 'weightDecay', weightDecay, { min: 0 });
    checkPattern(where, weights);
    return { ...group };
  });
}

/** The number of the block for each parameter: 0 if it is in no group. */
function membership(
  where: string,
  groups: readonly WeightGroup[],
  { length }: readonly Tensor[],
  names: readonly string[] = [],
): number[] {
  if (names.length !== length) refuse(TypeError, where, `names of ${length} parameters for groups`, names.length);
  return names.map((name) => 1 + groups.findIndex(({ weights }) => isMatch(weights, name)));
}

/** The optimiser of a rule whose own options have been checked. */
export function optimizerOf(rule: Rule, options: CommonOptions, defaultRate: number): Optimizer {
  const { name, slots } = rule;
  const learningRate = checkLearningRate(name, options.learningRate ?? defaultRate);
  const clipNorm = checkBound(name, 'clipNorm', options.clipNorm);
  const clipValue = checkBound(name, 'clipValue', options.clipValue);
  const groups = checkGroups(name, options.groups);
  const config = {
    ...(typeof learningRate === 'number' && { learningRate }),
    ...rule.config,
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
    ...(groups && { groups }),
  };
  const clip: Clip = { clipNorm, clipValue };
  const blocks = [{}, ...(groups ?? [])].map((own: Partial<WeightGroup>): Block => ({
    learningRate: own.learningRate ?? learningRate,
    hyper: rule.hyper(own.weightDecay ?? rule.weightDecay),
  }));
  const make: Make = (parameters, names) =>
    new RuleState(rule, blocks, clip, parameters, groups && membership(name, groups, parameters, names));
  return {
    name,
    config,
    learningRate,
    groups,
    slots,
    create: make,
    init: (tree) => stepOnTree(name, make, tree)[1],
    update: (tree, gradients, state) => stepOnTree(name, make, tree, gradients, state),
  };
}
