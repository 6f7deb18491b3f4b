/** Samples put together; for other items of streams, arrays of them. */
export type Batched<T> = T extends readonly unknown[]
  ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
  : T extends object
    ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
    : T[];

/** A batch of items. */
export function together<T>(items: readonly T[]): Batched<T>;
// The parts of all items, by their names or places, as the type says; the compiler cannot verify it.
export function together(items: readonly unknown[]): unknown {
  const [first] = items;
  if (typeof first !== 'object' || first === null || ArrayBuffer.isView(first)) return items;
  const partsOf = (key: string): unknown[] =>
    items.map((item) => (typeof item === 'object' && item !== null ? (Reflect.get(item, key) as unknown) : undefined));
  if (Array.isArray(first)) return first.map((_, i) => partsOf(`${i}`));
  return Object.fromEntries(Object.keys(first).map((key) => [key, partsOf(key)]));
}
