import { DISPATCH_PLACES } from './generated/layout.js';
import type { WasmExports } from './state.js';

/** The functions through which the walker reaches the kernels of other modules. */
export function dispatchTable(): WebAssembly.Table {
  return new WebAssembly.Table({ initial: DISPATCH_PLACES, element: 'anyfunc' });
}

/** Whether an export is a function; all functions of the modules take numbers. */
export const isRoutine = (value: unknown): value is (...args: readonly number[]) => unknown =>
  typeof value === 'function';

/** Prepares an instance: puts its dispatchers into the table and sets the scratch memory of its thread. */
export function enterModule(
  { exports }: WebAssembly.Instance,
  table: WebAssembly.Table,
  workspace: number,
): WebAssembly.Exports {
  const { setWorkspace } = exports;
  if (isRoutine(setWorkspace)) setWorkspace(workspace);
  for (let place = 1; place < DISPATCH_PLACES; place++) {
    const dispatcher = exports[`dispatch${place}`];
    if (isRoutine(dispatcher)) table.set(place, dispatcher);
  }
  return exports;
}

const hasWalker = (exports: WebAssembly.Exports): exports is WebAssembly.Exports & WasmExports =>
  'run' in exports && 'runShared' in exports && 'relaxed' in exports;

/** Describes a wrong module in a message. */
export const described = (exports: WebAssembly.Exports): string =>
  `one that exports ${Object.keys(exports).slice(0, 8).join(', ') || 'nothing'}`;

/** The exports of the walker's module. @throws TypeError for those of another module */
export function checkRuntime(exports: WebAssembly.Exports): WasmExports {
  if (hasWalker(exports)) return exports;
  throw new TypeError(`init: expected the module of this library, got ${described(exports)}`);
}

/** Returns the function that links the modules of a thread, whose scratch memory is `workspace`. */
export function makeLink(
  memory: WebAssembly.Memory,
  workspace: number,
): (module: WebAssembly.Module) => WebAssembly.Exports {
  const table = dispatchTable();
  return (module) => enterModule(new WebAssembly.Instance(module, { env: { memory, table } }), table, workspace);
}

/** Links modules in a worker thread, where the page has checked them. Returns the exports of the first, the walker's. */
export function linkModules(
  modules: readonly WebAssembly.Module[],
  memory: WebAssembly.Memory,
  workspace: number,
): WasmExports {
  const [walker = {}] = modules.map(makeLink(memory, workspace));
  if (hasWalker(walker)) return walker;
  throw new TypeError('init: expected the module of this library, got another');
}
