import type { WasmExports } from './state.js';

/** A place for the dispatcher of each group, and then some. */
const PLACES = 16;

/** The functions through which the walker reaches the kernels of other modules. */
export function dispatchTable(): WebAssembly.Table {
  return new WebAssembly.Table({ initial: PLACES, element: 'anyfunc' });
}

/** Whether an export is a function of numbers, as all of ours are. */
export const isRoutine = (value: unknown): value is (...args: readonly number[]) => unknown =>
  typeof value === 'function';

/** Makes an instance ready: its dispatchers go into the table, and it gets its thread's scratch memory. */
export function enterModule(
  { exports }: WebAssembly.Instance,
  table: WebAssembly.Table,
  workspace: number,
): WebAssembly.Exports {
  const { setWorkspace } = exports;
  if (isRoutine(setWorkspace)) setWorkspace(workspace);
  for (let place = 1; place < PLACES; place++) {
    const dispatcher = exports[`dispatch${place}`];
    if (isRoutine(dispatcher)) table.set(place, dispatcher);
  }
  return exports;
}

const hasWalker = (exports: WebAssembly.Exports): exports is WebAssembly.Exports & WasmExports =>
  'run' in exports && 'runShared' in exports && 'relaxed' in exports;

/** The exports of the walker's module. @throws TypeError for those of another */
export function checkRuntime(exports: WebAssembly.Exports): WasmExports {
  if (hasWalker(exports)) return exports;
  throw new TypeError('init: expected the module of this library, got one without its exports');
}

/** Instances of all modules over one memory, for one more thread. */
export function linkModules(
  modules: readonly WebAssembly.Module[],
  memory: WebAssembly.Memory,
  workspace: number,
): WasmExports {
  const table = dispatchTable();
  const all = modules.map((module) =>
    enterModule(new WebAssembly.Instance(module, { env: { memory, table } }), table, workspace),
  );
  return checkRuntime(all[0] ?? {});
}
