import { untilAborted } from '../../core/aborting.js';
import { callable, isPlain, knownOptions, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { hashOf } from '../../core/hash.js';
import { init } from '../../runtime/init.js';
import type { EpochReport, TrialTask } from '../executor.js';
import { fingerprint } from '../fingerprint.js';
import { packError } from '../messages.js';
import { pack, unpack } from '../packing.js';
import { runTask } from '../runTask.js';
import { openSearch, type OpenedSearch } from '../sharedSearch.js';
import { isOrder, isWelcome, type Order, type PackedOutcome, type Welcome } from './wire.js';

export interface JoinOptions {
  /** The module with the trials: a `file:` URL in Node, an address in pages. Nothing else is ever imported. */
  readonly module: URL | string;
  /** Leaves the search; the promise resolves. */
  readonly signal?: AbortSignal | undefined;
  /** Is told how many trainings this worker has done. */
  readonly onTask?: ((done: number) => void) | undefined;
}

/** Pauses before a call is tried again that got no answer, in milliseconds. After the last one the chief is gone. */
const PAUSES = [200, 500, 1000, 2000];

/** The chief does not answer. */
class GoneError extends Error {}

class Chief {
  readonly #link: string;
  readonly #signal: AbortSignal | undefined;

  constructor(link: string, signal: AbortSignal | undefined) {
    this.#link = link;
    this.#signal = signal;
  }

  async #fetched(path: string, body: Uint8Array<ArrayBuffer>, pauses: readonly number[]): Promise<Response> {
    try {
      const signal = this.#signal ?? null;
      return await fetch(new URL(path, this.#link), { method: 'POST', body, signal });
    } catch (error) {
      this.#signal?.throwIfAborted();
      const [wait, ...rest] = pauses;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      if (wait === undefined) throw new GoneError(`joinSearch: expected the search to answer, got ${String(cause)}`);
      await new Promise((resolve) => setTimeout(resolve, wait));
      return this.#fetched(path, body, rest);
    }
  }

  async bytes(path: string, message: unknown, pauses: readonly number[] = PAUSES): Promise<Uint8Array> {
    const response = await this.#fetched(path, pack(message), pauses);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return bytes;
    const text = new TextDecoder().decode(bytes).slice(0, 300);
    throw new Error(`joinSearch: expected ${text === '' ? `an answer, got ${response.status}` : text}`);
  }

  async call(path: string, message: unknown, pauses?: readonly number[]): Promise<unknown> {
    return unpack(await this.bytes(path, message, pauses));
  }
}

async function textOf(module: URL | string): Promise<string> {
  const url = new URL(module);
  try {
    if (url.protocol === 'file:') {
      const files = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises');
      return await files.readFile(url, 'utf8');
    }
    const response = await fetch(url);
    if (response.ok) return await response.text();
    throw new Error(`status ${response.status}`);
  } catch (error) {
    return refuse(TypeError, 'joinSearch', 'module to be the address of a file that can be read', String(error));
  }
}

/** A worker that has joined. */
class Member {
  readonly #chief: Chief;
  readonly #module: unknown;
  readonly #search: OpenedSearch;
  readonly #welcome: Welcome;
  readonly #signal: AbortSignal | undefined;

  constructor(chief: Chief, module: unknown, search: OpenedSearch, welcome: Welcome, signal: AbortSignal | undefined) {
    this.#chief = chief;
    this.#module = module;
    this.#search = search;
    this.#welcome = welcome;
    this.#signal = signal;
  }

  async ask(done: object): Promise<Order> {
    const order = await this.#chief.call('task', { worker: this.#welcome.worker, ...done });
    if (!isOrder(order)) refuse(Error, 'joinSearch', 'a task', show(order));
    return order;
  }

  /** Trains, and gives signs of life meanwhile. Undefined when nobody wants the result any more. */
  async train(number: number, task: TrialTask): Promise<PackedOutcome | undefined> {
    const { worker, beat } = this.#welcome;
    const controller = new AbortController();
    const abort = (): void => controller.abort(this.#signal?.reason);
    this.#signal?.addEventListener('abort', abort, { once: true });
    let told: Promise<void> = Promise.resolve();
    const tell = (report?: EpochReport): void => {
      told = told
        .then(async () => {
          const reply = await this.#chief.call('alive', { worker, number, report });
          if (isPlain(reply) && reply['wanted'] === false) controller.abort(new Error('nobody wants the result'));
        })
        .catch(() => undefined); // the next call tells what it was
    };
    const timer = setInterval(tell, beat);
    const { signal } = controller;
    try {
      const result = await runTask(this.#module, this.#search, task, { signal, onReport: tell });
      await told;
      return { result };
    } catch (error) {
      return signal.aborted ? undefined : { error: packError(error) };
    } finally {
      clearInterval(timer);
      this.#signal?.removeEventListener('abort', abort);
    }
  }
}

/** Joins and works until the search is over; resolves to whether the worker was taken for lost. */
async function work(
  link: string,
  module: unknown,
  source: string,
  options: JoinOptions,
  count: () => void,
): Promise<boolean> {
  const { signal } = options;
  const chief = new Chief(link, signal);
  const welcome = await chief.call('join', { fingerprint: fingerprint({ trials: source }) }, []);
  if (!isWelcome(welcome)) refuse(Error, 'joinSearch', 'the link of a search', link);
  const bytes = await chief.bytes('data', {});
  if (hashOf('', bytes) !== welcome.data) refuse(Error, 'joinSearch', 'the data of the search', 'damaged ones');
  try {
    return await workAs(new Member(chief, module, openSearch(bytes), welcome, signal), signal, count);
  } catch (error) {
    if (error instanceof GoneError) return false; // a chief that ends has not always time to say so
    throw error;
  }
}

async function workAs(member: Member, signal: AbortSignal | undefined, count: () => void): Promise<boolean> {
  let done: object = {};
  for (;;) {
    const { number, task, over, lost } = await member.ask(done);
    if (over || lost) return lost ?? false;
    done = {};
    if (number === undefined || !task) continue;
    const outcome = await member.train(number, task);
    signal?.throwIfAborted();
    done = { number, ...(outcome && { outcome }) };
    if (outcome) count();
  }
}

/**
 * Joins the search of a program that runs it with `executor: http(...)`, and trains for it until the search is over.
 * Resolves to the number of trainings done, also when the program has ended or `signal` was given.
 *
 * @param link what `http` printed
 * @throws TypeError for other things than links and modules; Error for a link that leads nowhere, other versions of
 *   library, kernels, SIMD or trials, and when this worker has been excluded; errors of loading the module
 * @example
 * ```ts
 * import { joinSearch } from 'wasmgrad/selection';
 * const work = (link) => joinSearch(link, { module: new URL('./trials.js', import.meta.url) });
 * console.log(typeof work); // function
 * ```
 */
export async function joinSearch(link: string, options: JoinOptions): Promise<number> {
  const given: unknown = link;
  if (typeof given !== 'string' || !/^https?:\/\/[^/]+\/[\w-]+\/$/.test(given))
    refuse(TypeError, 'joinSearch', 'a link as http prints it', show(given));
  const { module, signal, onTask } = knownOptions('joinSearch', options, ['module', 'signal', 'onTask']);
  const address: unknown = module;
  if (!(address instanceof URL) && !(typeof address === 'string' && URL.canParse(address)))
    refuse(TypeError, 'joinSearch', 'module to be an absolute URL', show(address));
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, 'joinSearch', 'signal to be an AbortSignal', show(signal));
  if (onTask !== undefined) callable('joinSearch', 'onTask', onTask);
  let done = 0;
  const count = (): void => {
    done++;
    onTask?.(done);
  };
  try {
    return await untilAborted(
      signal,
      () => joined(link, options, count),
      () => undefined,
    ).then(() => done);
  } catch (error) {
    if (signal?.aborted) return done;
    throw error;
  }
}

async function joined(link: string, options: JoinOptions, count: () => void): Promise<void> {
  const { module } = options;
  const source = await textOf(module);
  const trials: unknown = await import(/* @vite-ignore */ /* webpackIgnore: true */ String(module));
  await init({ threads: 1 }); // one thread each, since there is a worker for each core
  while (await work(link, trials, source, options, count));
}
