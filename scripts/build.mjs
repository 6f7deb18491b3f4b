// Builds everything from a clean checkout: kernel tables, wasm, its inlined copy, dist/ and its declarations.
//   node scripts/build.mjs          all of it
//   node scripts/build.mjs wasm     stops after the inlined wasm and workers: enough for tests that run from src/
// A step whose inputs have not changed is skipped, so running this before every command costs little. The inputs of a
// step are the files that it reads and the parts of scripts/build that it uses; package-lock.json stands for the
// versions of the tools.
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundlePackage } from './build/bundle-package.mjs';
import { bundleWorker } from './build/bundle-worker.mjs';
import { entryOf, readGroups } from './build/groups.mjs';
import { reachedFrom } from './build/imports.mjs';
import { exclusively, filesUnder, step } from './build/incremental.mjs';
import { inlinePacked, inlinePlain } from './build/inline-wasm.mjs';
import { readLayout, staticBase } from './build/layout.mjs';
import { writeRelease } from './build/release.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

// Targets of asconfig.json: each is shipped whole as a file, and inlined by group.
const TARGETS = ['strict', 'relaxed'];
const LOCK = 'package-lock.json';

const tools = (...names) => [LOCK, ...names.map((name) => `scripts/build/${name}.mjs`)];
const generated = (name) => `src/runtime/generated/${name}.ts`;
const runScript = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });
const isTypeScript = (file) => file.endsWith('.ts');

async function generate(groups) {
  const sources = filesUnder('assembly', (file) => isTypeScript(file) && !file.includes('/generated/'));
  const names = groups.map(({ name }) => name);
  const outputs = [
    ...names.map((name) => `assembly/generated/dispatch/${name}.ts`),
    ...[...names, 'whole'].map(entryOf),
    ...['kernels', 'groups', 'layout'].map(generated),
    ...names.flatMap((name) => [`kernels/${name}`, `groups/${name}`]).map(generated),
  ];
  const used = tools('generate-kernels', 'groups', 'layout', 'kernel-costs');
  await step('kernel tables', [...sources, ...used], outputs, () => runScript('scripts/build/generate-kernels.mjs'));
}

const compiler = promisify(execFile);

async function compile(target, name, entry, memoryBase, compact = false) {
  const output = `build/${name}.wasm`;
  const sources = [...reachedFrom(entry), 'asconfig.json', LOCK];
  const args = [entry, '--target', target, '--outFile', output, '--memoryBase', `${memoryBase}`];
  if (compact) args.push('--shrinkLevel', '2');
  const run = async () => {
    const { stderr } = await compiler(process.execPath, ['node_modules/assemblyscript/bin/asc.js', ...args]);
    if (stderr) process.stderr.write(stderr); // warnings
  };
  await step(`wasm ${name}`, sources, [output], run, args);
  return output;
}

const targetsOf = ({ relaxable }) => TARGETS.filter((target) => target === 'strict' || relaxable);

/** The modules of a group. */
const compilations = (group, layout) =>
  targetsOf(group).map(
    (target) => () =>
      compile(target, `${target}-${group.name}`, entryOf(group.name), staticBase(layout, group.number), group.compact),
  );

const CORE = 'build/strict-core.wasm';

/**
 * Writes what the package contains of a group: the strict module, which copies from the first group's, and the relaxed
 * one if there is one, which copies from the strict one.
 */
const inlinings = (group) =>
  targetsOf(group).map((target) => () => {
    const name = `${target}-${group.name}`;
    const [from, to] = [`build/${name}.wasm`, generated(name)];
    const before = target === 'relaxed' ? `build/strict-${group.name}.wasm` : from === CORE ? undefined : CORE;
    const inputs = before === undefined ? [from] : [from, before];
    return step(`inline ${name}`, [...inputs, ...tools('inline-wasm', 'pack')], [to], () =>
      inlinePacked(from, to, before),
    );
  });

/** The module that unpacks the others. */
async function buildUnpacker() {
  const [from, to] = [await compile('unpack', 'unpack', 'assembly/unpack.ts', 0, true), generated('unpacker')];
  await step('inline unpacker', [from, ...tools('inline-wasm', 'ascii')], [to], () => inlinePlain(from, to));
}

/** Runs tasks in parallel, one per core. */
async function inParallel(tasks) {
  const rest = [...tasks];
  const worker = async () => {
    for (let task = rest.shift(); task; task = rest.shift()) await task();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Version and hashes of the kernels, for receipts. Relaxed modules go with strict ones. */
async function buildRelease(groups) {
  const of = (target) => (name) => `build/${target}-${name}.wasm`;
  const strict = ['build/strict.wasm', ...groups.map(({ name }) => name).map(of('strict'))];
  const relaxable = groups.filter((group) => group.relaxable).map(({ name }) => name);
  const relaxed = ['build/relaxed.wasm', ...strict, ...relaxable.map(of('relaxed'))];
  const inputs = [...relaxed, 'package.json', ...tools('release')];
  await step('release', inputs, [generated('release')], () => writeRelease({ strict, relaxed }, generated('release')));
}

/** The workers' scripts as texts. Training workers have a pool, hence the order. */
async function buildWorkers() {
  const workers = { pool: 'runtime/poolWorker', training: 'models/worker/main', trials: 'selection/trialsWorker' };
  for (const [name, path] of Object.entries(workers)) {
    const [entry, output] = [`src/${path}.ts`, generated(`${name}-worker`)];
    await step(`${name} worker`, [...reachedFrom(entry), ...tools('bundle-worker')], [output], () =>
      bundleWorker(entry, output),
    );
  }
}

async function buildWasm() {
  const groups = readGroups();
  const layout = readLayout();
  await generate(groups);
  await inParallel([
    ...TARGETS.map((target) => () => compile(target, target, entryOf('whole'), layout.STATIC_BASE)),
    ...groups.flatMap((group) => compilations(group, layout)),
    buildUnpacker,
  ]);
  await buildRelease(groups);
  await inParallel(groups.flatMap(inlinings));
  await buildWorkers();
}

async function buildPackage() {
  const sources = [...filesUnder('src', isTypeScript), LOCK];
  const { entries } = await import('../rollup.config.mjs');
  const bundles = [...Object.keys(entries), 'table-page'].map((name) => `dist/${name}.js`);
  const used = tools('annotate-pure');
  await step('bundle', [...sources, 'tsconfig.json', 'rollup.config.mjs', ...used], bundles, () =>
    runScript('node_modules/rollup/dist/bin/rollup', '--config'),
  );
  const declarations = Object.entries(entries)
    .filter(([name]) => name !== 'cli') // nobody imports it
    .map(([, file]) => file.replace('src/', 'dist/types/').replace(/\.ts$/, '.d.ts'));
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

/** The packages that use this one. */
async function buildOthers() {
  const folder = 'packages/bullmq';
  const inputs = [...filesUnder(`${folder}/src`, isTypeScript), ...tools('bundle-package')];
  const outputs = ['index.js', 'index.d.ts', 'worker.js'].map((name) => `${folder}/dist/${name}`);
  outputs.push(`${folder}/node_modules/wasmgrad`);
  await step('wasmgrad-bullmq', inputs, outputs, () =>
    bundlePackage(folder, ['index', 'worker'], ['index', 'options', 'connection']),
  );
}

const goal = process.argv[2] ?? 'all';
try {
  await exclusively(async () => {
    await buildWasm();
    if (goal !== 'all') return;
    await buildPackage();
    await buildOthers();
  });
} catch (error) {
  console.error(error.message); // the tool that failed has printed the reason
  process.exitCode = 1;
}
