import { defineConfig } from 'vitest/config';
import { shared } from './test/engines/browser-projects.js';
export default defineConfig({ ...shared, test: { testTimeout: 60000, include: ['test/**/*.test.ts'], exclude: ['test/**/*.{browser,plain}.test.ts','test/packages/**','test/demo/**'], setupFiles: ['/work/wt/cap/setup.ts'] } });
