import { expect } from 'vitest';

/**
 * For `toThrow`: an error of just this class whose message matches. Where there is one message,
 * `toThrow(new RangeError('...'))` compares class and message as well.
 */
export function typed(kind: new (message: string) => Error, message: RegExp): unknown {
  return expect.objectContaining({ constructor: kind, message: expect.stringMatching(message) as unknown });
}
