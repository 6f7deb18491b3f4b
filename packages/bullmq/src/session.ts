import { randomUUID } from 'node:crypto';
import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { WorkerError } from 'wasmgrad';
import {
  taskKey,
  unpackError,
  type EpochReport,
  type ExecutorSession,
  type Fingerprint,
  type TaskContext,
  type TrialResult,
  type TrialTask,
} from 'wasmgrad/selection';
import { unlessAborted } from './aborting.js';
import { announced, CANCEL, difference, queueName, reportOf, type JobData } from './protocol.js';
import { BEAT, Roster } from './roster.js';
import { sha256, type Outcome, type Store } from './store.js';

/** So many tasks at least are in the queue, for workers that come. */
const LEAST = 16;

export interface SessionParts {
  readonly redis: Redis;
  readonly store: Store;
  readonly queue: string;
  /** Seconds. */
  readonly keep: number;
  readonly attempts: number;
  readonly chief: Fingerprint;
  readonly data: { readonly hash: string; readonly bytes: Uint8Array };
  readonly onWorkers: ((workers: number) => void) | undefined;
}

/** A task that is in the queue or under way. Several trials may have the same. */
interface Waiting {
  readonly task: TrialTask;
  readonly outcome: Promise<Outcome>;
  readonly settle: (outcome: Outcome) => void;
  readonly fail: (error: unknown) => void;
  readonly listeners: Set<(report: EpochReport) => void>;
  users: number;
}

/** A search as its chief sees it. */
export class Session implements ExecutorSession {
  readonly attempts: number;
  readonly #parts: SessionParts;
  readonly #jobs: Queue<JobData>;
  readonly #events: QueueEvents;
  readonly #chiefs: Roster;
  readonly #workers: Roster;
  readonly #self: string;
  readonly #waiting = new Map<string, Waiting>();
  #workerCount = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  private constructor(parts: SessionParts) {
    const { redis, queue, chief, attempts } = parts;
    this.attempts = attempts;
    this.#parts = parts;
    const options = { connection: redis, prefix: queue };
    this.#jobs = new Queue(queueName(chief), options);
    this.#events = new QueueEvents(queueName(chief), options);
    this.#chiefs = new Roster(redis, `${queue}:chiefs`);
    this.#workers = new Roster(redis, `${queue}:workers`);
    this.#self = JSON.stringify({ id: randomUUID(), fingerprint: chief });
  }

  static async open(parts: SessionParts): Promise<Session> {
    const session = new Session(parts);
    await session.#begin();
    return session;
  }

  async #begin(): Promise<void> {
    const ignore = (): void => undefined; // the connection comes back by itself, and `#beat` asks again
    this.#jobs.on('error', ignore);
    this.#events.on('error', ignore);
    this.#events.on('completed', ({ jobId }) => this.#look(jobId));
    this.#events.on('failed', ({ jobId, failedReason }) => this.#look(jobId, failedReason));
    this.#events.on('progress', ({ jobId, data }) => this.#reported(jobId, data));
    await this.#events.waitUntilReady();
    await this.#beat();
  }

  /** Says that this chief is there, counts the workers, and looks for results whose event was missed. */
  async #beat(): Promise<void> {
    await this.#chiefs.announce(this.#self);
    const { chief, onWorkers } = this.#parts;
    const workers = announced(await this.#workers.members());
    const count = workers.filter(({ fingerprint }) => difference(chief, fingerprint) === undefined).length;
    if (count !== this.#workerCount) onWorkers?.(count);
    this.#workerCount = count;
    await Promise.all(Array.from(this.#waiting, ([id, waiting]) => this.#restore(id, waiting)));
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#beat().catch((error: unknown) => this.#waiting.forEach(({ fail }) => fail(error)));
    }, BEAT);
  }

  /** Puts a task into the queue again if it is neither there nor done: the server may have lost it. */
  async #restore(id: string, { task }: Waiting): Promise<void> {
    const job = await this.#jobs.getJob(id);
    await this.#lookNow(id);
    if (!job && this.#waiting.has(id)) await this.#send(id, task);
  }

  #look(id: string, failure?: string): void {
    this.#lookNow(id, failure).catch((error: unknown) => this.#waiting.get(id)?.fail(error));
  }

  async #lookNow(id: string, failure?: string): Promise<void> {
    if (!this.#waiting.has(id)) return;
    const outcome = await this.#parts.store.outcome(id);
    const waiting = this.#waiting.get(id);
    if (outcome) waiting?.settle(outcome);
    else if (failure !== undefined)
      waiting?.fail(new WorkerError(`bullmq: expected a worker to end its task, got '${failure}'`));
  }

  #reported(id: string, text: unknown): void {
    const report = typeof text === 'string' ? reportOf(text) : undefined;
    if (report) this.#waiting.get(id)?.listeners.forEach((listener) => listener(report));
  }

  async #send(id: string, task: TrialTask): Promise<void> {
    const { store, keep, data } = this.#parts;
    await store.putData(data.hash, data.bytes, keep);
    await store.putTask(id, task, keep);
    const options = { jobId: id, removeOnComplete: true, removeOnFail: true };
    await this.#jobs.add('task', { data: data.hash, keep }, options);
  }

  #wait(id: string, task: TrialTask): Waiting {
    const { promise: outcome, resolve: settle, reject: fail } = deferred<Outcome>();
    const waiting = { task, outcome, settle, fail, listeners: new Set<(report: EpochReport) => void>(), users: 0 };
    this.#waiting.set(id, waiting);
    const over = (): unknown => this.#waiting.delete(id);
    outcome.then(over, over);
    this.#send(id, task).catch(fail);
    return waiting;
  }

  readonly #cancel = (id: string): void => {
    this.#waiting.delete(id);
    const { redis, queue } = this.#parts;
    if (redis.status !== 'ready') return;
    const cancelled = [redis.publish(`${queue}:${CANCEL}`, id), this.#jobs.remove(id)];
    void Promise.allSettled(cancelled); // whatever becomes of it, the search is over
  };

  readonly concurrency = (): number => Math.max(LEAST, 2 * this.#workerCount);

  readonly run = async (task: TrialTask, { signal, onReport }: TaskContext = {}): Promise<TrialResult> => {
    signal?.throwIfAborted();
    const { store, chief, data } = this.#parts;
    const id = sha256(queueName(chief), data.hash, taskKey(task)).slice(0, 40);
    const known = await unlessAborted(signal, store.outcome(id));
    if (known && 'result' in known) return known.result;
    if (known && !this.#waiting.has(id)) await store.forget(id); // what failed in an earlier search is tried again
    const waiting = this.#waiting.get(id) ?? this.#wait(id, task);
    waiting.users++;
    if (onReport) waiting.listeners.add(onReport);
    try {
      const outcome = await unlessAborted(signal, waiting.outcome);
      if ('error' in outcome) throw unpackError(outcome.error);
      return outcome.result;
    } finally {
      waiting.users--;
      if (onReport) waiting.listeners.delete(onReport);
      if (waiting.users === 0 && this.#waiting.get(id) === waiting) this.#cancel(id);
    }
  };

  readonly close = async (): Promise<void> => {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const { redis } = this.#parts;
    if (redis.status === 'ready') await this.#chiefs.leave(this.#self);
    await this.#events.close();
    await this.#jobs.close();
    redis.disconnect();
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined;
  let reject: Deferred<T>['reject'] = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
