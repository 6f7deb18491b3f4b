// Builds everything from a clean checkout: kernel tables, wasm, its inlined copy, dist/ and its declarations.
//   node scripts/build.mjs          all of it
//   node scripts/build.mjs wasm     stops after the inlined wasm: enough for tests that run from src/
// A step whose inputs have not changed is skipped, so running this before every command costs little.
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleWorker } from './bundle-worker.mjs';
import { exclusively, filesUnder, step } from './incremental.mjs';
import { inlineWasm, writeGroups } from './inline-wasm.mjs';
import { entryOf, GROUPS, RELAXABLE, staticBase } from './kernel-groups.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

// Targets of asconfig.json: each is shipped whole as a file, and inlined by group.
const TARGETS = ['strict', 'relaxed'];

const KERNEL_TABLES = ['core', 'all'].map((name) => `assembly/generated/dispatch/${name}.ts`);
const KERNELS = 'src/runtime/generated/kernels.ts';
const WORKER = 'src/runtime/generated/training-worker.ts';
const GROUP_VALUES = 'src/runtime/generated/groups.ts';

const runScript = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });
const isTypeScript = (file) => file.endsWith('.ts');
const assemblySources = () => filesUnder('assembly', (file) => isTypeScript(file) && !file.includes('/generated/'));
// package-lock.json stands for the versions of the tools.
const tools = ['package-lock.json', ...filesUnder('scripts', (file) => file.endsWith('.mjs'))];

const compiler = promisify(execFile);

async function compile(target, name, entry, ...options) {
  const output = `build/${name}.wasm`;
  const sources = [...assemblySources(), 'asconfig.json', ...tools];
  const args = [entry, '--target', target, '--outFile', output, ...options];
  await step(`wasm ${name}`, sources, [output], async () => {
    const { stderr } = await compiler(process.execPath, ['node_modules/assemblyscript/bin/asc.js', ...args]);
    if (stderr) process.stderr.write(stderr); // warnings
  });
  return output;
}

/** What the package brings along of a group: its strict module, and the difference of the relaxed one if there is any. */
async function buildGroup(group) {
  const inlined = (target) => `src/runtime/generated/${target}-${group}.ts`;
  const options = ['--memoryBase', `${staticBase(group)}`];
  const strict = await compile('strict', `strict-${group}`, entryOf(group), ...options);
  await step(`inline strict ${group}`, [strict, ...tools], [inlined('strict')], () =>
    inlineWasm(strict, inlined('strict')),
  );
  if (!RELAXABLE.includes(group)) return;
  const relaxed = await compile('relaxed', `relaxed-${group}`, entryOf(group), ...options);
  await step(`inline relaxed ${group}`, [strict, relaxed, ...tools], [inlined('relaxed')], () =>
    inlineWasm(relaxed, inlined('relaxed'), strict),
  );
}

/** Runs tasks, as many at a time as there are cores. */
async function inParallel(tasks) {
  const rest = [...tasks];
  const worker = async () => {
    for (let task = rest.shift(); task; task = rest.shift()) await task();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function buildWasm() {
  await step('kernel tables', [...assemblySources(), ...tools], [...KERNEL_TABLES, KERNELS], () =>
    runScript('scripts/generate-kernels.mjs'),
  );
  await inParallel([
    ...TARGETS.map((target) => () => compile(target, target, 'assembly/index.ts')),
    ...GROUPS.map((group) => () => buildGroup(group)),
  ]);
  await step('kernel groups', tools, [GROUP_VALUES], () => writeGroups(GROUP_VALUES));
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
