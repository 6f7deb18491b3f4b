import { refuse } from '../core/errors.js';
import { callable, knownOptions, show } from '../core/checks.js';
import { init } from '../runtime/init.js';
import { nodeModule } from '../runtime/platform.js';
import type { WorkerPort } from '../runtime/worker.js';
import type { EpochReport, GridPoint, TaskContext, TrialResult, TrialTask } from './executor.js';
import { packError, type FromWorker, type ToWorker } from './messages.js';
import { checkPointFit } from './pointOptions.js';
import { openParts, type OpenedSearch } from './sharedSearch.js';
import { scoreTask, type TrialFunctions } from './scoreTask.js';

/** What a worker needs to train the models of a search. */
export interface Trials<P> extends TrialFunctions<P> {
  /** Call this inside a worker: it answers the messages of the worker pool. */
  readonly serve: () => void;
  /** @internal What `runTask` calls. */
  readonly run: (search: OpenedSearch, task: TrialTask, context: TaskContext) => Promise<TrialResult>;
}

function isPort(value: object): value is WorkerPort<FromWorker, ToWorker> {
  return 'postMessage' in value && 'onmessage' in value && !('document' in value);
}

/** The port of this worker. A worker that the user started does not have the `port` of the library's own scripts. */
function ownPort(): WorkerPort<FromWorker, ToWorker> {
  const port: object = nodeModule('node:worker_threads')?.parentPort ?? globalThis;
  if (isPort(port)) return port;
  refuse(TypeError, 'serve', 'to be called in a worker', 'the main thread');
}

function serve(run: Trials<never>['run']): void {
  const port = ownPort();
  let search: OpenedSearch | undefined;
  const answer = async (message: ToWorker): Promise<FromWorker | undefined> => {
    if (message.kind === 'search') search = openParts(message.search);
    if (message.kind !== 'task' || !search) return undefined;
    await init({ threads: 1 }); // one thread each, since the workers already use all cores
    const onReport = (report: EpochReport): void => port.postMessage({ kind: 'report', report });
    return { kind: 'result', result: await run(search, message.task, { onReport }) };
  };
  port.onmessage = ({ data }) => {
    answer(data).then(
      (reply) => {
        if (reply) port.postMessage(reply);
      },
      (error: unknown) => {
        port.postMessage({ kind: 'failed', error: packError(error) });
      },
    );
  };
  port.postMessage({ kind: 'loaded' });
}

/**
 * Puts `build` and `fit` of a grid search into a form that workers can import, since functions cannot be sent to
 * workers. Write them in a separate module that exports the result as default, and give the module to `workerPool`.
 *
 * @throws TypeError for unknown options
 * @example
 * ```ts
 * // trials.js
 * import { dense } from 'wasmgrad/layers';
 * import { crossEntropy } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { adam } from 'wasmgrad/optimizers';
 * import { defineTrials } from 'wasmgrad/selection';
 * export default defineTrials({
 *   build: ({ units }, { seed }) =>
 *     sequential({ inputShape: [4], seed }, [dense({ units, activation: 'relu' }), dense({ units: 3, activation: 'softmax' })]),
 *   fit: { loss: crossEntropy(), optimizer: adam(), epochs: 5 },
 * });
 * ```
 */
export function defineTrials<P extends GridPoint = GridPoint>(functions: TrialFunctions<P>): Trials<P> {
  const { build, fit } = knownOptions('defineTrials', functions, ['build', 'fit']);
  callable('defineTrials', 'build', build);
  checkPointFit('defineTrials', fit);
  // The points come from the search, which was given the same functions, so their type is not checked here.
  const isPoint = (point: GridPoint): point is P => typeof point === 'object';
  const run: Trials<P>['run'] = ({ folds, caller }, task, context) => {
    const { point } = task;
    if (!isPoint(point)) refuse(TypeError, caller, 'a point of a search', show(point));
    return scoreTask(caller, { build, fit }, point, folds, task, context);
  };
  return { build, fit, run, serve: () => serve(run) };
}
