// Safari has neither `using` nor Symbol.dispose. Code compiled for such an engine looks for a symbol of the registry
// instead, so a class may not just name the method Symbol.dispose: it would be called 'undefined' there.

/** `typeof Symbol.dispose`, or nothing where the compiler's `lib` does not have it. */
type DisposeSymbol = SymbolConstructor extends { readonly dispose: infer S extends symbol } ? S : never;

/**
 * What `using` can hold. Like the `Disposable` of lib `esnext.disposable`, which the package's declarations may not name
 * because not every user has it.
 */
export interface Disposable extends Readonly<Record<DisposeSymbol, () => void>> {
  /** Frees what this holds. A second call does nothing. */
  dispose(): void;
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the type is that of newer engines
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/**
 * A class to extend by what `using` can hold, in every engine: subclasses say what `dispose()` does.
 * The methods of the names in `shown` return `toString()`.
 */
export function makeDisposableClass(...shown: readonly symbol[]): new () => Disposable {
  // A name computed by the class that extends this one would keep bundlers from ever dropping it.
  class Base {
    dispose(): void {
      throw new TypeError('dispose: expected a class that says how');
    }

    /** Same as `dispose()`, for `using x = ...`. */
    [DISPOSE](): void {
      this.dispose();
    }
  }
  const value = function (this: { toString(): string }): string {
    return this.toString();
  };
  for (const name of shown) Object.defineProperty(Base.prototype, name, { value });
  return Base;
}

/** What `using` can hold. */
export const DisposableBase = makeDisposableClass();

/** Adds to an object with `dispose()` the method that `using` calls. */
export function disposable<T extends { dispose(): void }>(thing: T): T & Disposable {
  return Object.assign(thing, { [DISPOSE]: () => thing.dispose() });
}
