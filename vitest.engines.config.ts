// The browser tests in the other engines, where they are installed: `npm run test:engines`.
import { defineConfig } from 'vitest/config';
import { browserProjects, shared, testTimeout } from './test/engines/browser-projects.js';
import { engineProvider, engines } from './test/engines/engines.mjs';

const installed = (['firefox', 'webkit'] as const).filter((name) => engines[name].installed());

export default defineConfig({
  ...shared,
  test: {
    testTimeout,
    projects: installed.flatMap((name) => browserProjects(name, name, engineProvider(name))),
  },
});
