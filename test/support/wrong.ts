/** Passes an argument that the types forbid, to test the error. */
export const wrong = <T>(value: unknown): T => value as T;

/** An array whose first entry is a hole: `map` and `every` skip it. */
export function holed<T>(value: T): T[] {
  const list = new Array<T>(2);
  list[1] = value;
  return list;
}
