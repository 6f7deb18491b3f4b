// The browser tests in the other engines, where they are installed: `npm run test:engines`.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserProjects, shared, testTimeout } from './scripts/browser-projects.js';
import { firefox, webkit } from './scripts/engines.mjs';
import { webkitProvider } from './scripts/webkit.mjs';

const options = firefox();

export default defineConfig({
  ...shared,
  test: {
    testTimeout,
    projects: [
      ...(options ? browserProjects('firefox', 'firefox', playwright({ launchOptions: options })) : []),
      ...(webkit() ? browserProjects('webkit', 'webkit', webkitProvider()) : []),
    ],
  },
});
