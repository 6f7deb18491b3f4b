import { wholeNumber } from '../../core/checks.js';
import type { Search, TrialResult, TrialTask } from '../executor.js';
import { showTrial } from '../progress.js';
import type { Listener, Outcome, RunTasks } from '../tasks.js';
import type { TrialBook, Unranked } from '../trials.js';
import type { Journal } from './journal.js';
import type { SearchOptions } from './options.js';
import type { Space } from './space.js';
import type { Job, JobResult, Point } from './strategy.js';

/** The trials of a search while it runs. */
export class Running<S extends Space> {
  readonly #options: SearchOptions<S>;
  readonly #search: Search;
  readonly #journal: Journal;
  readonly #book: TrialBook<Point<S>>;
  readonly #monitor: string;
  readonly #total: number;
  #done = 0;
  /** Results of trials that may go on, by number and fold. */
  #kept = new Map<string, TrialResult>();

  constructor(
    options: SearchOptions<S>,
    search: Search,
    journal: Journal,
    book: TrialBook<Point<S>>,
    { monitor, total }: { readonly monitor: string; readonly total: number },
  ) {
    this.#options = options;
    this.#search = search;
    this.#journal = journal;
    this.#book = book;
    this.#monitor = monitor;
    this.#total = total;
  }

  *#tasks(jobs: Iterable<Job<Point<S>>>, kept: ReadonlyMap<string, TrialResult>): Generator<TrialTask, void> {
    const { seed, k, caller = '' } = this.#search;
    for (const { index, point, prune, epochs, keep, reports } of jobs) {
      this.#book.open(index, point, epochs);
      for (let fold = 0; fold < k; fold++) {
        const from = kept.get(`${index}/${fold}`)?.snapshot;
        yield {
          ...{ trial: index, point, fold, seed: wholeNumber(caller, 'seed', seed + fold) },
          ...(epochs !== undefined && { epochs }),
          ...(keep && { keep }),
          ...(from && { from }),
          ...((reports ?? this.#options.onReport) && { reports: true }),
          ...(prune && { prune: prune(fold) }),
        };
      }
    }
  }

  #told(trial: Unranked<Point<S>>): void {
    const { progress = false, onTrial } = this.#options;
    this.#done++;
    if (progress) showTrial(trial, this.#monitor, this.#done, this.#total);
    onTrial?.(trial, { done: this.#done, total: this.#total });
  }

  /** Runs jobs. Resolves to their results in the order of the jobs. */
  async run(jobs: Iterable<Job<Point<S>>>, runTasks: RunTasks): Promise<JobResult<Point<S>>[]> {
    const [before, kept] = [this.#kept, new Map<string, TrialResult>()];
    const outcomes = new Map<number, (TrialResult | undefined)[]>();
    const finished = new Map<number, Unranked<Point<S>>>();
    const done: Listener['done'] = (task, outcome) => {
      const result = 'result' in outcome ? outcome.result : undefined;
      if (result && task.keep) kept.set(`${task.trial}/${task.fold}`, result);
      const results = outcomes.get(task.trial) ?? [];
      results[task.fold] = result;
      outcomes.set(task.trial, results);
      this.#journal.enter(task, outcome);
      this.#options.onState?.(this.#journal.state);
      const trial = this.#book.enter(task, outcome);
      if (!trial) return;
      finished.set(task.trial, trial);
      this.#told(trial);
    };
    const { onReport } = this.#options;
    const reported: Listener['reported'] = ({ trial, fold }, report) => onReport?.({ trial, fold, ...report });
    const known = (task: TrialTask): Outcome | undefined => {
      const last = before.get(`${task.trial}/${task.fold}`);
      return last?.ended === 'stopped' ? { result: last } : this.#journal.known(task);
    };
    await runTasks(this.#tasks(jobs, before), { known, done, reported });
    this.#kept = kept;
    return [...finished.entries()]
      .sort(([a], [b]) => a - b)
      .map(([index, trial]) => ({ trial, results: outcomes.get(index) ?? [] }));
  }
}
