import { isForPool } from './execute.js';
import { SCRATCH_RECORD } from './generated/layout.js';
import { exportOf, type AnyKernel, type Kernel, type NamedKernel, type Routine } from './kernel.js';
import { described, isRoutine } from './link.js';
import { activeRecorder } from './recorder.js';
import { recordBytes, writeRecord } from './records.js';
import { currentRuntime, runtime, type ThreadPool } from './state.js';
import { workOf } from './work.js';

export type { Kernel } from './kernel.js';

/** Fetches the routine itself from its module. */
function link(kernel: AnyKernel): Routine {
  const exports = runtime().modules.exportsOf(kernel.group);
  const name = exportOf(kernel);
  const routine = exports[name];
  if (!isRoutine(routine))
    throw new TypeError(`init: expected a module with the kernel ${name}, got ${described(exports)}`);
  kernel.run = routine;
  return routine;
}

/** Links the module of a kernel that a model is going to call, so that the first step need not. */
export function prepare(kernel: AnyKernel): void {
  if (!kernel.run && currentRuntime()) link(kernel);
}

/** Runs a call on all threads if it is enough work for them. */
function shared(pool: ThreadPool, kernel: AnyKernel, args: readonly number[]): boolean {
  const { heap, info } = runtime();
  const work = workOf(kernel, args, heap);
  if (!isForPool(pool, work)) return false;
  const size = recordBytes(kernel);
  writeRecord(new DataView(heap.memory.buffer), SCRATCH_RECORD, size, kernel, args, info.threads);
  pool.run(SCRATCH_RECORD, SCRATCH_RECORD + size, work);
  return true;
}

/**
 * Runs a kernel, or, while a program is being recorded, appends it to the program.
 * The argument list is checked against the kernel's own AssemblyScript declaration.
 */
export function call<A extends readonly number[]>(kernel: Kernel<A>, ...args: A): void {
  if (!kernel.run) link(kernel);
  const recorder = activeRecorder();
  if (recorder) {
    recorder.append(kernel, args);
    return;
  }
  const { pool } = runtime();
  if (!pool || !shared(pool, kernel, args)) kernel.run?.(...args);
}

const listed = (...numbers: number[]): readonly number[] => numbers;

/** The same for a kernel of more than eight numbers, which are given by the names they have in AssemblyScript. */
export function callNamed<N>(kernel: NamedKernel<N>, named: N): void {
  const run = kernel.run ?? link(kernel);
  const recorder = activeRecorder();
  const { pool } = runtime();
  if (recorder) recorder.append(kernel, kernel.order(named, listed));
  else if (pool) {
    const args = kernel.order(named, listed);
    if (!shared(pool, kernel, args)) run(...args);
  } else kernel.order(named, run); // avoids a list of the numbers
}
