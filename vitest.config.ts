import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium } from './scripts/chromium.mjs';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

// Shared memory exists only on pages that are cross-origin isolated.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const browser = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: chromium() }),
  instances: [{ browser: 'chromium' as const }],
});

// The same tests run in Node and in a real browser; a test that needs files or processes is named *.node.test.ts,
// one that needs a page *.browser.test.ts, one that needs a page without those headers *.plain.test.ts.
export default defineConfig({
  resolve: {
    // Tests, and the examples they run, use the sources: one copy of the runtime, whoever imports it.
    alias: [
      { find: /^wasmgrad$/, replacement: source('index.ts') },
      { find: /^wasmgrad\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    testTimeout: 60_000, // sweeps over sizes take seconds on a busy machine
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{browser,plain}.test.ts'],
        },
      },
      {
        extends: true,
        server: { headers },
        optimizeDeps: { include: ['@assemblyscript/loader', 'fast-check'] },
        test: {
          name: 'browser',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{node,plain}.test.ts'],
          browser: browser(),
        },
      },
      {
        extends: true,
        test: { name: 'browser-plain', include: ['test/**/*.plain.test.ts'], browser: browser() },
      },
    ],
  },
});
