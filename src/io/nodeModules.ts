import type * as Files from 'node:fs/promises';
import type * as Host from 'node:os';
import type * as Paths from 'node:path';

/** The modules of Node's that writing files takes. */
export interface NodeModules {
  readonly files: typeof Files;
  readonly host: typeof Host;
  readonly paths: typeof Paths;
  readonly process: NodeJS.Process;
}

/** The code of an error of the host's: 'ENOENT'. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Whether this is Node, or a host with Node's modules. */
export function isNode(): boolean {
  const page: { process?: { versions?: { node?: unknown } } } = globalThis;
  return page.process?.versions?.node !== undefined;
}

/** Node's modules. Bundlers for browsers let the imports pass because they are guarded, or put empty modules there. */
export async function nodeModules(where: string): Promise<NodeModules> {
  let cause: unknown;
  try {
    if (isNode()) {
      // One by one: esbuild takes an import as guarded only when it is awaited by itself.
      const files = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises');
      const host = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:os');
      const paths = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:path');
      return { files, host, paths, process };
    }
  } catch (error) {
    cause = error;
  }
  const expected = `${where}: expected 'indexeddb://name' or a File`;
  throw new TypeError(`${expected}, got a path, which only Node can open`, { cause });
}
