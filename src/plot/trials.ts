// Trials of searches as columns: a value of each hyperparameter, and a score.
import { isPlain, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { stringOf } from './options.js';

/** What a search returns, or a part of it. */
export interface Searched {
  /** Points with their scores, the best one first; failed trials have an `error`. */
  readonly trials: readonly {
    readonly point: object;
    readonly mean: Readonly<Record<string, number | undefined>>;
    readonly error?: unknown;
  }[];
}

/** The values of a hyperparameter: all of them numbers, or words; undefined where a trial does not have it. */
export interface Column {
  readonly name: string;
  readonly values: readonly (number | string | undefined)[];
}

/** The trials that have a score, in the order in which they were given. */
export interface Columns {
  readonly columns: readonly Column[];
  readonly scores: readonly number[];
  /** Trials without a finite score, which are left out. */
  readonly without: number;
  readonly monitor: string;
}

/** More columns than this, and more trials, no picture shows. */
const MOST_COLUMNS = 40;
const MOST_LEVELS = 8;

/** The leaves of a point by their paths: `optimizer.momentum`, `layers[0]`. */
function leavesOf(where: string, value: unknown, path: string, into: Map<string, number | string>, level = 0): void {
  if (level > MOST_LEVELS) refuse(TypeError, where, `points of at most ${MOST_LEVELS} levels`, 'more');
  if (typeof value === 'number' && Number.isFinite(value)) into.set(path, value);
  else if (Array.isArray(value))
    value.forEach((item: unknown, i) => leavesOf(where, item, `${path}[${i}]`, into, level + 1));
  else if (isPlain(value))
    for (const [name, item] of Object.entries(value))
      leavesOf(where, item, path ? `${path}.${name}` : name, into, level + 1);
  else into.set(path, typeof value === 'string' ? value : show(value));
}

function columnOf(name: string, points: readonly ReadonlyMap<string, number | string>[]): Column {
  const values = points.map((point) => point.get(name));
  const isNumeric = values.every((value) => typeof value !== 'string');
  return { name, values: isNumeric ? values : values.map((value) => (value === undefined ? value : String(value))) };
}

/** Reads trials. Hyperparameters that have the same value in all of them are left out. */
export function columnsOf(where: string, result: unknown, monitorGiven: unknown = 'loss'): Columns {
  const monitor = stringOf(where, 'monitor', monitorGiven);
  const trials: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'trials') : undefined;
  if (!Array.isArray(trials)) refuse(TypeError, where, 'the result of a search, { trials }', show(result));
  const points: Map<string, number | string>[] = [];
  const scores: number[] = [];
  for (const [i, trial] of (trials as readonly unknown[]).entries()) {
    if (!isPlain(trial) || !isPlain(trial['point']) || !isPlain(trial['mean']))
      refuse(TypeError, where, `trials[${i}] with point and mean`, show(trial));
    const score = trial['mean'][monitor];
    if (score === undefined && trial['error'] === undefined)
      refuse(RangeError, where, `monitor to be one of ${Object.keys(trial['mean']).join(', ')}`, show(monitor));
    if (typeof score !== 'number' || !Number.isFinite(score)) continue;
    const leaves = new Map<string, number | string>();
    leavesOf(where, trial['point'], '', leaves);
    points.push(leaves);
    scores.push(score);
  }
  const names = [...new Set(points.flatMap((point) => [...point.keys()]))];
  const columns = names.map((name) => columnOf(name, points)).filter(({ values }) => new Set(values).size > 1);
  if (columns.length > MOST_COLUMNS)
    refuse(RangeError, where, `at most ${MOST_COLUMNS} hyperparameters`, columns.length);
  return { columns, scores, without: trials.length - scores.length, monitor };
}
