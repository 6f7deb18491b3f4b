// Vitest's projects for a browser, whichever it is: one on cross-origin isolated pages, one on ordinary ones.
import { fileURLToPath } from 'node:url';
import type { TestProjectInlineConfiguration, ViteUserConfig } from 'vitest/config';
import type { BrowserProviderOption } from 'vitest/node';

const source = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

/** What all projects have in common. */
export const shared: ViteUserConfig = {
  oxc: { target: 'es2022' }, // as in the package: not every engine knows `using`
  resolve: {
    // Tests, and the examples they run, use the sources: one copy of the runtime, whoever imports it.
    alias: [
      { find: /^wasmgrad$/, replacement: source('index.ts') },
      { find: /^wasmgrad\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
};

/** Sweeps over sizes take seconds on a busy machine. */
export const testTimeout = 60_000;

// Shared memory exists only on pages that are cross-origin isolated.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * The projects `name` and `name-plain`. The same tests run in Node and in browsers; a test that needs files or
 * processes is named *.node.test.ts, one that needs a page *.browser.test.ts, one that needs a page without those
 * headers *.plain.test.ts.
 */
export function browserProjects(
  name: string,
  engine: 'chromium' | 'firefox' | 'webkit',
  provider: BrowserProviderOption,
): TestProjectInlineConfiguration[] {
  const browser = (project: string) => ({
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider,
    instances: [{ browser: engine, name: project }],
  });
  return [
    {
      extends: true,
      server: { headers },
      optimizeDeps: { include: ['fast-check'] },
      test: {
        include: ['test/**/*.test.ts'],
        exclude: ['test/**/*.{node,plain}.test.ts'],
        browser: browser(name),
      },
    },
    {
      extends: true,
      test: {
        include: ['test/**/*.plain.test.ts', 'test/bit-identity.one-thread.test.ts'],
        browser: browser(`${name}-plain`),
      },
    },
  ];
}
