// Training workers killed at any moment, their start included: fit ends with a WorkerError and the weights of an epoch's
// end, or it was through. The next training gives the same bits as ever.
import { afterAll, beforeAll, expect } from 'vitest';
import { memory, WorkerError } from '../../src/index.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { pause } from './support/child.js';
import { member, randomNumbers, type Tally } from './support/member.js';
import { fitOptions, network, samples, weightHash } from './support/trainings.js';
import { living, startWorkersOf, WatchedWorker } from './support/watchedWorkers.js';

withRuntime({ threads: 1 });
beforeAll(() => startWorkersOf(WatchedWorker));
afterAll(() => startWorkersOf());

const options = (): ReturnType<typeof fitOptions> => fitOptions(adam({ learningRate: 0.02 }));

/** The weights at the start and after every epoch of a training without a worker. */
async function milestones(): Promise<string[]> {
  using model = network();
  const hashes = [weightHash(model)];
  await model.fit(samples(), { ...options(), onEpochEnd: () => void hashes.push(weightHash(model)) });
  return hashes;
}

/** Trains and kills the worker after so many milliseconds. */
async function trainAndKill(delay: number, hashes: readonly string[], tally: Tally): Promise<void> {
  using model = network();
  const fit = model.fit(samples(), { ...options(), worker: true }).then(
    () => undefined,
    (error: unknown) => error,
  );
  await pause(delay);
  const victims = [...living];
  await Promise.all(victims.map((worker) => worker.terminate()));
  const error = await fit;
  const at = hashes.indexOf(weightHash(model));
  expect(at, `after ${delay} ms`).toBeGreaterThanOrEqual(0);
  if (error === undefined) {
    expect(at).toBe(hashes.length - 1);
    tally.add('through before');
    return;
  }
  expect(error).toBeInstanceOf(WorkerError);
  expect(victims.length).toBe(1);
  tally.add(at === 0 ? 'WorkerError in the first epoch or before' : 'WorkerError later');
}

member('training workers killed', { short: 12, long: 500 }, async (count, tally) => {
  const random = randomNumbers(count);
  const hashes = await milestones();
  const before = memory();
  for (let round = 0; round < count; round++) {
    await trainAndKill(random(round % 2 === 0 ? 60 : 200), hashes, tally);
    if (round % 10 !== 9) continue;
    using model = network();
    await model.fit(samples(), { ...options(), worker: true });
    expect(weightHash(model)).toBe(hashes.at(-1));
    tally.add('right again');
  }
  const { used, liveTensors } = memory();
  expect({ used, liveTensors }).toEqual({ used: before.used, liveTensors: before.liveTensors });
  expect(tally.count('through before')).toBeLessThan(count);
});
