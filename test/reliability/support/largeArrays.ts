// Sees to it that nothing makes large arrays: their constructors refuse.

/** What a refused constructor throws: no error of the library's, so that it is a complaint wherever it comes out. */
class LargeArray extends Error {}

const NAMES = [
  ...['Array', 'ArrayBuffer', 'SharedArrayBuffer', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint32Array'],
  ...['Uint8Array', 'Uint16Array', 'BigInt64Array'],
] as const;

/** Replaces the constructors of arrays. `made`: lengths above `most` that were asked for. */
export function refuseLargeArrays(most: number): { readonly made: number[]; readonly restore: () => void } {
  const made: number[] = [];
  const look = ([length]: readonly unknown[]): void => {
    if (typeof length !== 'number' || !(length > most)) return;
    made.push(length);
    throw new LargeArray(`an array of ${length} elements`);
  };
  const originals = NAMES.map((name) => [name, globalThis[name]] as const);
  for (const [name, original] of originals) {
    const watched: object = new Proxy<object>(original, {
      construct: (_, args, newTarget) => {
        look(args);
        return Reflect.construct(original, args, newTarget === watched ? original : newTarget) as object;
      },
      apply: (_, self, args) => {
        look(args);
        return Reflect.apply(original as () => unknown, self, args) as unknown;
      },
    });
    Object.assign(globalThis, { [name]: watched });
  }
  return { made, restore: () => Object.assign(globalThis, Object.fromEntries(originals)) };
}
