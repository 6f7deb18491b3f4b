// Safari has neither `using` nor Symbol.dispose. Code compiled for such an engine looks for
// Symbol.for('Symbol.dispose') instead. A method named [Symbol.dispose] would be called 'undefined' there.

/** `typeof Symbol.dispose`, or nothing where the compiler's `lib` does not have it. */
type DisposeSymbol = SymbolConstructor extends { readonly dispose: infer S extends symbol } ? S : never;

/**
 * An object that `using` can hold. It is the `Disposable` of lib `esnext.disposable`, which the package's declarations
 * must not name because not every user has that lib.
 */
export interface Disposable extends Readonly<Record<DisposeSymbol, () => void>> {
  /** Frees memory. A second call does nothing. */
  dispose(): void;
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the type is that of newer engines
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/**
 * A base class whose instances `using` can hold, in every engine; subclasses implement `dispose()`. The methods named
 * in `shown` return `toString()`.
 */
export function makeDisposableClass(...shown: readonly symbol[]): new () => Disposable {
  // A computed method name in the subclass itself would keep bundlers from dropping the unused class.
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

/** A base class whose instances `using` can hold. */
export const DisposableBase = makeDisposableClass();

/** Adds the method that `using` calls to an object with `dispose()`. */
export function disposable<T extends { dispose(): void }>(thing: T): T & Disposable {
  return Object.assign(thing, { [DISPOSE]: () => thing.dispose() });
}
