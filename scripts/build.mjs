// Builds everything from a clean checkout: kernel tables, wasm, its inlined copy, dist/ and its declarations.
//   node scripts/build.mjs          all of it
//   node scripts/build.mjs wasm     stops after the inlined wasm: enough for tests that run from src/
// A step whose inputs have not changed is skipped, so running this before every command costs little.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorker } from './bundle-worker.mjs';
import { exclusively, filesUnder, step } from './incremental.mjs';
import { inlineWasm } from './inline-wasm.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

// Targets of asconfig.json that are compiled, inlined and shipped.
const TARGETS = ['strict', 'relaxed'];

const GENERATED = ['assembly/generated/dispatch.ts', 'src/runtime/generated/kernels.ts'];
const WORKER = 'src/runtime/generated/training-worker.ts';
const inlined = (target) => `src/runtime/generated/wasm-${target}.ts`;

const runScript = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });
const isTypeScript = (file) => file.endsWith('.ts');
const assemblySources = () => filesUnder('assembly', (file) => isTypeScript(file) && !GENERATED.includes(file));
// package-lock.json stands for the versions of the tools.
const tools = ['package-lock.json', ...filesUnder('scripts', (file) => file.endsWith('.mjs'))];

async function compile(target) {
  const sources = [...assemblySources(), 'assembly/generated/dispatch.ts', 'asconfig.json', ...tools];
  await step(`wasm ${target}`, sources, [`build/${target}.wasm`], () =>
    runScript('node_modules/assemblyscript/bin/asc.js', '--target', target),
  );
}

async function buildWasm() {
  await step('kernel tables', [...assemblySources(), ...tools], GENERATED, () =>
    runScript('scripts/generate-kernels.mjs'),
  );
  for (const target of TARGETS) {
    await compile(target);
    const base = target === 'strict' ? [] : ['build/strict.wasm'];
    const file = `build/${target}.wasm`;
    await step(`inline ${target}`, [file, ...base, ...tools], [inlined(target)], () =>
      inlineWasm(file, inlined(target), ...base),
    );
  }
  const entry = 'src/models/worker/main.ts';
  const sources = filesUnder('src', (file) => isTypeScript(file) && file !== WORKER);
  await step('training worker', [...sources, ...tools], [WORKER], () => bundleWorker(entry, WORKER));
}

async function buildPackage() {
  const sources = [...filesUnder('src', isTypeScript), ...tools];
  const { entries } = await import('../rollup.config.mjs');
  const bundles = Object.keys(entries).map((name) => `dist/${name}.js`);
  await step('bundle', [...sources, 'rollup.config.mjs'], bundles, () =>
    runScript('node_modules/rollup/dist/bin/rollup', '--config'),
  );
  const declarations = Object.values(entries).map((file) =>
    file.replace('src/', 'dist/types/').replace(/\.ts$/, '.d.ts'),
  );
  await step('types', [...sources, 'tsconfig.json', 'tsconfig.build.json'], declarations, () => {
    rmSync('dist/types', { recursive: true, force: true });
    runScript('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  });
  const assets = TARGETS.map((target) => [`build/${target}.wasm`, `dist/wasm/${target}.wasm`]);
  await step(
    'assets',
    assets.map(([from]) => from),
    assets.map(([, to]) => to),
    () => {
      mkdirSync('dist/wasm', { recursive: true });
      for (const [from, to] of assets) copyFileSync(from, to);
    },
  );
}

const goal = process.argv[2] ?? 'all';
try {
  await exclusively(async () => {
    await buildWasm();
    if (goal === 'all' && existsSync('src/index.ts')) await buildPackage();
  });
} catch (error) {
  console.error(error.message); // the tool that failed has said why
  process.exitCode = 1;
}
