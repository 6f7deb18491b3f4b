// `npm run test:reliability [-- FILTER ...]`: the long form of test/reliability, whose short form is part of `npm test`.
import { spawnSync } from 'node:child_process';

const filters = process.argv.slice(2);
const vitest = ['vitest', 'run', '--project', 'node', ...(filters.length > 0 ? filters : ['test/reliability'])];
const { status } = spawnSync('npx', ['--no-install', ...vitest], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, RELIABILITY: 'long' },
});
process.exitCode = status ?? 1;
