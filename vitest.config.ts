import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserProjects, shared, testTimeout } from './test/engines/browser-projects.js';
import { chromium } from './test/engines/chromium.mjs';

export default defineConfig({
  ...shared,
  test: {
    testTimeout,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{browser,plain}.test.ts'],
        },
      },
      ...browserProjects('browser', 'chromium', playwright({ launchOptions: chromium() })),
    ],
  },
});
