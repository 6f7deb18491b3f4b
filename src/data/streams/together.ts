import { show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';

/** Samples put together; for other items of streams, arrays of them. */
export type Batched<T> = T extends readonly unknown[]
  ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
  : T extends object
    ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
    : T[];

const isObject = (item: unknown): item is object => typeof item === 'object' && item !== null;

const partOf = (item: unknown, key: string): unknown => (isObject(item) ? Reflect.get(item, key) : undefined);

/** The names of the parts that an item has. */
const namesOf = (item: object): string[] => Object.keys(item).filter((name) => partOf(item, name) !== undefined);

/** @throws TypeError when an item has not these parts */
function checkParts(item: unknown, names: readonly string[]): void {
  const own = isObject(item) && !Array.isArray(item) ? namesOf(item) : undefined;
  if (own?.length === names.length && names.every((name) => own.includes(name))) return;
  const expected = `items with ${names.join(', ') || 'no parts'} as the first of the batch has`;
  refuse(TypeError, 'batch', expected, own ? `one with ${own.join(', ') || 'no parts'}` : show(item));
}

/**
 * A batch of items.
 *
 * @throws TypeError when objects have other parts than the first
 */
export function together<T>(items: readonly T[]): Batched<T>;
// The parts of all items, by their names or places, as the type says; the compiler cannot verify it.
export function together(items: readonly unknown[]): unknown {
  const [first] = items;
  if (!isObject(first) || ArrayBuffer.isView(first)) return items;
  const partsOf = (key: string): unknown[] => items.map((item) => partOf(item, key));
  if (Array.isArray(first)) return first.map((_, i) => partsOf(`${i}`));
  const names = namesOf(first);
  for (const item of items) checkParts(item, names);
  return Object.fromEntries(names.map((name) => [name, partsOf(name)]));
}
