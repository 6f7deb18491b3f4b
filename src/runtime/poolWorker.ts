// The script of a pool's worker. The build bundles it into a text (src/runtime/generated/pool-worker.ts).
import { READY } from './generated/layout.js';
import { isRoutine, makeLink } from './link.js';
import type { PoolMessage } from './team.js';
import type { WorkerPort } from './worker.js';

declare const port: WorkerPort<never, PoolMessage>;

let link: ((module: WebAssembly.Module) => WebAssembly.Exports) | undefined;
let work: WebAssembly.ExportValue | undefined;
let linked = 0;

/**
 * Links modules and works until the pool has linked another module; then work() returns, and a message with the module
 * follows.
 */
function receive({ modules, memory, workspace }: PoolMessage): void {
  link ??= makeLink(memory, workspace);
  const [walker] = modules.map(link);
  work ??= walker?.['workerLoop'];
  if (linked === 0) Atomics.add(new Int32Array(memory.buffer), READY / 4, 1);
  linked += modules.length;
  if (isRoutine(work)) work(linked);
}

port.onmessage = ({ data }) => receive(data);
