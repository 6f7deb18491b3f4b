// The built package as its users get it: every entry point by its public name, and what importing it costs.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import * as kernels from '../src/runtime/generated/kernels.js';
import { declarationsProgram, declaredValues, ENTRIES } from './support/declarations.js';

const root = new URL('..', import.meta.url);
const declarations = declarationsProgram();

/** Runs an ES module in a process of its own and returns what it printed. It must end by itself. */
function runModule(source: string, ...flags: string[]): string {
  const options = { cwd: root, encoding: 'utf8', timeout: 20_000, stdio: 'pipe' } as const;
  return execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', source], options).trim();
}

async function bundle(contents: string, format: 'iife' | 'esm'): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: root.pathname },
    bundle: true,
    write: false,
    minify: true,
    format,
    platform: 'neutral',
    target: 'es2022',
    external: ['node:*'],
  });
  expect(result.warnings).toEqual([]);
  return result.outputFiles[0]?.text ?? '';
}

describe.each(ENTRIES)('%s', (entry) => {
  test('exports by its public name what its declarations say, and nothing else', () => {
    const source = `import * as entry from '${entry}'; console.log(JSON.stringify(Object.keys(entry)))`;
    const names: unknown = JSON.parse(runModule(source));
    expect(names).toEqual(declaredValues(declarations, entry));
  });

  test('starts nothing when imported', () => {
    const source = `
      const names = Object.getOwnPropertyNames(globalThis).length;
      const settled = async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return String(process.getActiveResourcesInfo().sort());
      };
      const before = await settled();
      await import('${entry}');
      console.log((await settled()) === before, Object.getOwnPropertyNames(globalThis).length - names);
    `;
    expect(runModule(source)).toBe('true 0');
  });

  test('touches no DOM or Node API when imported', async () => {
    // A bare context has the language and WebAssembly, but no process, document, navigator or TextDecoder.
    const code = await bundle(
      `import * as entry from '${entry}'; globalThis.count = Object.keys(entry).length;`,
      'iife',
    );
    const context = createContext({});
    runInContext(code, context);
    expect(context['count']).toBeGreaterThan(0);
  });
});

/** Imports every entry, trains and predicts. */
const USE_EVERYTHING = `
  const [library, layers, losses, optimizers, models] = await Promise.all(${JSON.stringify(ENTRIES)}.map((entry) => import(entry)));
  await library.init();
  const model = models.sequential({ inputShape: [1], seed: 1 }, [layers.dense({ units: 1 })]);
  const options = { loss: losses.meanSquaredError(), optimizer: optimizers.sgd({ learningRate: 0.1 }), epochs: 60 };
  const { dataset } = await import('wasmgrad/data');
  await model.fit(dataset([[-1], [0], [1]], [[-2], [0], [2]]), options);
  await model.fit(dataset([[-1], [0], [1]], [[-2], [0], [2]]), { ...options, worker: true });
  console.log(model.predict([[3]]).item().toFixed(2));
`;

test('works where the language is frozen', () => {
  expect(runModule(USE_EVERYTHING, '--frozen-intrinsics')).toBe('6.00');
});

test('works where there are no text encoders, as in Jest with jsdom', () => {
  expect(runModule(`delete globalThis.TextDecoder; delete globalThis.TextEncoder; ${USE_EVERYTHING}`)).toBe('6.00');
});

test('what is not used is not bundled', async () => {
  const used = await bundle(`import { ShapeError } from 'wasmgrad'; console.log(ShapeError);`, 'esm');
  expect(used.length).toBeLessThan(200);
  const operation = await bundle(`import { add } from 'wasmgrad'; console.log(add);`, 'esm');
  const everything = await bundle(`export * from 'wasmgrad';`, 'esm');
  expect(operation.length).toBeLessThan(everything.length / 3);
});

test('gradients are bundled where something differentiates', async () => {
  const page = (imports: string): Promise<string> =>
    bundle(
      `import { ${imports} } from 'wasmgrad'; import { dense } from 'wasmgrad/layers'; console.log(dense, ${imports});`,
      'esm',
    );
  const names = ['reluMap', 'softmaxRows', 'reluGradient', 'sumReduce', 'softmaxGradient'] as const;
  const present = async (imports: string): Promise<boolean[]> => {
    const code = await page(imports);
    return names.map((name) => new RegExp(`\\b${kernels[name].id},\\s*"[pG]`).test(code));
  };
  expect(await present('init')).toEqual([true, true, false, false, false]);
  expect(await present('init, grad')).toEqual([true, true, true, true, true]);
});

/** Every module that a file of dist/ loads, itself included. */
function loadedFrom(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const code = readFileSync(new URL(file, root), 'utf8');
  for (const [, specifier = ''] of code.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
    loadedFrom(new URL(specifier, new URL(file, 'file:///')).pathname.slice(1), found);
  }
  return found;
}

test('the package holds what its entry points load, their types and the wasm file, and nothing else', () => {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [pack] = JSON.parse(listing) as [{ files: { path: string }[] }];
  const files = pack.files.map(({ path }) => path).filter((path) => !path.startsWith('dist/types/'));
  const modules = ENTRIES.map((entry) => `dist/${entry.replace('wasmgrad', 'index').replace('index/', '')}.js`);
  const loaded = [...modules, 'dist/cli.js', 'dist/table-page.js'].flatMap((file) => [...loadedFrom(file)]);
  const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY.md', 'package.json'];
  const commands = ['bin/bench.mjs', 'bin/plain.mjs', 'bin/wasmgrad.mjs'];
  const expected = new Set([...documents, ...commands, ...loaded, 'dist/wasm/strict.wasm', 'dist/wasm/relaxed.wasm']);
  expect(files.sort()).toEqual([...expected].sort());
  for (const { path } of pack.files) if (path.startsWith('dist/types/')) expect(path).toMatch(/\.d\.ts$/);
  expect(pack.files.some(({ path }) => path === 'dist/types/index.d.ts')).toBe(true);
});

test('the wasm file has a subpath and needs nothing but memory and a table', () => {
  const file = createRequire(import.meta.url).resolve('wasmgrad/wasm/strict.wasm');
  const module = new WebAssembly.Module(readFileSync(file));
  expect(WebAssembly.Module.imports(module)).toEqual([
    { module: 'env', name: 'memory', kind: 'memory' },
    { module: 'env', name: 'table', kind: 'table' },
  ]);
});
