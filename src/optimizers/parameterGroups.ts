import { finiteNumber, knownOptions, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { checkPattern, isMatch } from '../core/patterns.js';
import { checkOptimizer } from './checkOptimizer.js';
import { checkLearningRate, groupingOf } from './define.js';
import type { Optimizer, WeightGroup } from './optimizer.js';

const WHERE = 'parameterGroups';

/** A group, checked and copied. */
function checkGroup(group: WeightGroup): WeightGroup {
  const { weights, learningRate, weightDecay } = knownOptions(WHERE, group, ['weights', 'learningRate', 'weightDecay']);
  if (learningRate !== undefined) checkLearningRate(WHERE, learningRate);
  if (weightDecay !== undefined) finiteNumber(WHERE, 'weightDecay', weightDecay, { min: 0 });
  checkPattern(WHERE, weights);
  return { ...group };
}

/**
 * An optimiser with learning rates and weight decays of their own for groups of weights. A weight belongs to the first
 * group that fits; what a group leaves out, and weights in no group, have the optimiser's values. `clipNorm` is for the
 * gradients of all groups together.
 *
 * `saveModel` saves groups whose patterns are texts and whose rates are numbers. `fit` and `trainer` refuse a group that
 * names no weight of the model.
 *
 * @param optimizer made by `sgd`, `adam` or the like
 * @param groups `weights` is tested against full names, like the pattern of `model.freeze`
 * @throws TypeError, RangeError for impossible groups, and for an optimiser that has groups already
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { parameterGroups, sgd } from 'wasmgrad/optimizers';
 * await init();
 * const model = sequential({ inputShape: [2] }, [dense({ units: 3 }), dense({ units: 1 })]);
 * const before = model.getWeights();
 * const optimizer = parameterGroups(sgd({ learningRate: 0.1, weightDecay: 0.01 }), [
 *   { weights: 'dense_1', learningRate: 0 },
 *   { weights: /bias$/, weightDecay: 0 },
 * ]);
 * const trainer = model.trainer({ loss: meanSquaredError(), optimizer, batchSize: 1 });
 * trainer.step(new Float32Array([1, 2]), new Float32Array([3]));
 * console.log(model.getWeights()['dense_1/kernel']?.every((value, i) => value === before['dense_1/kernel']?.[i])); // true
 * trainer.dispose();
 * model.dispose();
 * ```
 */
export function parameterGroups(optimizer: Optimizer, groups: readonly WeightGroup[]): Optimizer {
  const base = checkOptimizer(WHERE, optimizer);
  if (base.groups) refuse(TypeError, WHERE, 'an optimizer without groups', 'one with groups');
  const given: unknown = groups;
  if (!Array.isArray(given)) refuse(TypeError, WHERE, 'groups to be an array', show(given));
  const own = Array.from(groups, checkGroup);
  const { name: where, config } = base;
  const withGroups =
    groupingOf(base) ?? refuse(TypeError, WHERE, 'optimizer to be made by sgd(...), adam(...) or the like', show(base));
  const methods = withGroups(own, ({ length }, names = []) => {
    if (names.length !== length) refuse(TypeError, where, `names of ${length} parameters for groups`, names.length);
    return names.map((name) => 1 + own.findIndex(({ weights }) => isMatch(weights, name)));
  });
  return { ...base, config: { ...config, groups: own }, groups: own, ...methods };
}
