// Hands out tasks to workers that may vanish or lie, and holds their results back until they have been audited.
import { WorkerError } from '../../core/errors.js';
import { hashOf } from '../../core/hash.js';
import type { EpochReport, TrialTask } from '../executor.js';
import { pack } from '../packing.js';
import type { PackedOutcome } from './wire.js';

export interface DispatcherOptions {
  readonly verify: number;
  /** Milliseconds. */
  readonly lostAfter: number;
  readonly attempts: number;
  /** Computes a task here. */
  readonly compute: (task: TrialTask) => Promise<PackedOutcome>;
  readonly onLie: (worker: string) => void;
}

/** A task on its way to a result. */
export interface Errand {
  readonly number: number;
  readonly task: TrialTask;
  readonly settle: (outcome: PackedOutcome) => void;
  readonly fail: (error: unknown) => void;
  readonly onReport: ((report: EpochReport) => void) | undefined;
  attempts: number;
}

interface Held {
  readonly errand: Errand;
  readonly outcome: PackedOutcome;
}

interface Helper {
  readonly id: string;
  seen: number;
  errand: Errand | undefined;
  held: Held[];
  /** What the search knows already: tasks and hashes of the outcomes. */
  readonly released: { readonly task: TrialTask; readonly hash: string }[];
  /** Whether a result of this worker was found to be right. */
  isTrusted: boolean;
}

/** A number below `count` that no worker can foresee. */
function drawn(count: number): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number % count;
}

