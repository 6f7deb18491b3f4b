// `npm run bench search`: trials per minute over 1, 2, 4 and 8 workers of wasmgrad-bullmq, whose trainings sleep for a
// second. It needs redis-server.
import { fileURLToPath } from 'node:url';
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { logUniform, randomSearch } from 'wasmgrad/selection';
import { bullmq } from '../../packages/bullmq/dist/index.js';
import { Server, serverProgram } from '../../test/bullmq/redis.js';
import { WorkerProcess } from '../../test/bullmq/workers.js';
import { busyWarning } from '../support/machine.js';
import trials from './trials.mjs';

const EACH = 16;
const module = fileURLToPath(new URL('trials.mjs', import.meta.url));

/** Trials per minute, workers ready. */
async function rate(server: Server, workers: number): Promise<number> {
  const queue = `bench-${workers}`;
  const args = [server.url, module, '--queue', queue];
  const processes = Array.from({ length: workers }, () => WorkerProcess.start(...args));
  await Promise.all(processes.map((each) => each.said('ready')));
  const count = EACH * workers;
  const { build, fit } = trials;
  const space = { learningRate: logUniform(1e-3, 0.1) };
  const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
  const executor = bullmq({ connection: server.url, module, queue });
  const start = performance.now();
  await randomSearch({ build, fit, space, holdOut: 0.5, data, trials: count, executor });
  const minutes = (performance.now() - start) / 60_000;
  await Promise.all(processes.map((each) => each.kill()));
  return count / minutes;
}

const program = serverProgram();
if (program !== undefined) {
  await init({ threads: 1 });
  const warning = busyWarning();
  if (warning) console.log(`warning: ${warning}`);
  const server = await Server.start(program);
  try {
    const one = await rate(server, 1);
    console.log('workers  trials per minute  times one');
    for (const workers of [1, 2, 4, 8]) {
      const found = workers === 1 ? one : await rate(server, workers);
      console.log(
        `${String(workers).padStart(7)}${found.toFixed(1).padStart(19)}${(found / one).toFixed(2).padStart(11)}`,
      );
    }
  } finally {
    await server.remove();
  }
}
