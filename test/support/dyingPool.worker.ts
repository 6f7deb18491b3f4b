// A pool in which a thread dies while it works on a piece: records what the running call, the next one and later ones
// do.
import { matmul } from '../../src/ops/matmul.js';
import { TICKET } from '../../src/runtime/generated/layout.js';
import { init } from '../../src/runtime/init.js';
import { runtime } from '../../src/runtime/state.js';
import { randomNormal } from '../../src/tensors/creation.js';
import { wakePool } from './training.js';

export interface DyingPoolReport {
  /** The error of the call during which a thread died. */
  readonly error: string;
  /** Whether the next calls gave the product, and how many pieces workers did before the death and have done since. */
  readonly same: boolean;
  readonly before: number;
  readonly after: number;
}

// Takes one piece of the next job like a worker, and never finishes it. assembly/threads.ts explains the ticket.
const THIEF = `
  onmessage = ({ data }) => {
    const ticket = new BigInt64Array(data.buffer, ${TICKET}, 1);
    postMessage('ready');
    for (;;) {
      const seen = Atomics.load(ticket, 0);
      if ((seen & 0xffffffffn) > 0n && Atomics.compareExchange(ticket, 0, seen, seen - 1n) === seen) return;
    }
  };`;

async function run(): Promise<DyingPoolReport> {
  await init({ threads: 2 });
  const [a, b] = [randomNormal([300, 300], { seed: 1 }), randomNormal([300, 300], { seed: 2 })];
  const expected = matmul(a, b).data();
  const pool = await wakePool();
  if (!pool) throw new Error('expected a pool');
  const thief = new Worker(URL.createObjectURL(new Blob([THIEF], { type: 'text/javascript' })));
  const ready = new Promise((resolve) => {
    thief.onmessage = resolve;
  });
  thief.postMessage(runtime().heap.memory);
  await ready;
  let error = 'none';
  for (let i = 0; i < 10_000 && error === 'none'; i++) {
    try {
      matmul(a, b).dispose();
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.name : String(thrown);
    }
  }
  const before = pool.statistics.helped;
  const product = (): boolean =>
    matmul(a, b)
      .data()
      .every((value, i) => value === expected[i]);
  let same = product(); // immediately, on one thread
  await wakePool(); // and with a new worker
  for (let i = 0; i < 2000 && pool.statistics.helped === before; i++) same &&= product();
  return { error, same, before, after: pool.statistics.helped };
}

run().then(postMessage, (error: unknown) => {
  postMessage(String(error));
});