function hashOfOutcome(outcome: PackedOutcome): string {
  return hashOf('', pack(outcome));
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #queue: Errand[] = [];
  readonly #open = new Set<Errand>();
  readonly #helpers = new Map<string, Helper>();
  readonly #excluded = new Set<string>();
  readonly #waiters = new Set<() => void>();
  #audits: Promise<void> = Promise.resolve();
  #rechecks = 0;
  #forged: TrialTask | undefined;
  #count = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  get helpers(): number {
    return this.#helpers.size;
  }

  /** A result of a liar that the search had used, if there is one. */
  get forged(): TrialTask | undefined {
    return this.#forged;
  }

  /** How many results of a worker are held back until one of them has been computed again. */
  get group(): number {
    const { verify } = this.#options;
    return verify === 0 ? 1 : Math.ceil(1 / verify);
  }

  isExcluded(id: string): boolean {
    return this.#excluded.has(id);
  }

  /** Adds a task. */
  add(task: TrialTask, onReport?: (report: EpochReport) => void): Promise<PackedOutcome> {
    return new Promise((settle, fail) => {
      const errand = { number: this.#count++, task, settle, fail, onReport, attempts: 0 };
      this.#open.add(errand);
      this.#queue.push(errand);
      this.#wake();
    });
  }

  /** Gives up all tasks. */
  abort(reason: unknown): void {
    for (const errand of this.#open) errand.fail(reason);
    this.#open.clear();
    this.#queue.length = 0;
    this.#wake();
  }

  join(): string {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
    const fresh = { id, seen: performance.now(), errand: undefined, held: [], released: [], isTrusted: false };
    this.#helpers.set(id, fresh);
    return id;
  }

  /** Notes a sign of life. Returns whether the worker is one. */
  touch(id: string): boolean {
    const helper = this.#helpers.get(id);
    if (helper) helper.seen = performance.now();
    return helper !== undefined;
  }

  /** The task that a worker is at, unless nobody wants its result any more. */
  current(id: string, number: unknown): Errand | undefined {
    const errand = this.#helpers.get(id)?.errand;
    return errand && errand.number === number && this.#open.has(errand) ? errand : undefined;
  }

  /** A task for a worker; undefined when there is none, for the moment. */
  next(id: string): Errand | undefined {
    const helper = this.#helpers.get(id);
    if (!helper) return undefined;
    helper.errand ??= this.#queue.shift();
    if (this.#queue.length === 0) for (const each of this.#helpers.values()) this.#audit(each);
    return helper.errand;
  }

  /** Resolves when something has changed, or after some time. */
  async change(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#waiters.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }

  /** Takes what a worker gives for its task; undefined when it has given it up. */
  deliver(id: string, number: unknown, outcome: PackedOutcome | undefined): void {
    const helper = this.#helpers.get(id);
    const errand = helper?.errand;
    if (!helper || errand?.number !== number) return;
    helper.errand = undefined;
    if (!errand || !this.#open.has(errand)) return;
    if (!outcome || ('error' in outcome && outcome.error.name === 'WorkerError')) return this.#retry(errand);
    helper.held.push({ errand, outcome });
    const size = helper.isTrusted ? this.group : 1;
    if (helper.held.length >= size || this.#queue.length === 0) this.#audit(helper);
  }

  #retry(errand: Errand): void {
    if (!this.#open.has(errand)) return;
    errand.attempts++;
    if (errand.attempts < this.#options.attempts) this.#queue.unshift(errand);
    else {
      this.#open.delete(errand);
      errand.fail(new WorkerError(`http: expected a worker to end its task, got ${errand.attempts} that were lost`));
    }
    this.#wake();
  }

  #release(helper: Helper, { errand, outcome }: Held): void {
    if (!this.#open.delete(errand)) return;
    helper.released.push({ task: errand.task, hash: hashOfOutcome(outcome) });
    errand.settle(outcome);
  }

  /** Computes one of the results that are held again, one audit after the other. */
  #audit(helper: Helper): void {
    const held = helper.held.splice(0);
    const chosen = held[drawn(held.length || 1)];
    if (!chosen) return;
    if (this.#options.verify === 0) return held.forEach((each) => this.#release(helper, each));
    this.#audits = this.#audits.then(async () => {
      if (!this.#open.has(chosen.errand)) return;
      const own = await this.#options.compute(chosen.errand.task);
      if (!this.#open.has(chosen.errand)) return; // aborted
      if (hashOfOutcome(own) === hashOfOutcome(chosen.outcome) && !this.isExcluded(helper.id)) {
        helper.isTrusted = true;
        for (const each of held) this.#release(helper, each);
        return;
      }
      this.#open.delete(chosen.errand);
      chosen.errand.settle(own);
      for (const { errand } of held) this.#again(errand);
      this.#exclude(helper);
    });
  }

  /** Puts a task into the queue again, through no fault of its own. */
  #again(errand: Errand): void {
    if (this.#open.has(errand)) this.#queue.unshift(errand);
    this.#wake();
  }

  #exclude(helper: Helper): void {
    if (this.#excluded.has(helper.id)) return;
    this.#excluded.add(helper.id);
    this.#remove(helper);
    this.#options.onLie(helper.id);
    for (const { task, hash } of helper.released) {
      this.#rechecks++;
      const compare = (outcome: PackedOutcome): void => {
        if (hashOfOutcome(outcome) !== hash) this.#forged ??= task;
        this.#rechecks--;
        this.#wake();
      };
      this.add(task).then(compare, () => this.#rechecks--);
    }
  }

  #remove(helper: Helper): void {
    this.#helpers.delete(helper.id);
    if (helper.errand) this.#again(helper.errand);
    for (const { errand } of helper.held.splice(0)) this.#again(errand);
  }

  /** Gives away the tasks of workers that have vanished. What they have done before is audited as usual. */
  sweep(): void {
    const oldest = performance.now() - this.#options.lostAfter;
    for (const helper of this.#helpers.values()) {
      if (helper.seen >= oldest) continue;
      this.#helpers.delete(helper.id);
      this.#audit(helper);
      if (helper.errand) this.#retry(helper.errand);
    }
  }

  /** Resolves when everything that a liar had done is done again, here if nobody else does it. */
  async settled(): Promise<void> {
    await this.#audits;
    while (this.#rechecks > 0) {
      const errand = this.#helpers.size === 0 ? this.#queue.shift() : undefined;
      if (!errand) await this.change(100);
      else if (this.#open.delete(errand)) errand.settle(await this.#options.compute(errand.task));
    }
  }
}
