// Cells that are added or removed at the sides of images and sequences.
import { show, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';

export type Pair = readonly [number, number];

/** Cells on every side, `[rows, columns]`, or `[[top, bottom], [left, right]]`. */
export type Sides = number | Pair | readonly [rows: Pair, columns: Pair];

/** One number for both ends, or one for each. */
export function endsOf(where: string, what: string, value: unknown, all: unknown = value): Pair {
  const cells = (given: unknown): number => wholeNumber(where, what, given, { min: 0 });
  if (!Array.isArray(value)) return [cells(value), cells(value)];
  if (value.length !== 2) refuse(RangeError, where, `${what} to be pairs`, show(all));
  return [cells(value[0]), cells(value[1])];
}

/** The cells at the ends of rows and of columns. */
export function sidesOf(where: string, what: string, sides: unknown): [rows: Pair, columns: Pair] {
  if (!Array.isArray(sides)) return [endsOf(where, what, sides), endsOf(where, what, sides)];
  if (sides.length !== 2) refuse(RangeError, where, `${what} to be pairs`, show(sides));
  return [endsOf(where, what, sides[0], sides), endsOf(where, what, sides[1], sides)];
}
