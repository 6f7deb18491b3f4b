import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { include } from './include.mjs';

const dist = (file) => fileURLToPath(new URL(`../dist/${file}.js`, import.meta.url));

// How long its plugins took is nothing to warn of.
const quiet = { checks: { pluginTimings: false } };

export default defineConfig({
  configFile: false,
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './', // the site may lie in any folder
  plugins: [include],
  resolve: {
    // The package as it is published, which Vite does not find under its own name.
    alias: [
      { find: /^wasmgrad$/, replacement: dist('index') },
      { find: /^wasmgrad\/(\w+)$/, replacement: dist('$1') },
    ],
  },
  worker: { format: 'es', rolldownOptions: quiet },
  build: { target: 'es2022', emptyOutDir: false, modulePreload: false, rolldownOptions: quiet },
  preview: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
});
