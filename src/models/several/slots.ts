// Positions of several inputs or outputs in a row, and values that users give for each of them.
import { isPlain, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { sizeOf, type Shape } from '../../core/shapes.js';

/** The position of an input or output in a row. */
export interface Slot {
  /** Its name in error messages: `input 'left'`, or `input 0`. */
  readonly label: string;
  readonly name: string | undefined;
  readonly shape: Shape;
  /** Position of its first value in a row, and number of its values. */
  readonly begin: number;
  readonly width: number;
  /** The class index of rows that the output's loss ignores, if there is one. */
  readonly ignored?: number | undefined;
}

/** Slots one after the other. */
export function makeSlots(what: string, shapes: readonly Shape[], names: readonly string[] | undefined): Slot[] {
  let end = 0;
  return shapes.map((shape, i) => {
    const [name, width] = [names?.[i], sizeOf(shape)];
    const begin = end;
    end += width;
    return { label: `${what} ${name === undefined ? i : `'${name}'`}`, name, shape, begin, width };
  });
}

/** Number of values in a row. */
export function widthOf(slots: readonly Slot[]): number {
  return slots.reduce((total, { width }) => total + width, 0);
}

/** All slots, for error messages. */
export function labelsOf(slots: readonly Slot[]): string {
  return slots.map(({ label }) => label).join(', ');
}

function isList<T>(given: readonly T[] | Readonly<Record<string, T>>): given is readonly T[] {
  return Array.isArray(given);
}

/** A value for each slot, in their order. @throws TypeError when one is missing, misnamed or superfluous */
export function inOrderOf<T>(
  where: string,
  slots: readonly Slot[],
  given: readonly T[] | Readonly<Record<string, T>>,
): readonly T[] {
  if (isList(given)) {
    if (given.length === slots.length) return given;
    refuse(TypeError, where, `an array with an entry for each of ${labelsOf(slots)}`, `${given.length} entries`);
  }
  const named = slots.every(({ name }) => name !== undefined);
  if (!named || !isPlain(given))
    refuse(
      TypeError,
      where,
      `an array${named ? ' or object' : ''} with an entry for each of ${labelsOf(slots)}`,
      show(given),
    );
  for (const key of Object.keys(given))
    if (!slots.some(({ name }) => name === key))
      refuse(TypeError, where, `an entry for each of ${labelsOf(slots)}`, `one named '${key}'`);
  return slots.map(({ label, name = '' }) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined) return value;
    refuse(TypeError, where, `an entry for ${label}`, show(given));
  });
}
