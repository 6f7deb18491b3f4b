// What becomes of workers that lie or vanish, step by step.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WorkerError } from '../../../src/index.js';
import { Dispatcher, type DispatcherOptions } from '../../../src/selection/http/dispatcher.js';
import type { PackedOutcome } from '../../../src/selection/http/wire.js';
import type { TrialTask } from '../../../src/selection/index.js';

const task = (trial: number): TrialTask => ({ trial, point: { units: trial }, fold: 0, seed: 0 });
const outcome = (loss: number): PackedOutcome => ({ result: { scores: { loss }, epochs: 1 } });
const FORGED = outcome(-1);

function dispatching(options: Partial<DispatcherOptions> = {}): {
  dispatcher: Dispatcher;
  lies: string[];
  computed: number[];
} {
  const [lies, computed]: [string[], number[]] = [[], []];
  const compute = (given: TrialTask): Promise<PackedOutcome> => {
    computed.push(given.trial);
    return Promise.resolve(outcome(given.trial));
  };
  const onLie = (worker: string): void => void lies.push(worker);
  const known = { verify: 0.5, lostAfter: 1000, attempts: 2, compute, onLie };
  return { dispatcher: new Dispatcher({ ...known, ...options }), lies, computed };
}

/** Does one task as a worker, and gives what `lie` says instead of the truth. */
function done(dispatcher: Dispatcher, worker: string, lie?: PackedOutcome): number {
  const errand = dispatcher.next(worker);
  if (!errand) throw new Error('there is no task');
  dispatcher.deliver(worker, errand.number, lie ?? outcome(errand.task.trial));
  return errand.task.trial;
}

/** Makes every drawing choose the first. */
function drawFirst(): void {
  const real = crypto.getRandomValues.bind(crypto);
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) =>
    array instanceof Uint32Array ? array : real(array),
  );
}

afterEach(() => void vi.restoreAllMocks());

describe('a dispatcher', () => {
  it('computes the first result of a worker and one of each group again, and only then gives them', async () => {
    const { dispatcher, computed, lies } = dispatching();
    const all = Array.from({ length: 6 }, (_, trial) => dispatcher.add(task(trial)));
    const settled: number[] = [];
    all.forEach((each, i) => void each.then(() => settled.push(i)));
    const worker = dispatcher.join();
    done(dispatcher, worker);
    await all[0];
    expect(computed).toEqual([0]);
    done(dispatcher, worker);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(settled).toEqual([0]);
    done(dispatcher, worker);
    await Promise.all([all[1], all[2]]);
    expect(computed).toHaveLength(2);
    expect(lies).toEqual([]);
  });

  it('excludes a liar, gives its tasks to others, and the truth to the search', async () => {
    const { dispatcher, lies } = dispatching();
    const all = Array.from({ length: 3 }, (_, trial) => dispatcher.add(task(trial)));
    const [liar, honest] = [dispatcher.join(), dispatcher.join()];
    done(dispatcher, liar, FORGED);
    expect(await all[0]).toEqual(outcome(0));
    expect(lies).toEqual([liar]);
    expect([dispatcher.isExcluded(liar), dispatcher.isExcluded(honest)]).toEqual([true, false]);
    expect(dispatcher.next(liar)).toBeUndefined();
    while (dispatcher.next(honest)) done(dispatcher, honest);
    expect(await Promise.all(all)).toEqual([0, 1, 2].map(outcome));
  });

  it('does again what the search knows of one that lies late, and finds what was forged', async () => {
    drawFirst();
    const { dispatcher, lies } = dispatching();
    const all = Array.from({ length: 6 }, (_, trial) => dispatcher.add(task(trial)));
    const worker = dispatcher.join();
    done(dispatcher, worker);
    await all[0];
    done(dispatcher, worker);
    done(dispatcher, worker, FORGED); // not the one that is drawn
    expect(await Promise.all([all[1], all[2]])).toEqual([outcome(1), FORGED]);
    done(dispatcher, worker, FORGED);
    done(dispatcher, worker);
    expect(await all[3]).toEqual(outcome(3));
    expect(lies).toEqual([worker]);
    await dispatcher.settled(); // computes here what nobody else does
    expect(dispatcher.forged).toEqual(task(2));
    expect(await Promise.all([all[4], all[5]])).toEqual([4, 5].map(outcome));
  });

  it('finds nothing forged when a worker has lied only where it was caught', async () => {
    drawFirst();
    const { dispatcher } = dispatching();
    const all = Array.from({ length: 3 }, (_, trial) => dispatcher.add(task(trial)));
    const worker = dispatcher.join();
    done(dispatcher, worker);
    await all[0];
    done(dispatcher, worker, FORGED);
    done(dispatcher, worker, FORGED);
    await dispatcher.settled();
    expect(await Promise.all(all)).toEqual([0, 1, 2].map(outcome));
    expect(dispatcher.forged).toBeUndefined();
  });

  it('tries tasks of vanished workers again, a few times', async () => {
    const { dispatcher } = dispatching({ lostAfter: -1 });
    const first = dispatcher.add(task(0));
    for (let i = 0; i < 2; i++) {
      const worker = dispatcher.join();
      expect(dispatcher.next(worker)?.task.trial).toBe(0);
      dispatcher.sweep();
      expect(dispatcher.touch(worker)).toBe(false);
    }
    await expect(first).rejects.toThrow(
      new WorkerError('http: expected a worker to end its task, got 2 that were lost'),
    );
    const late = dispatcher.join();
    dispatcher.deliver(late, 0, FORGED); // of a task that it never had
    expect(dispatcher.next(late)).toBeUndefined();
  });

  it('takes results without a look when it is told to', async () => {
    const { dispatcher, computed } = dispatching({ verify: 0 });
    const given = dispatcher.add(task(0));
    done(dispatcher, dispatcher.join(), FORGED);
    expect(await given).toEqual(FORGED);
    expect(computed).toEqual([]);
  });

  it('rejects everything with the reason of the signal', async () => {
    const { dispatcher } = dispatching();
    const [given, worker] = [dispatcher.add(task(0)), dispatcher.join()];
    const number = dispatcher.next(worker)?.number;
    expect(dispatcher.current(worker, number)).toBeDefined();
    dispatcher.abort(new Error('enough'));
    await expect(given).rejects.toThrow(new Error('enough'));
    expect(dispatcher.current(worker, number)).toBeUndefined();
    await dispatcher.settled();
  });
});
