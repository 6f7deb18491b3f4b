import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium } from './scripts/chromium.mjs';

// Shared memory exists only on pages that are cross-origin isolated.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

// Tests, and the examples they run, are tested from the sources: one copy of the runtime, whoever imports it.
const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));
const alias = [
  { find: /^wasmgrad$/, replacement: source('index.ts') },
  { find: /^wasmgrad\/(\w+)$/, replacement: source('$1/index.ts') },
];

// The same tests run in Node and in a real browser; a test that needs files or processes is named *.node.test.ts,
// one that needs a page *.browser.test.ts.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts'],
        },
      },
      {
        resolve: { alias },
        server: { headers },
        optimizeDeps: { include: ['@assemblyscript/loader', 'fast-check'] },
        test: {
          name: 'browser',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.node.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
