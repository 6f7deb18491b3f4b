// The package's entries, as package.json lists them.
import { readFileSync } from 'node:fs';

export interface Entry {
  /** `wasmgrad`, `wasmgrad/layers`, ... */
  readonly name: string;
  /** Its declarations: `dist/types/layers/index.d.ts`. */
  readonly types: string;
  /** Its module: `dist/layers.js`. */
  readonly module: string;
}

interface PackageFile {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

const packageFile = (): PackageFile => JSON.parse(readFileSync('package.json', 'utf8')) as PackageFile;

/** Every entry that has declarations. */
export function entries(): Entry[] {
  return Object.entries(packageFile().exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [{ name: `wasmgrad${path.slice(1)}`, types: clean(target.types), module: clean(target.default) }],
  );
}

const clean = (path: string): string => path.replace(/^\.\//, '');

/** The source of which these declarations are made. */
export const sourceOf = (types: string): string => types.replace(/^dist\/types\//, 'src/').replace(/\.d\.ts$/, '.ts');
