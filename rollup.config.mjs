// The published ESM: few chunks that the entry points re-export from, which start two to three times faster in Node than
// one file a module does. What runs on loading is annotated as pure, so that bundlers still drop
// every operation that is not used.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';
import { annotatePure } from './scripts/build/annotate-pure.mjs';

const rooms = ['layers', 'losses', 'optimizers', 'models', 'predict', 'data', 'selection', 'io', 'onnx', 'plot', 'cli'];

/** Entry points by the name of their file in dist/. */
export const entries = Object.fromEntries(
  [['index', 'src/index.ts'], ...rooms.map((room) => [room, `src/${room}/index.ts`])].filter(([, file]) =>
    existsSync(file),
  ),
);

const entryFiles = new Set(Object.values(entries).map((file) => resolve(file)));

// A module that no longer exists must not be published. Removed after writing, so that dist/ is usable meanwhile.
const removeStaleModules = {
  name: 'remove-stale-modules',
  writeBundle({ dir }, bundle) {
    const modules = readdirSync(dir, { recursive: true }).filter((file) => file.endsWith('.js'));
    for (const file of modules) if (!(file.replaceAll('\\', '/') in bundle)) rmSync(join(dir, file));
  },
};

/** What every page that trains a dense network has, with all that it imports: operations, and the rest. */
const OPERATIONS = [
  ...['rules', 'activations', 'affine', 'softmax', 'softmaxCrossEntropy', 'probabilityCrossEntropy', 'logProbability'],
  ...[
    'add',
    'sub',
    'mul',
    'div',
    'cast',
    'oneHot',
    'broadcast',
    'product',
    'differentiation',
    'maskSteps',
    'reshape',
    'slice',
    'concat',
  ],
];
const ROOMS = ['layers/dense', 'losses/crossEntropy', 'models/sequential', 'optimizers/adam', 'data/dataset'];

/** Everything that some files import. Called after all are loaded. */
function closureOf(names, getModuleInfo) {
  const found = new Set(names.map((name) => resolve(`src/${name}.ts`)));
  for (const id of found) for (const imported of getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

let common;

/**
 * A chunk for everything that programs have together: Node opens few files. Bundlers load a chunk on demand if everything that
 * uses it is loaded on demand, and a chunk is loaded as a whole: so what the importers of ONNX need is apart from what
 * other pages need, and what only some graphs need is apart as well.
 */
function chunkOf(id, { getModuleInfo }) {
  // An entry that shared a file with the rest would export what the other entries need, under made-up names
  if (entryFiles.has(id) || id === LAST) return undefined;
  // The command line is one file, which nothing else imports
  if (/\/src\/cli\//.test(id)) return undefined;
  // Loaded on demand
  if (/\/(relaxedCore|worker\/script|generated\/(relaxed-core|training-worker))/.test(id)) return undefined;
  // The reader of HDF5 files is larger than the importers, and loaded on demand
  if (/\/node_modules\/(jsfive|pako)\//.test(id)) return 'hdf5';
  // Few programs import models of other libraries
  if (/\/(src\/io\/(keras|tfjs|torch|numpy|hdf5|zip)|node_modules\/fflate)\b/.test(id)) return 'formats';
  // Few programs export models; what imports them is loaded on demand
  if (/\/src\/onnx\/import\/(?!importOnnx|onnxFunction)/.test(id)) return 'importer';
  if (/\/(src\/onnx|node_modules\/pbf)\//.test(id)) return 'onnx';
  // So do few draw pictures
  if (/\/src\/plot\//.test(id)) return 'plot';
  // Only programs in Node wait for workers
  if (/\/src\/selection\/http\/(chief|dispatcher|page|server)\b/.test(id)) return 'http';
  // And few search for hyperparameters
  if (/\/src\/selection\/(search|http)\//.test(id)) return 'search';
  const [, group] = /\/generated\/(?:kernels\/|groups\/|strict-|relaxed-)(\w+)/.exec(id) ?? [];
  if (group !== undefined && !['core', 'training'].includes(group)) return 'operations';
  // One after the other they compress better than among scripts
  if (/\/generated\/(strict-|relaxed-|unpacker)/.test(id)) return 'modules';
  if (/\/generated\/layout/.test(id)) return 'layout';
  // Training workers contain the thread pool, too: in a bundle that has their text next to it, both compress well together
  if (/\/src\/(core|runtime)\//.test(id)) return 'runtime';
  common ??= {
    operations: closureOf(
      OPERATIONS.map((name) => `ops/${name}`),
      getModuleInfo,
    ),
    rooms: closureOf(ROOMS, getModuleInfo),
  };
  if (common.operations.has(id) || /\/src\/(tensors\/(?!arange)|autodiff)/.test(id)) return 'base';
  if (/\/src\/(tensors|ops|linalg)\//.test(id)) return 'operations';
  if (common.rooms.has(id)) return 'training';
  return 'library';
}

// Rollup orders modules by the names of the entries that reach them, and the order decides how well pages compress.
// Under this name the command line is the last one, and changes nothing for them.
const LAST = '~command-line';
const commandLineLast = {
  name: 'command-line-last',
  resolveId: (id) => (id === LAST ? LAST : null),
  load: (id) => (id === LAST ? `export * from ${JSON.stringify(resolve(entries.cli))};` : null),
};

const plugins = (minify) => [
  nodeResolve({ extensions: ['.ts', '.js'] }),
  esbuild({ target: 'es2022', tsconfig: 'tsconfig.json', minify }),
  annotatePure,
];

const library = {
  input: { ...entries, cli: LAST },
  external: [/^node:/],
  plugins: [commandLineLast, ...plugins(false), removeStaleModules],
  output: {
    dir: 'dist',
    format: 'es',
    chunkFileNames: 'chunks/[name].js',
    manualChunks: chunkOf,
    // Bundlers warn of the bare imports that would save native modules a round trip
    hoistTransitiveImports: false,
  },
};

/** The script that the command line puts into a page, all in one. Written after the library, which removes other files. */
const page = {
  input: { 'table-page': 'src/cli/page/main.ts' },
  external: [/^node:/],
  plugins: plugins(true),
  output: { dir: 'dist', format: 'es', inlineDynamicImports: true },
};

export default [library, page];
