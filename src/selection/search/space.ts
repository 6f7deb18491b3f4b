// What a search chooses from, and how a point is made of it.
import { isPlain, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { GridPoint, GridValue } from '../executor.js';
import { Choice, Range, type ValueOf } from './parameter.js';

/**
 * Hyperparameters by name: parameters (`uniform`, `logUniform`, `integer`, `choice`), constants, or objects and arrays
 * of these.
 */
export type Space = Readonly<Record<string, unknown>>;

/** A point of a space: the values of its parameters. */
export type SpacePoint<S extends Space> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** Deeper than any space. An object that contains itself exceeds it. */
const MAX_LEVELS = 8;

/** Chooses a coordinate for the parameter at a path: from 0 to 1 of a range, the number of an option of a choice. */
export type Pick = (path: string, parameter: Range | Choice<unknown>) => number;

/** The values of all parameters on the way to the chosen options. */
function valueAt(given: unknown, path: string, pick: Pick): GridValue {
  if (given instanceof Range) return given.at(pick(path, given));
  if (given instanceof Choice) {
    const option = pick(path, given);
    return valueAt(given.options[option], `${path}/${option}`, pick);
  }
  if (given === null || typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean')
    return given;
  if (Array.isArray(given)) return given.map((item: unknown, i) => valueAt(item, `${path}[${i}]`, pick));
  return isPlain(given) ? entriesAt(given, `${path}.`, pick) : null; // there is nothing else in a checked space
}

function entriesAt(given: Space, prefix: string, pick: Pick): GridPoint {
  return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, valueAt(item, prefix + name, pick)]));
}

function isPointOf<S extends Space>(space: S, point: GridPoint): point is GridPoint & SpacePoint<S> {
  return Object.keys(space).every((name) => name in point);
}

/** The point of the coordinates that are picked. Every parameter on the way is asked for once, in a fixed order. */
export function pointAt<S extends Space>(space: S, pick: Pick): GridPoint & SpacePoint<S> {
  const point = entriesAt(space, '', pick);
  if (isPointOf(space, point)) return point;
  refuse(TypeError, 'a search', 'a point of its space', show(point)); // never: both have the same names
}

function checkItem(where: string, given: unknown, path: string, level: number): void {
  if (given instanceof Range || given === null || ['string', 'boolean', 'number'].includes(typeof given)) return;
  if (level > MAX_LEVELS) refuse(TypeError, where, `${path} to have at most ${MAX_LEVELS} levels`, 'more');
  if (given instanceof Choice) {
    given.options.forEach((option, i) => checkItem(where, option, `${path}/${i}`, level + 1));
  } else if (Array.isArray(given)) {
    Array.from(given, (item: unknown, i) => checkItem(where, item, `${path}[${i}]`, level + 1));
  } else if (isPlain(given)) {
    for (const [name, item] of Object.entries(given)) checkItem(where, item, `${path}.${name}`, level + 1);
  } else {
    refuse(TypeError, where, `${path} to be a parameter or plain data (numbers, strings, ...)`, show(given));
  }
}

/** Checks a space. @throws TypeError; RangeError without any entry */
export function checkSpace(where: string, space: unknown): void {
  if (!isPlain(space)) refuse(TypeError, where, 'space to be an object of parameters', show(space));
  if (Object.keys(space).length === 0) refuse(RangeError, where, 'space to have at least one entry', 'none');
  checkItem(where, space, 'space', 0);
}
