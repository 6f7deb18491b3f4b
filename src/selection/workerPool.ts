import { callable, knownOptions, show, wholeNumber } from '../core/checks.js';
import { WorkerError, refuse } from '../core/errors.js';
import { source } from '../runtime/generated/trials-worker.js';
import { coreCount } from '../runtime/platform.js';
import { openWorker, type AnyWorker, type Connection } from '../runtime/worker.js';
import type { Executor, ExecutorSession, Search, TaskContext, TrialResult, TrialTask } from './executor.js';
import { partsOf, unpackError, type FromWorker, type ToWorker } from './messages.js';

export interface WorkerPoolOptions {
  /** Address of a module whose default export is made by `defineTrials`, e.g. `new URL('./trials.js', import.meta.url)`. */
  readonly module?: URL | string | undefined;
  /**
   * Instead of `module`: starts a worker that calls `serve()` of such trials. Bundlers need this, since they find a
   * worker's file only where `new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })` is written out.
   */
  readonly spawn?: (() => AnyWorker) | undefined;
  /** Number of models trained at the same time. Default: the number of cores. */
  readonly workers?: number | undefined;
  /** How often a training is tried whose worker dies. Default 1. */
  readonly attempts?: number | undefined;
}

/** A worker that trains models. */
type TrialsConnection = Connection<ToWorker, FromWorker>;

const OPTIONS = { caller: 'workerPool', name: 'wasmgrad trials', importing: true };

/** The function that starts a worker, from checked options. */
function starter({ module, spawn }: WorkerPoolOptions): () => TrialsConnection {
  if ((module === undefined) === (spawn === undefined))
    refuse(TypeError, 'workerPool', 'either module or spawn', module === undefined ? 'neither' : 'both');
  if (spawn) {
    const start = callable('workerPool', 'spawn', spawn);
    return () => openWorker(start(), OPTIONS);
  }
  const given: unknown = module;
  if (typeof given !== 'string' && !(given instanceof URL))
    refuse(TypeError, 'workerPool', 'module to be a URL', show(given));
  if (!URL.canParse(String(given)))
    refuse(
      TypeError,
      'workerPool',
      "module to be an absolute URL, such as new URL('./trials.js', import.meta.url)",
      show(given),
    );
  return () => {
    const connection = openWorker<ToWorker, FromWorker>(source, OPTIONS);
    connection.send({ kind: 'load', url: String(given) });
    return connection;
  };
}

/** So often a worker is started that ends before it is ready; then its module is to blame. */
const STARTS = 3;

/** A worker that waits for a task, and the answer to it. */
interface Idle {
  readonly connection: TrialsConnection;
  readonly answer: Promise<FromWorker>;
}

/** The workers of one search. */
class Session implements ExecutorSession {
  readonly concurrency: number;
  readonly attempts: number;
  readonly #start: () => TrialsConnection;
  readonly #search: ToWorker;
  readonly #idle = new Set<Idle>();
  readonly #all = new Set<TrialsConnection>();
  #closed = false;

  constructor(concurrency: number, attempts: number, start: () => TrialsConnection, search: Search) {
    this.concurrency = concurrency;
    this.attempts = attempts;
    this.#start = start;
    this.#search = { kind: 'search', search: partsOf(search) };
  }

  async #connect(starts = STARTS): Promise<TrialsConnection> {
    const connection = this.#start();
    this.#all.add(connection);
    let message: FromWorker;
    try {
      message = await connection.next();
    } catch (error) {
      if (starts === 1 || this.#closed) throw error;
      return this.#connect(starts - 1);
    }
    if ('error' in message) throw unpackError(message.error);
    if (message.kind !== 'loaded') refuse(WorkerError, 'workerPool', 'the worker to report', `'${message.kind}'`);
    connection.send(this.#search);
    return connection;
  }

  /** Keeps a worker for later tasks. It is forgotten when it ends before. */
  #rest(connection: TrialsConnection): Idle {
    const idle = { connection, answer: connection.next() };
    this.#idle.add(idle);
    idle.answer.catch(() => this.#idle.delete(idle));
    return idle;
  }

  /** Starts all workers. If one cannot start, the search fails. */
  async open(): Promise<this> {
    try {
      const started = await Promise.all(Array.from({ length: this.concurrency }, () => this.#connect()));
      for (const connection of started) this.#rest(connection);
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  readonly run = async (task: TrialTask, { onReport }: TaskContext = {}): Promise<TrialResult> => {
    const [waiting] = this.#idle;
    const worker = waiting ?? this.#rest(await this.#connect()); // in place of one that has ended
    this.#idle.delete(worker);
    const { connection, answer } = worker;
    connection.send({ kind: 'task', task });
    let reply = await answer;
    for (; reply.kind === 'report'; reply = await connection.next()) onReport?.(reply.report);
    this.#rest(connection);
    if (reply.kind === 'result') return reply.result;
    if ('error' in reply) throw unpackError(reply.error);
    refuse(WorkerError, 'workerPool', 'the result of a worker', `'${reply.kind}'`);
  };

  readonly close = async (): Promise<void> => {
    this.#closed = true;
    await Promise.all(Array.from(this.#all, (connection) => connection.close()));
  };
}

/**
 * Trains the models of a search in workers, several at a time, each on one thread. Numbers and ranking are those of
 * `inProcess()`. The workers end with the search. When a worker dies, the training that it was at has failed,
 * unless it has more `attempts`.
 *
 * @throws TypeError, RangeError for unknown or impossible options; from `gridSearch`: errors of loading the module
 * @example
 * ```ts
 * import { workerPool } from 'wasmgrad/selection';
 * const executor = workerPool({ module: new URL('./trials.js', import.meta.url), workers: 2 });
 * ```
 */
export function workerPool(options: WorkerPoolOptions): Executor {
  knownOptions('workerPool', options, ['module', 'spawn', 'workers', 'attempts']);
  const start = starter(options);
  const { workers, attempts = 1 } = options;
  if (workers !== undefined) wholeNumber('workerPool', 'workers', workers, { min: 1 });
  wholeNumber('workerPool', 'attempts', attempts, { min: 1 });
  return {
    start: async (search) => {
      const session = new Session(workers ?? coreCount(), attempts, start, search);
      // From the beginning: a worker whose module takes for ever to load is ended, too.
      const { signal } = search;
      signal?.addEventListener('abort', () => void session.close(), { once: true });
      return session.open();
    },
  };
}
