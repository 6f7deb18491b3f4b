// The worker's half of a search, wherever the worker is.
import { callable, finiteNumber, isPlain, knownOptions, oneOf, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { init } from '../runtime/init.js';
import type { Trials } from './defineTrials.js';
import type { TaskContext, TrialResult, TrialTask } from './executor.js';
import { contentHash, OpenedSearch } from './sharedSearch.js';

const TASK = ['trial', 'point', 'fold', 'seed', 'epochs', 'from', 'keep', 'reports', 'prune'];

function isTrials(value: unknown): value is Pick<Trials<never>, 'run'> {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';
}

/** Trials, or those that are the default export of a module. @throws TypeError */
function trialsOf(where: string, module: unknown): Pick<Trials<never>, 'run'> {
  const inner = typeof module === 'object' && module !== null && 'default' in module ? module.default : module;
  if (isTrials(inner)) return inner;
  refuse(TypeError, where, 'a module whose default export is made by defineTrials', show(inner));
}

function checkTask(task: TrialTask, folds: number): TrialTask {
  const where = 'runTask';
  if (!isPlain(task)) refuse(TypeError, where, 'a task', show(task));
  knownOptions(where, task, TASK);
  const { trial, point, fold, seed, epochs, from, prune }: TrialTask = task;
  wholeNumber(where, 'trial', trial, { min: 0 });
  wholeNumber(where, 'fold', fold, { min: 0, below: folds });
  wholeNumber(where, 'seed', seed, { min: 0 });
  if (!isPlain(point)) refuse(TypeError, where, 'point to be an object', show(point));
  if (epochs !== undefined) wholeNumber(where, 'epochs', epochs, { min: 1 });
  if (from !== undefined && !isPlain(from)) refuse(TypeError, where, 'from to be a snapshot', show(from));
  if (prune === undefined) return task;
  const { monitor, mode, limits } = knownOptions(where, prune, ['monitor', 'mode', 'limits']);
  if (typeof monitor !== 'string') refuse(TypeError, where, 'prune.monitor to be a string', show(monitor));
  oneOf(where, 'prune.mode', mode, ['min', 'max']);
  if (!Array.isArray(limits)) refuse(TypeError, where, 'prune.limits to be an array', show(limits));
  for (const limit of limits as readonly unknown[]) if (limit !== null) finiteNumber(where, 'a limit', limit);
  return task;
}

/**
 * Runs one task of a search in this thread: the worker's half of an executor. The module is the one that the worker's
 * operator has named; tasks and data may come from anywhere. An error is what the training itself gives, everywhere, so
 * an executor sends it back (`packError`) and does not try again; only a lost machine is worth another attempt.
 *
 * @param module made by `defineTrials`, or an imported module whose default export is
 * @param search made by `openSearch`
 * @param context `signal` ends the training, `onReport` is told of epochs
 * @throws TypeError, RangeError for what is not a task of this search; errors of the training; the signal's reason
 * @example
 * ```ts
 * import { dataset } from 'wasmgrad/data';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * import { defineTrials, openSearch, packSearch, runTask } from 'wasmgrad/selection';
 * const trials = defineTrials({
 *   build: (_, { seed }) => sequential({ inputShape: [1], seed }, [dense({ units: 1 })]),
 *   fit: { loss: meanSquaredError(), optimizer: sgd() },
 * });
 * const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
 * const { bytes } = packSearch({ data, k: 2, seed: 0, stratified: false, timeOrdered: false });
 * const task = { trial: 0, point: { learningRate: 0.1 }, fold: 0, seed: 0, epochs: 3 };
 * const { scores, epochs } = await runTask(trials, openSearch(bytes), task);
 * console.log(epochs, scores.loss > 0); // 3 true
 * ```
 */
export async function runTask(
  module: unknown,
  search: OpenedSearch,
  task: TrialTask,
  context: TaskContext = {},
): Promise<TrialResult> {
  const trials = trialsOf('runTask', module);
  const given: unknown = search;
  if (!(given instanceof OpenedSearch)) refuse(TypeError, 'runTask', 'a search made by openSearch', show(given));
  const checked = checkTask(task, search.folds.length);
  const { signal, onReport } = knownOptions('runTask', context, ['signal', 'onReport']);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, 'runTask', 'signal to be an AbortSignal', show(signal));
  if (onReport !== undefined) callable('runTask', 'onReport', onReport);
  await init({ threads: 1 }); // one thread each, since workers already use all cores
  return trials.run(search, checked, { signal, onReport });
}

/**
 * A name for the result of a task: what the result depends on, hashed. Tasks with the same key on the same search (its
 * `key`) by the same trials (see `fingerprint`) have the same result, so an executor may skip what it has stored.
 *
 * @throws TypeError for other things than tasks
 * @example
 * ```ts
 * import { taskKey } from 'wasmgrad/selection';
 * const task = { trial: 0, point: { units: 4 }, fold: 0, seed: 0 };
 * console.log(taskKey(task) === taskKey({ ...task, trial: 7 })); // true
 * ```
 */
export function taskKey(task: TrialTask): string {
  const given: unknown = task;
  if (!isPlain(given) || !isPlain(given['point'])) refuse(TypeError, 'taskKey', 'a task', show(given));
  const { point, fold, seed, epochs, keep, reports, prune } = task;
  return contentHash('taskKey', { point, fold, seed, epochs, keep: keep ?? false, reports: reports ?? false, prune });
}
