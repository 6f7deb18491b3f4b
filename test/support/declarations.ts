// The published declarations, dist/types/, as TypeScript reads them.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package's entry points by their public names. */
export const ENTRIES = [
  'wasmgrad',
  'wasmgrad/layers',
  'wasmgrad/losses',
  'wasmgrad/optimizers',
  'wasmgrad/models',
  'wasmgrad/predict',
  'wasmgrad/data',
  'wasmgrad/selection',
  'wasmgrad/io',
] as const;

interface PackageFile {
  readonly exports: Readonly<Record<string, { readonly types: string }>>;
}

const { exports } = createRequire(import.meta.url)('../../package.json') as PackageFile;

/** The declaration file that package.json names for an entry point. */
export function declarationsOf(entry: string): string {
  const target = exports[entry.replace('wasmgrad', '.')];
  if (!target) throw new Error(`no entry point '${entry}' in package.json`);
  return join(root, target.types);
}

/** The entry points' declarations as one program. */
export function declarationsProgram(): ts.Program {
  return ts.createProgram(ENTRIES.map(declarationsOf), {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
  });
}

function exportsOf(program: ts.Program, entry: string): ts.Symbol[] {
  const file = program.getSourceFile(declarationsOf(entry));
  const module = file && program.getTypeChecker().getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry}: its declarations are no module`);
  return program.getTypeChecker().getExportsOfModule(module);
}

/** What stands behind a name that a file passes on. */
function followed(program: ts.Program, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? program.getTypeChecker().getAliasedSymbol(symbol) : symbol;
}

/** What an entry's declarations export, types included, by name. */
export function exportedSymbols(program: ts.Program, entry: string): Map<string, ts.Symbol> {
  return new Map(exportsOf(program, entry).map((symbol) => [symbol.name, followed(program, symbol)]));
}

/** The names that exist when the program runs, according to the declarations. */
export function declaredValues(program: ts.Program, entry: string): string[] {
  const values = exportsOf(program, entry).filter((symbol) => {
    const onlyAsType = symbol.declarations?.some(ts.isTypeOnlyExportDeclaration); // `export type { SomeClass }`
    return !onlyAsType && followed(program, symbol).flags & ts.SymbolFlags.Value;
  });
  return values.map(({ name }) => name).sort();
}
