// Builds the package if necessary, then runs a command with its arguments: `node scripts/run.mjs vitest run`.
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = resolve(dirname(fileURLToPath(import.meta.url)), 'build.mjs');

/** Exits with the command's status when it fails. npm has added the folder of the tools to $PATH. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const [command, ...args] = process.argv.slice(2);
run('node', [build]);
run(command, args);
