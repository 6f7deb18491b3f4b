// Threads of the pool killed at random moments: every call gives the right bits or a WorkerError, and the next one gives
// the right bits again. Nothing is lost, and no tensor beside changes.
import { afterAll, beforeAll, expect } from 'vitest';
import {
  conv2d,
  full,
  init,
  matmul,
  memory,
  randomNormal,
  softmax,
  sqrt,
  sum,
  WorkerError,
  type Tensor,
} from '../../src/index.js';
import { Pool } from '../../src/runtime/pool.js';
import { runtime } from '../../src/runtime/state.js';
import { bitPatterns } from '../support/bits.js';
import { makeGate } from '../support/gate.js';
import { typed } from '../support/typed.js';
import { thiefOf } from '../support/thief.js';
import { pause } from './support/child.js';
import { member, randomNumbers, type Tally } from './support/member.js';
import { living, startWorkersOf, WatchedWorker } from './support/watchedWorkers.js';

const gate = makeGate();

const inputs: Tensor[] = [];
let calls: readonly { readonly call: () => Tensor; readonly bits: readonly number[] }[] = [];
let inputBits: readonly (readonly number[])[] = [];

function bitsOf(call: () => Tensor): readonly number[] {
  const result = call();
  const bits = bitPatterns(result.data());
  result.dispose();
  return bits;
}

beforeAll(async () => {
  startWorkersOf(WatchedWorker);
  await init({ threads: 3 });
  const [a, b, image, filter] = [
    [200, 300],
    [300, 200],
    [4, 20, 20, 8],
    [3, 3, 8, 16],
  ].map((shape, i) => randomNormal(shape, { seed: i })) as [Tensor, Tensor, Tensor, Tensor];
  const positive = full([50_000], 4);
  inputs.push(a, b, image, filter, positive);
  inputBits = inputs.map((x) => bitPatterns(x.data()));
  calls = [
    () => matmul(a, b),
    () => conv2d(image, filter, { padding: 'same' }),
    () => softmax(a),
    () => sqrt(positive),
    () => sum(image, { axis: 0 }),
  ].map((call) => ({ call, bits: bitsOf(call) }));
});

afterAll(() => {
  startWorkersOf();
  for (const x of inputs) x.dispose();
});

/** One call, which must give the right bits or a WorkerError. Whether it gave the bits. */
function tried(which: number, tally: Tally, what: string): boolean {
  const { call, bits } = calls[which % calls.length]!;
  const before = memory();
  try {
    expect(String(bitsOf(call)) === String(bits), what).toBe(true);
    tally.add('right');
    return true;
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    tally.add('WorkerError');
    return false;
  } finally {
    const { used, liveTensors } = memory();
    expect({ used, liveTensors }, what).toEqual({ used: before.used, liveTensors: before.liveTensors });
  }
}

/** The pool, told of so much work that it starts its threads however often they have died, and shares all work. */
function eagerPool(): Pool {
  const { pool } = runtime();
  if (!(pool instanceof Pool)) throw new Error('expected a pool');
  Object.assign(pool.thresholds, { start: 0, piece: 0, share: 0 });
  pool.run(0, 0, 1e15);
  return pool;
}

async function wake(): Promise<Pool> {
  while (eagerPool().statistics.workers === 0) await pause(5);
  return eagerPool();
}

member('threads killed', { short: 25, long: 2_000 }, async (count, tally) => {
  const random = randomNumbers(count);
  for (let round = 0; round < count; round++) {
    // Let them start, or be killed while they do; let the pool hear of those that died, or not.
    eagerPool();
    if (random(3) > 0) await pause(random(40));
    tried(random(5), tally, `round ${round}, before`);
    const victims = [...living].slice(0, 1 + random(2));
    const ends = victims.map((worker) => worker.terminate()); // they end while the next calls run
    tally.add('killed', victims.length);
    for (let call = random(4); call >= 0; call--) {
      const right = tried(random(5), tally, `round ${round}`);
      if (!right) expect(tried(random(5), tally, `round ${round}, after an error`)).toBe(true);
    }
    if (random(2) > 0) await Promise.all(ends);
  }
  expect(inputs.map((x) => bitPatterns(x.data()))).toEqual(inputBits);
  expect(tally.count('killed')).toBeGreaterThan(count / 4);
});

member('threads that die inside a shared kernel', { short: 2, long: 100 }, async (count, tally) => {
  const { call, bits } = calls[3]!; // of a group that the gate sees
  for (let round = 0; round < count; round++) {
    await Promise.all([...living].map((worker) => worker.terminate()));
    startWorkersOf(thiefOf(WatchedWorker));
    await wake();
    startWorkersOf(WatchedWorker);
    expect(() => gate.whileShut(call)).toThrow(typed(WorkerError, /^sqrt: threads: expected every thread to finish/));
    tally.add('WorkerError');
    expect(String(bitsOf(call)) === String(bits)).toBe(true);
    const pool = await wake();
    const helped = pool.statistics.helped;
    expect(String(gate.whileShut(() => bitsOf(call))) === String(bits)).toBe(true);
    expect(pool.statistics.helped).toBeGreaterThan(helped);
    tally.add('right again, with new threads');
  }
});
