import { expect } from 'vitest';

/** For `toThrow`: an error of just this class with this message, or with one that matches. */
export function typed(kind: new (message: string) => Error, message: string | RegExp): unknown {
  const expected: unknown = typeof message === 'string' ? message : expect.stringMatching(message);
  return expect.objectContaining({ constructor: kind, message: expected });
}
