// Linear memory and the recorded programs, as the worker has them.
import { execute } from '../../runtime/execute.js';
import { STATIC_END, WORKSPACE_BYTES } from '../../runtime/generated/layout.js';
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
  const { modules, bytes, threads: wanted, cores } = setup;
  // Further threads have their scratch memory behind the copy, as long as there are addresses.
  const threads = Math.min(wanted, 1 + Math.floor((2 ** 32 - bytes) / WORKSPACE_BYTES));
  const pages = (bytes + (threads - 1) * WORKSPACE_BYTES) / 65536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: wanted > 1 });
  const wasm = linkModules(modules, memory, STATIC_END);
  const heap = { memory, i32: new Int32Array(memory.buffer) };
  const pool = threads > 1 ? new Pool(heap, wasm, { threads, cores, modules, workspaces: bytes }) : undefined;
  return { memory, run: ({ pointer, end, sharedWork }) => execute(wasm, pool, pointer, end, sharedWork) };
}
