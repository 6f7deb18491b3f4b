// The published declarations, dist/types/, as TypeScript reads them.
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package's entry points by their public names. */
export const ENTRIES = [
  'wasmgrad',
  'wasmgrad/layers',
  'wasmgrad/losses',
  'wasmgrad/optimizers',
  'wasmgrad/models',
  'wasmgrad/onnx',
  'wasmgrad/plot',
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
function declarationsOf(entry: string): string {
  const target = exports[entry.replace('wasmgrad', '.')];
  if (!target) throw new Error(`no entry point '${entry}' in package.json`);
  return join(root, target.types);
}

/** Compiler options of a strict project for browsers. */
export const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
};

/** Files that several programs read, mostly libraries. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program of files on disk and of files given by name and text. */
function createProgram(files: readonly string[], options: ts.CompilerOptions, texts: Map<string, string>): ts.Program {
  const disk = ts.createCompilerHost(options, true);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    getSourceFile: (file, languageVersion, ...rest) => {
      const text = texts.get(file);
      if (text !== undefined) return ts.createSourceFile(file, text, languageVersion, true);
      const key = JSON.stringify([file, languageVersion]);
      if (!parsed.has(key)) parsed.set(key, disk.getSourceFile(file, languageVersion, ...rest));
      return parsed.get(key);
    },
  };
  return ts.createProgram(files, options, host);
}

/** The entry points' declarations as one program. */
export function declarationsProgram(options: ts.CompilerOptions = STRICT): ts.Program {
  return createProgram(ENTRIES.map(declarationsOf), options, new Map());
}

/** A program of one file that imports the package by its public names. */
export function programOf(code: string, options: ts.CompilerOptions = STRICT): ts.Program {
  const path = join(root, 'test', 'user-code.mts');
  return createProgram([path], options, new Map([[path, code]]));
}

/** The compiler's errors in files of the package and its user. Checking libraries would take long. */
export function complaints(program: ts.Program): string[] {
  const files = program.getSourceFiles().filter(({ fileName }) => !fileName.includes('node_modules'));
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ];
  return diagnostics.map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const where = file ? `${relative(root, file.fileName)}:${line}` : 'options';
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

function exportsOf(program: ts.Program, entry: string): ts.Symbol[] {
  const file = program.getSourceFile(declarationsOf(entry));
  const module = file && program.getTypeChecker().getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry}: its declarations are no module`);
  return program.getTypeChecker().getExportsOfModule(module);
}

/** The symbol that a re-exported name stands for. */
function followed(program: ts.Program, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? program.getTypeChecker().getAliasedSymbol(symbol) : symbol;
}

/** The exports of an entry's declarations by name, including types. */
export function exportedSymbols(program: ts.Program, entry: string): Map<string, ts.Symbol> {
  return new Map(exportsOf(program, entry).map((symbol) => [symbol.name, followed(program, symbol)]));
}

/** The names that are values at run time, according to the declarations. */
export function declaredValues(program: ts.Program, entry: string): string[] {
  const values = exportsOf(program, entry).filter((symbol) => {
    const onlyAsType = symbol.declarations?.some(ts.isTypeOnlyExportDeclaration); // `export type { SomeClass }`
    return !onlyAsType && followed(program, symbol).flags & ts.SymbolFlags.Value;
  });
  return values.map(({ name }) => name).sort();
}
