import type { Executor } from 'wasmgrad/selection';
import { start } from './chief.js';
import { checkOptions, type BullmqOptions } from './options.js';

export type { Connection } from './connection.js';
export type { BullmqOptions } from './options.js';

/**
 * Trains the models of a search on all machines that run `npx wasmgrad-worker redis://... trials.js`. Trials, scores
 * and ranking are those of `inProcess()`, to the bit. Machines may come and go; a training whose machine is lost is
 * tried again elsewhere. Results stay on the server: the same search continues where it was interrupted.
 *
 * @throws TypeError, RangeError for unknown or impossible options; from the search: Error without a server, or with a
 *   password that it refuses
 * @example
 * ```ts
 * import { gridSearch } from 'wasmgrad/selection';
 * import { bullmq } from 'wasmgrad-bullmq';
 * import trials from './trials.js';
 * const executor = bullmq({ connection: 'redis://localhost:6379', module: new URL('./trials.js', import.meta.url) });
 * const { best } = await gridSearch({ ...trials, grid: { units: [4, 16] }, data, executor });
 * ```
 */
export function bullmq(options: BullmqOptions): Executor {
  checkOptions(options);
  return { start: (search) => start(options, search) };
}
