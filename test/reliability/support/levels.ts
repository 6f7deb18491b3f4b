// How much memory is in use, of both kinds.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { memory } from '../../../src/runtime/init.js';
import type { Tally } from './member.js';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** What JavaScript's heap may differ by: compiled code, caches of the engine, the test runner. */
const NOISE = 3 * 2 ** 20;

/** Bytes that JavaScript holds when all garbage has been collected. */
function heapUsed(): number {
  if (typeof collect === 'function') for (let i = 0; i < 3; i++) Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

/**
 * Calls `body` so often, after it has been called some times to fill caches. Linear memory must stay as it is, in use
 * and reserved, and JavaScript's heap about so.
 */
export async function staysFlat(
  what: string,
  count: number,
  tally: Tally,
  body: (i: number) => unknown,
): Promise<void> {
  const first = Math.min(count, 200);
  for (let i = 0; i < first; i++) await body(i);
  const before = { ...memory(), heap: heapUsed() };
  for (let i = 0; i < count; i++) await body(first + i);
  const { liveTensors, used, reserved } = memory();
  expect({ liveTensors, used, reserved }, what).toEqual({
    liveTensors: before.liveTensors,
    used: before.used,
    reserved: before.reserved,
  });
  const grown = heapUsed() - before.heap;
  tally.add(what, count);
  tally.add('KiB more of JavaScript heap', Math.round(grown / 1024));
  expect(grown, what).toBeLessThan(NOISE);
}
