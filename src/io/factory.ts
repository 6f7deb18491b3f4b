/**
 * A function that makes something from options. It checks its options itself, so it may be given anything. It is
 * declared as a method so that factories with any type of options are assignable.
 */
export type Factory<T> = { make(config: object): T }['make'];

/** The factory of a name. Only own entries count: a file may ask for `constructor`. */
export function factoryOf<T>(factories: Readonly<Record<string, Factory<T>>>, name: string): Factory<T> | undefined {
  return Object.hasOwn(factories, name) ? factories[name] : undefined;
}
