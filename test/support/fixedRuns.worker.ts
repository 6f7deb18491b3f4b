// Where a page may have threads: not on its main thread, but in a worker of its own.
import { init } from '../../src/runtime/init.js';
import { fixedRuns, hashAfterTraining } from './fixedRuns.js';
import { wakePool } from './training.js';

async function main(): Promise<{ threads: number; hashes: string[] }> {
  const { threads } = await init({ threads: 2 });
  await wakePool();
  const hashes: string[] = [];
  for (const run of fixedRuns) hashes.push(await hashAfterTraining(run));
  return { threads, hashes };
}

main().then(
  (report) => self.postMessage(report),
  (error: unknown) => self.postMessage(String(error)),
);
