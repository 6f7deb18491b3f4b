import { isForPool } from './execute.js';
import { SCRATCH_RECORD } from './generated/layout.js';
import type { Kernel } from './kernel.js';
import { isRoutine } from './link.js';
import { activeRecorder } from './recorder.js';
import { recordBytes, writeRecord } from './records.js';
import { runtime } from './state.js';
import { workOf } from './work.js';

export type { Kernel } from './kernel.js';

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
    if (isForPool(pool, work)) {
      const size = recordBytes(kernel);
      writeRecord(new DataView(heap.memory.buffer), SCRATCH_RECORD, size, kernel, args, info.threads);
      pool.run(SCRATCH_RECORD, SCRATCH_RECORD + size, work);
      return;
    }
  }
  kernel.run?.(...args);
}
