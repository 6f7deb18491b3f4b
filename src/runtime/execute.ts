import type { ThreadPool, WasmExports } from './state.js';

/** Whether work that takes one thread this many nanoseconds goes to the pool, if there is one. */
export function isForPool(pool: ThreadPool | undefined, work: number): pool is ThreadPool {
  return pool !== undefined && work > 0 && work >= pool.thresholds.share;
}

/** The status of a guard that ends a program which has done its work: it counts as 0. */
export const DONE = -2;

/**
 * Runs the records in [program, end), of which `work` nanoseconds may be shared. Returns 0, or the status of the guard
 * that stopped them.
 *
 * @throws WorkerError when a thread of the pool has died meanwhile
 */
export function execute(
  wasm: WasmExports,
  pool: ThreadPool | undefined,
  program: number,
  end: number,
  work: number,
): number {
  const status = isForPool(pool, work) ? pool.run(program, end, work) : wasm.run(program, end);
  return status === DONE ? 0 : status;
}
