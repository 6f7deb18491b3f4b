// A pool in which a thread dies while it works on a piece: records what the running call, the next one and later ones
// do.
import { sqrt } from '../../src/ops/sqrt.js';
import { READY, TICKET } from '../../src/runtime/generated/layout.js';
import { init } from '../../src/runtime/init.js';
import { full } from '../../src/tensors/creation.js';
import { makeGate } from './gate.js';
import { wakePool, wakePoolForAll } from './training.js';

export interface DyingPoolReport {
  /** The error of the call during which a thread died. */
  readonly error: string;
  /** Whether the next calls gave the roots, and how many pieces workers did before the death and have done since. */
  readonly same: boolean;
  readonly before: number;
  readonly after: number;
}

// Takes the place of a worker: takes one piece of the next job and ends without doing it. assembly/threads.ts explains the
// ticket.
const THIEF = `
  onmessage = ({ data: { memory: { buffer } } }) => {
    onmessage = undefined;
    const ticket = new BigInt64Array(buffer, ${TICKET}, 1);
    Atomics.add(new Int32Array(buffer), ${READY} / 4, 1);
    for (;;) {
      const seen = Atomics.load(ticket, 0);
      if ((seen & 0xffffffffn) > 0n && Atomics.compareExchange(ticket, 0, seen, seen - 1n) === seen) return;
    }
  };`;
const { Worker } = globalThis;
class Thief extends Worker {
  constructor(_url: string | URL, options?: WorkerOptions) {
    super(URL.createObjectURL(new Blob([THIEF], { type: 'text/javascript' })), options);
  }
}

async function run(): Promise<DyingPoolReport> {
  const gate = makeGate();
  await init({ threads: 2 });
  const x = full([1000], 4);
  const works = (): boolean =>
    sqrt(x)
      .data()
      .every((value) => value === 2);
  let same = works();
  Object.assign(globalThis, { Worker: Thief });
  const pool = await wakePoolForAll();
  Object.assign(globalThis, { Worker });
  if (!pool) throw new Error('expected a pool');
  let error = 'none';
  try {
    gate.whileShut(() => sqrt(x)).dispose();
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.name : String(thrown);
  }
  const before = pool.statistics.helped;
  same &&= works(); // immediately, on one thread
  await wakePool(); // and with a new worker
  same &&= gate.whileShut(works);
  return { error, same, before, after: pool.statistics.helped };
}

run().then(postMessage, (error: unknown) => {
  postMessage(String(error));
});
