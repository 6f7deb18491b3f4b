import type { Kernel } from './kernel.js';
import { isRoutine } from './link.js';
import { activeRecorder } from './recorder.js';
import { recordBytes, writeRecord } from './records.js';
import { runtime } from './state.js';
import { workOf } from './work.js';

export type { Kernel } from './kernel.js';

/** Where the record of a call goes that threads share: behind their control block, below the static data. */
const SCRATCH = 512;

/** Fetches the routine itself from its module. */
function link(kernel: Kernel): void {
  const routine = runtime().modules.exportsOf(kernel.group)[kernel.name];
  if (!isRoutine(routine)) throw new TypeError(`init: expected ${kernel.name} in the module, got one without it`);
  kernel.run = routine;
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
  const { heap, pool, info } = runtime();
  if (pool) {
    const work = workOf(kernel, args, heap);
    if (work > 0 && work >= pool.thresholds.share) {
      const size = recordBytes(kernel);
      writeRecord(new DataView(heap.memory.buffer), SCRATCH, size, kernel, args, info.threads);
      pool.run(SCRATCH, SCRATCH + size, work);
      return;
    }
  }
  kernel.run?.(...args);
}
