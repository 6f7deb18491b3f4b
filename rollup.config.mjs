// The published ESM: one file an entry point, what they share in dist/chunks, everything tree-shakable.
// @assemblyscript/loader is bundled in, so the package has no dependencies.
import { existsSync, rmSync } from 'node:fs';
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

// Chunk names carry no hash; what an earlier build left behind must not be published.
const removeStaleChunks = {
  name: 'remove-stale-chunks',
  generateBundle: ({ dir }) => rmSync(join(dir, 'chunks'), { recursive: true, force: true }),
};

export default {
  input: entries,
  external: [/^node:/],
  plugins: [
    nodeResolve({ extensions: ['.ts', '.js'] }),
    esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' }),
    removeStaleChunks,
  ],
  output: { dir: 'dist', format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
};
