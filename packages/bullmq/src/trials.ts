import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { init } from 'wasmgrad';
import { fingerprint, type Fingerprint } from 'wasmgrad/selection';

/** The module that the worker's operator has named, and what results depend on here. */
export interface LoadedTrials {
  readonly file: string;
  readonly module: unknown;
  readonly fingerprint: Fingerprint;
}

function isTrials(module: unknown): boolean {
  if (typeof module !== 'object' || module === null || !('default' in module)) return false;
  const { default: trials } = module;
  return typeof trials === 'object' && trials !== null && 'run' in trials && 'serve' in trials;
}

/** @throws Error for a file that cannot be read or imported, or that has no trials */
export async function loadTrials(file: string): Promise<LoadedTrials> {
  const text = await readFile(file).catch((error: unknown) => {
    throw new Error(`expected ${file} to be a file that can be read, got ${String(error)}`);
  });
  const module: unknown = await import(pathToFileURL(resolve(file)).href).catch((error: unknown) => {
    throw new Error(`expected ${file} to be a module that can be imported, got ${String(error)}`);
  });
  if (!isTrials(module)) throw new Error(`expected the default export of ${file} to be made by defineTrials`);
  await init({ threads: 1 }); // one thread each, since there is a worker for each core
  return { file, module, fingerprint: fingerprint({ trials: text }) };
}
