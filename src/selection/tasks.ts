import { callable, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { untilAborted } from '../core/aborting.js';
import type { Executor, ExecutorSession, Search, TrialTask } from './executor.js';
import type { FoldOutcome } from './trials.js';

/**
 * Runs all tasks, as many at a time as the executor allows, and reports each. @throws the signal's reason when aborted;
 * errors of `report` and of the executor's start and close
 */
export async function runTasks(
  executor: Executor,
  search: Search,
  tasks: readonly TrialTask[],
  report: (task: TrialTask, outcome: FoldOutcome) => void,
): Promise<void> {
  const { signal } = search;
  const start = async (): Promise<ExecutorSession> => checkSession(await executor.start(search));
  const session = await untilAborted(signal, start, (late) => late.close());
  const queue = tasks.values();
  let stopped = false;
  const lane = async (): Promise<void> => {
    for (const task of queue) {
      if (stopped || signal?.aborted) return;
      const outcome = await attempt(() => session.run(task));
      if (signal?.aborted) return;
      report(task, outcome);
    }
  };
  const lanes = Array.from({ length: Math.min(session.concurrency, tasks.length) }, () =>
    lane().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  const ended = await Promise.allSettled(lanes);
  await session.close();
  signal?.throwIfAborted();
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
}

/** Starts an executor, which may be the user's own, and checks the result. */
function checkSession(session: ExecutorSession): ExecutorSession {
  const given: unknown = session;
  if (typeof given !== 'object' || given === null || !('run' in given) || !('close' in given))
    refuse(TypeError, 'gridSearch', 'executor.start to return { concurrency, run, close }', show(given));
  wholeNumber('gridSearch', 'concurrency of the executor', session.concurrency, { min: 1 });
  callable('gridSearch', 'run of the executor', session.run);
  callable('gridSearch', 'close of the executor', session.close);
  return session;
}

async function attempt(run: () => ReturnType<Search['evaluate']>): Promise<FoldOutcome> {
  try {
    return { scores: await run() };
  } catch (error) {
    return { error };
  }
}
