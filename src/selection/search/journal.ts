// The finished trainings of a search, as a state that an interrupted search goes on from.
import { isPlain, show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import type { TrialResult, TrialTask } from '../executor.js';
import { packError, partsOf, unpackError, type PackedError, type SearchData } from '../messages.js';
import { fromJson, toJson } from '../packing.js';
import { taskKey } from '../runTask.js';
import { contentHash } from '../sharedSearch.js';
import type { Outcome } from '../tasks.js';

/** One training that is done. Plain data, as JSON has them. */
export interface FinishedTask {
  /** What the result depends on, hashed (`taskKey`). */
  readonly key: string;
  /** The scores and, of some searches, those of epochs. */
  readonly result?: unknown;
  /** Why it failed. */
  readonly error?: PackedError | undefined;
}

/** What is known of a search so far, as plain data for `JSON.stringify`. */
export interface SearchState {
  /** A hash of data and folds, to which the rest belongs. */
  readonly search: string;
  readonly tasks: readonly FinishedTask[];
}

function isResult(value: unknown): value is TrialResult {
  return isPlain(value) && isPlain(value['scores']) && typeof value['epochs'] === 'number';
}

function isError(value: unknown): value is PackedError {
  return isPlain(value) && typeof value['name'] === 'string' && typeof value['message'] === 'string';
}

function outcomeOf(where: string, { result, error }: FinishedTask): Outcome {
  if (isError(error)) return { error: unpackError(error) };
  const read = fromJson(result);
  return isResult(read) ? { result: read } : refuse(FormatError, where, 'resume to have results or errors', show(read));
}

/** The outcomes of tasks, by their keys. */
export class Journal {
  readonly #search: string;
  readonly #tasks: FinishedTask[] = [];
  readonly #outcomes = new Map<string, Outcome>();

  /** @throws TypeError for what is no state; FormatError for that of a search on other data, folds or seed */
  constructor(where: string, search: SearchData, resume: unknown) {
    const { caller: _, ...parts } = partsOf(search);
    this.#search = contentHash(where, parts);
    if (resume === undefined) return;
    if (!isPlain(resume) || typeof resume['search'] !== 'string' || !Array.isArray(resume['tasks']))
      refuse(TypeError, where, 'resume to be a state that onState was given', show(resume));
    if (resume['search'] !== this.#search)
      refuse(FormatError, where, 'resume to be of a search on the same data, folds and seed', 'that of another');
    for (const task of resume['tasks'] as readonly unknown[]) {
      if (!isPlain(task) || typeof task['key'] !== 'string')
        refuse(TypeError, where, 'resume.tasks to be finished trainings', show(task));
      const { key, result, error } = task;
      this.#add(key, outcomeOf(where, { key, result, ...(isError(error) && { error }) }));
    }
  }

  #add(key: string, outcome: Outcome): void {
    if (this.#outcomes.has(key)) return;
    this.#outcomes.set(key, outcome);
    this.#tasks.push(
      'error' in outcome
        ? { key, error: packError(outcome.error) }
        : { key, result: toJson('onState', outcome.result) },
    );
  }

  known(task: TrialTask): Outcome | undefined {
    return this.#outcomes.get(taskKey(task));
  }

  /** Snapshots are not kept, being large: a training that needs one after a resume starts over, with the same bits. */
  enter(task: TrialTask, outcome: Outcome): void {
    if ('error' in outcome) this.#add(taskKey(task), outcome);
    else {
      const { snapshot: _, ...result } = outcome.result;
      this.#add(taskKey(task), { result });
    }
  }

  get state(): SearchState {
    return { search: this.#search, tasks: [...this.#tasks] };
  }
}
