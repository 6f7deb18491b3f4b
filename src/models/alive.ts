import { DisposedError, refuse } from '../core/errors.js';

/** @throws DisposedError in the name of what wants to use the thing */
export function alive(where: string, what: string, thing: { readonly disposed: boolean } | undefined): void {
  if (thing?.disposed) refuse(DisposedError, where, `a live ${what}`, 'one after dispose()');
}
