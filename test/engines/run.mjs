// `npm run test:engines [-- FILTER ...]`: the browser tests in Firefox and in WebKit, as far as they are installed.
// A filter `firefox` or `webkit` asks for that one, and it is a failure when it is not there.
import { spawnSync } from 'node:child_process';
import { engines } from './engines.mjs';

const given = process.argv.slice(2);
const named = given.filter((word) => word in engines);
const filters = given.filter((word) => !(word in engines));
const wanted = named.length > 0 ? named : Object.keys(engines);
const installed = wanted.filter((name) => engines[name].installed());

for (const name of wanted) if (!installed.includes(name)) console.error(engines[name].advice);
if (installed.length === 0 || (named.length > 0 && installed.length < named.length)) process.exit(1);

const projects = installed.flatMap((name) => ['--project', name, '--project', `${name}-plain`]);
const vitest = ['vitest', 'run', '--config', 'vitest.engines.config.ts', ...projects, ...filters];
const { status } = spawnSync('npx', ['--no-install', ...vitest], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
