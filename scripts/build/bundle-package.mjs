// Builds a package of packages/: bundles of its entries, and declarations of the files that users see.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import ts from 'typescript';

/** Declarations follow from a file alone, because everything exported has its type written out. */
function declare(folder, name) {
  const fileName = join(folder, 'src', `${name}.ts`);
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(fileName, 'utf8'), {
    fileName,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, isolatedDeclarations: true },
  });
  const [first] = diagnostics;
  if (first) throw new Error(`${fileName}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
  writeFileSync(join(folder, 'dist', `${name}.d.ts`), outputText);
}

export function bundlePackage(folder, entries, declared) {
  const outdir = join(folder, 'dist');
  rmSync(outdir, { recursive: true, force: true });
  buildSync({
    entryPoints: entries.map((name) => join(folder, 'src', `${name}.ts`)),
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  for (const name of declared) declare(folder, name);
  // As if it were installed next to this package, whose name only the files of its own package.json know
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  rmSync(join(folder, 'node_modules/wasmgrad'), { recursive: true, force: true });
  symlinkSync('../../..', join(folder, 'node_modules/wasmgrad'), 'junction');
}
