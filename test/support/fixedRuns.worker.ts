// Runs the trainings in a worker, where a page may have threads, unlike on its main thread.
import { init } from '../../src/runtime/init.js';
import { hashes } from './fixedRuns.js';
import { wakePoolForAll } from './training.js';

async function main(): Promise<unknown> {
  const { threads } = await init({ threads: 2 });
  const pool = await wakePoolForAll();
  const here = await hashes(false);
  const helped = pool?.statistics.helped ?? 0;
  return { threads, here, helped, inTrainingWorker: await hashes(true) };
}

main().then(
  (report) => self.postMessage(report),
  (error: unknown) => self.postMessage(String(error)),
);
