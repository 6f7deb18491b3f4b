// The published ESM: one file a module, so that `sideEffects: false` lets every bundler drop what is not used; in a
// few large chunks the table-building calls of unused operations would stay. @assemblyscript/loader is taken in, so
// that the package has no dependencies.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

const rooms = ['layers', 'losses', 'optimizers', 'models', 'data', 'selection', 'io'];

/** Entry points by the name of their file in dist/. */
export const entries = Object.fromEntries(
  [['index', 'src/index.ts'], ...rooms.map((room) => [room, `src/${room}/index.ts`])].filter(([, file]) =>
    existsSync(file),
  ),
);

// A module that no longer exists must not be published. Removed after writing, so that dist/ is usable meanwhile.
const removeStaleModules = {
  name: 'remove-stale-modules',
  writeBundle({ dir }, bundle) {
    const modules = readdirSync(dir, { recursive: true }).filter((file) => file.endsWith('.js'));
    for (const file of modules) if (!(file.replaceAll('\\', '/') in bundle)) rmSync(join(dir, file));
  },
};

export default {
  input: entries,
  external: [/^node:/],
  plugins: [
    nodeResolve({ extensions: ['.ts', '.js'] }),
    esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' }),
    removeStaleModules,
  ],
  output: {
    dir: 'dist',
    format: 'es',
    preserveModules: true,
    preserveModulesRoot: 'src',
    // npm never packs a folder named node_modules
    entryFileNames: ({ name }) => `${name.replace(/^.*node_modules\//, 'vendor/')}.js`,
  },
};
