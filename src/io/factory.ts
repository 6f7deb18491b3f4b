/**
 * A function from options to the thing they describe. It checks its options itself, so anything may be handed to it:
 * declared as a method, its parameter fits factories with options of their own.
 */
export type Factory<T> = { make(config: object): T }['make'];

/** The factory of a name, own entries only: a file may ask for `constructor`. */
export function factoryOf<T>(factories: Readonly<Record<string, Factory<T>>>, name: string): Factory<T> | undefined {
  return Object.hasOwn(factories, name) ? factories[name] : undefined;
}
