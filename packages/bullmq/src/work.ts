import { randomUUID } from 'node:crypto';
import { UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { openSearch, packError, runTask, type OpenedSearch } from 'wasmgrad/selection';
import { announced, CANCEL, difference, queueName, reportText, type JobData } from './protocol.js';
import { BEAT, Roster } from './roster.js';
import { Store, type Outcome } from './store.js';
import type { LoadedTrials } from './trials.js';

/** Data of so many searches are kept in memory. */
const SEARCHES = 2;

/** Milliseconds that a worker that leaves waits for the server. */
const PATIENCE = 5000;

export interface WorkOptions {
  readonly queue: string;
  /** Seconds. */
  readonly lostAfter: number;
}

/** Reasons of cancelled trainings. */
const LEFT = new Error('the worker leaves');
const CANCELLED = new Error('the search is over');

/** A worker's half of all searches that it takes part in. */
export class Work {
  /** Resolves when this worker has left, to the error if it has no right to work. */
  readonly over: Promise<Error | undefined>;
  readonly #redis: Redis;
  readonly #trials: LoadedTrials;
  readonly #queue: string;
  readonly #store: Store;
  readonly #roster: Roster;
  readonly #self: string;
  readonly #searches = new Map<string, Promise<OpenedSearch>>();
  readonly #running = new Map<string, AbortController>();
  readonly #end: (error: Error | undefined) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #worker: Worker<JobData> | undefined;
  #isLeaving = false;

  private constructor(redis: Redis, trials: LoadedTrials, queue: string) {
    this.#redis = redis;
    this.#trials = trials;
    this.#queue = queue;
    this.#store = new Store(redis, queue);
    this.#roster = new Roster(redis, `${queue}:workers`);
    this.#self = JSON.stringify({ id: randomUUID(), fingerprint: trials.fingerprint });
    let end: (error: Error | undefined) => void = () => undefined;
    this.over = new Promise((resolve) => (end = resolve));
    this.#end = end;
  }

  /** @throws Error when the chiefs that are there want other versions */
  static async begin(redis: Redis, trials: LoadedTrials, options: WorkOptions): Promise<Work> {
    const work = new Work(redis, trials, options.queue);
    try {
      await work.#checkChiefs();
      await work.#listen();
      await work.#serve(options.lostAfter);
    } catch (error) {
      redis.disconnect();
      throw error;
    }
    return work;
  }

  /** Refuses when there are chiefs, and none of them has this worker's versions. */
  async #checkChiefs(): Promise<void> {
    const chiefs = announced(await new Roster(this.#redis, `${this.#queue}:chiefs`).members());
    const own = this.#trials.fingerprint;
    const differences = chiefs.map(({ fingerprint }) => difference(fingerprint, own));
    if (differences.length === 0 || differences.includes(undefined)) return;
    throw new Error(`expected the versions of the search, got ${String(differences[0])}`);
  }

  /** A chief says which trainings are no longer wanted. */
  async #listen(): Promise<void> {
    const listener = this.#redis.duplicate();
    listener.on('error', () => undefined); // it connects again by itself
    listener.on('message', (_channel, id) => this.#running.get(id)?.abort(CANCELLED));
    await listener.connect();
    await listener.subscribe(`${this.#queue}:${CANCEL}`);
    void this.over.then(() => listener.disconnect());
  }

  async #serve(lostAfter: number): Promise<void> {
    const lockDuration = Math.round(1000 * lostAfter);
    const worker = new Worker<JobData>(queueName(this.#trials.fingerprint), (job, token) => this.#train(job, token), {
      ...{ connection: this.#redis, prefix: this.#queue, concurrency: 1 },
      ...{ lockDuration, stalledInterval: Math.ceil(lockDuration / 2), maxStalledCount: 0, runRetryDelay: 500 },
    });
    let isAway = false;
    this.#redis.on('close', () => {
      if (!isAway && !this.#isLeaving) console.error('wasmgrad-worker: the server is away, waiting for it');
      isAway = true;
    });
    this.#redis.on('ready', () => {
      if (isAway) console.error('wasmgrad-worker: the server is back');
      isAway = false;
    });
    worker.on('error', () => undefined); // the worker goes on when the server is back
    this.#worker = worker;
    await worker.waitUntilReady();
    await this.#beat();
    console.log(`wasmgrad-worker: ready, ${this.#trials.file}`);
  }

  async #beat(): Promise<void> {
    await this.#checkChiefs();
    if (this.#isLeaving) return;
    await this.#roster.announce(this.#self);
    this.#timer = setTimeout(() => {
      this.#beat().catch((error: unknown) => this.#stop(error instanceof Error ? error : new Error(String(error))));
    }, BEAT);
  }

  #search(hash: string): Promise<OpenedSearch> {
    const known = this.#searches.get(hash);
    if (known) return known;
    const [oldest] = this.#searches.size < SEARCHES ? [] : this.#searches.keys();
    if (oldest !== undefined) this.#searches.delete(oldest);
    const opened = this.#store.data(hash).then(openSearch);
    this.#searches.set(hash, opened);
    opened.catch(() => this.#searches.delete(hash));
    return opened;
  }

  async #train(job: Job<JobData>, token: string | undefined): Promise<void> {
    const { id = '', data } = job;
    const controller = new AbortController();
    this.#running.set(id, controller);
    const { signal } = controller;
    try {
      if (await this.#store.outcome(id)) return; // a worker that was given up has ended it after all
      const outcome = await this.#outcomeOf(job, signal);
      if (!signal.aborted) {
        await this.#store.putOutcome(id, outcome, data.keep);
        return;
      }
    } finally {
      this.#running.delete(id);
    }
    if (signal.reason === CANCELLED) throw new UnrecoverableError(CANCELLED.message);
    await job.moveToWait(token);
    throw new WaitingError();
  }

  async #outcomeOf(job: Job<JobData>, signal: AbortSignal): Promise<Outcome> {
    const search = await this.#search(job.data.data).catch((error: unknown) => {
      console.error(`wasmgrad-worker: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    });
    const task = await this.#store.task(job.id ?? '');
    const onReport = (report: Parameters<typeof reportText>[0]): void => {
      job.updateProgress(reportText(report)).catch(() => undefined); // the result has all reports, too
    };
    try {
      return { result: await runTask(this.#trials.module, search, task, { signal, onReport }) };
    } catch (error) {
      return { error: packError(error) };
    }
  }

  #stop(error?: Error): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    clearTimeout(this.#timer);
    const closing = this.#worker?.close(); // takes no other task from now on
    for (const controller of this.#running.values()) controller.abort(LEFT);
    const left = Promise.all([closing, this.#roster.leave(this.#self)]);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    void Promise.race([left, late])
      .catch(() => undefined)
      .then(() => this.#redis.disconnect())
      .then(() => this.#end(error));
  }

  /** Ends the worker. Another one begins again what it was at. */
  leave(): void {
    this.#stop();
  }
}
