// A training that uses most features of training. The hash of its weights is the same on every engine, in every
// process, on any number of threads. It is large enough for threads to share its records.
import { dense, dropout } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { init } from '../../src/runtime/init.js';
import { Pool } from '../../src/runtime/pool.js';
import { runtime, type RuntimeInfo } from '../../src/runtime/state.js';

export interface TrainingReport {
  readonly info: RuntimeInfo;
  /** FNV-1a of the bits of all weights. */
  readonly digest: string;
  /** Number of pieces of work that other threads have done. */
  readonly helped: number;
}

/** Waits until the runtime's pool is ready, and makes it share even the smallest work. */
export async function wakePool(): Promise<Pool | undefined> {
  const { pool } = runtime();
  if (!(pool instanceof Pool)) return undefined;
  pool.thresholds.start = 0;
  while (pool.statistics.workers === 0) {
    pool.run(0, 0, 1); // an empty program
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return pool;
}

/** Waits until the pool is ready to share all work, even the smallest. */
export async function wakePoolForAll(): Promise<Pool | undefined> {
  const pool = await wakePool();
  if (pool) Object.assign(pool.thresholds, { piece: 0, share: 0 });
  return pool;
}

function digestOf(arrays: Iterable<Float32Array>): string {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/**
 * The hash of the weights after each training below, in every engine. It changes only with the arithmetic of a kernel.
 */
export const DIGEST = '9786e17b';

/** n numbers in [-2, 2), the same for the same seed. (This file also runs in bare workers: nothing of the test runner.) */
function noise(n: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 30 - 2;
  });
}

const ROWS = 150;
const INPUTS = 100;
const CLASSES = 7;

/** Trains a dense network with dropout by Adam. Runs `init` itself, so it needs a module graph of its own. */
export async function train(threads: number): Promise<TrainingReport> {
  const info = await init({ threads });
  const pool = await wakePool();
  const model = sequential({ inputShape: [INPUTS], seed: 5 }, [
    dense({ units: 160, activation: 'relu' }),
    dropout({ rate: 0.25 }),
    dense({ units: 90, activation: 'tanh' }),
    dense({ units: CLASSES, activation: 'softmax' }),
  ]);
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 0.003 }), batchSize: ROWS });
  for (let step = 0; step < 30; step++) {
    const rows = step % 5 === 4 ? ROWS - 37 : ROWS;
    const y = Int32Array.from({ length: rows }, (_, i) => (i * 5 + step) % CLASSES);
    trainer.step(noise(rows * INPUTS, 1000 + step), y);
  }
  const digest = digestOf(Object.values(model.getWeights()));
  trainer.dispose();
  model.dispose();
  return { info, digest, helped: pool?.statistics.helped ?? 0 };
}
