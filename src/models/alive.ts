import { DisposedError } from '../core/errors.js';

/** @throws DisposedError in the name of the method that wants to use the model */
export function alive({ disposed }: { readonly disposed: boolean }, where: string): void {
  if (disposed) throw new DisposedError(`${where}: expected a live model, got one after dispose()`);
}
