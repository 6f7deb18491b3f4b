// Linear memory and the recorded programs, as the worker has them.
import { linkModules } from '../../runtime/link.js';
import { Pool } from '../../runtime/pool.js';
import type { ProgramImage } from '../../runtime/program.js';
import type { Setup } from './messages.js';

/** A copy of the caller's memory, and the status of a program run in it: of the guard that stopped it, else 0. */
export interface BatchRunner {
  readonly memory: WebAssembly.Memory;
  readonly run: (program: ProgramImage) => number;
}

export function makeRunner(setup: Setup): BatchRunner {
  const { modules, bytes, threads: wanted, cores, workspace, workspaceBytes } = setup;
  // Further threads have their scratch memory behind the copy, as long as there are addresses.
  const threads = Math.min(wanted, 1 + Math.floor((2 ** 32 - bytes) / workspaceBytes));
  const pages = (bytes + (threads - 1) * workspaceBytes) / 65536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: wanted > 1 });
  const wasm = linkModules(modules, memory, workspace);
  const heap = { memory, i32: new Int32Array(memory.buffer) };
  const options = { threads, cores, modules: () => modules, workspaces: bytes, workspaceBytes };
  const pool = threads > 1 ? new Pool(heap, wasm, options) : undefined;
  return {
    memory,
    run: ({ pointer, end, sharedWork }) =>
      pool && sharedWork > 0 && sharedWork >= pool.thresholds.share
        ? pool.run(pointer, end, sharedWork)
        : wasm.run(pointer, end),
  };
}
