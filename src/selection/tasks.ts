import { callable, isPlain, show, wholeNumber } from '../core/checks.js';
import { refuse, WorkerError } from '../core/errors.js';
import { untilAborted } from '../core/aborting.js';
import type { EpochReport, Executor, ExecutorSession, Search, TrialResult, TrialTask } from './executor.js';
import type { Scores } from './scores.js';

/** How a task ended. */
export type Outcome = { readonly result: TrialResult } | { readonly error: unknown };

/** What a search does with the outcome of a task, and with reports of its epochs. */
export interface Listener {
  /** The outcome of a task if it is known without running it. */
  readonly known?: ((task: TrialTask) => Outcome | undefined) | undefined;
  readonly done: (task: TrialTask, outcome: Outcome) => void;
  readonly reported?: ((task: TrialTask, report: EpochReport) => void) | undefined;
}

/** Runs tasks, as many at a time as the executor allows. */
export type RunTasks = (tasks: Iterable<TrialTask>, listener: Listener) => Promise<void>;

/** How often a number of machines that may change is asked for, in milliseconds. */
const ASK_AGAIN = 100;

/**
 * Starts an executor, and closes it after `body`, which is given the function that runs tasks. That function throws the
 * signal's reason when aborted, and errors of the listener.
 */
export async function withExecutor<T>(
  executor: Executor,
  search: Search,
  body: (run: RunTasks) => Promise<T>,
): Promise<T> {
  const { signal, caller = 'gridSearch' } = search;
  const start = async (): Promise<ExecutorSession> => checkSession(caller, await executor.start(search));
  const session = await untilAborted(signal, start, (late) => late.close());
  try {
    return await body((tasks, listener) => runTasks(session, search, tasks, listener));
  } finally {
    await session.close();
  }
}

async function runTasks(
  session: ExecutorSession,
  { signal, caller = 'gridSearch' }: Search,
  tasks: Iterable<TrialTask>,
  { known, done, reported }: Listener,
): Promise<void> {
  const queue = tasks[Symbol.iterator]();
  const lanes = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let isOver = false;
  const lane = async (task: TrialTask): Promise<void> => {
    const onReport = (report: EpochReport): void => reported?.(task, report);
    const outcome =
      known?.(task) ?? (await attempt(caller, session, task.epochs, () => session.run(task, { signal, onReport })));
    if (!signal?.aborted) done(task, outcome);
  };
  const begin = (task: TrialTask): void => {
    const running = lane(task)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => lanes.delete(running));
    lanes.add(running);
  };
  for (;;) {
    while (!isOver && lanes.size < placesOf(caller, session)) {
      const next = failures.length > 0 || signal?.aborted ? undefined : queue.next();
      if (!next || next.done) isOver = true;
      else begin(next.value);
    }
    if (isOver && lanes.size === 0) break;
    await Promise.race(typeof session.concurrency === 'function' ? [...lanes, pause()] : lanes);
    isOver ||= signal?.aborted ?? false;
  }
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
}

/** How many tasks may run now. */
function placesOf(where: string, { concurrency }: ExecutorSession): number {
  return typeof concurrency === 'function'
    ? wholeNumber(where, 'concurrency of the executor', concurrency(), { min: 0 })
    : concurrency;
}

/** Starts an executor, which may be the user's own, and checks the result. */
function checkSession(where: string, session: ExecutorSession): ExecutorSession {
  const given: unknown = session;
  if (typeof given !== 'object' || given === null || !('run' in given) || !('close' in given))
    refuse(TypeError, where, 'executor.start to return { concurrency, run, close }', show(given));
  const { concurrency, attempts = 1 } = session;
  if (typeof concurrency !== 'function') wholeNumber(where, 'concurrency of the executor', concurrency, { min: 1 });
  wholeNumber(where, 'attempts of the executor', attempts, { min: 1 });
  callable(where, 'run of the executor', session.run);
  callable(where, 'close of the executor', session.close);
  return session;
}

function isResult(value: TrialResult | Scores): value is TrialResult {
  return isPlain(value.scores);
}

/** Runs a task, again when its machine was lost. */
async function attempt(
  where: string,
  { attempts = 1 }: ExecutorSession,
  epochs: number | undefined,
  run: () => Promise<TrialResult | Scores>,
): Promise<Outcome> {
  for (let left = attempts; ; left--) {
    try {
      const value: TrialResult | Scores = await run();
      const given: unknown = value;
      if (!isPlain(given)) refuse(TypeError, where, 'the executor to give scores', show(given));
      return { result: isResult(value) ? value : { scores: value, epochs: epochs ?? NaN } };
    } catch (error) {
      if (!(error instanceof WorkerError) || left <= 1) return { error };
    }
  }
}
