import { isPlain, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { checkSampleShape } from '../../models/build.js';
import type { InputShapes } from './graph.js';

/** Checks the option `inputShape`. @throws TypeError, ShapeError */
export function checkInputShape(where: string, given: InputShapes | undefined): InputShapes | undefined {
  if (given === undefined) return undefined;
  const value: unknown = given;
  if (!isPlain(value)) return checkSampleShape(where, value);
  const entries = Object.entries(value);
  if (entries.length === 0) refuse(TypeError, where, 'inputShape to have shapes by the names of inputs', show(value));
  return Object.fromEntries(entries.map(([name, shape]) => [name, checkSampleShape(where, shape)]));
}
