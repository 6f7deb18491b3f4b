// The packages as they are installed, with another version of the library.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { release } from '../../src/runtime/generated/release.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Installs both packages, the library as `version`. Returns the folder. */
export function installAs(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-version-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of ['bullmq', 'ioredis'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  for (const [from, to] of [
    ['.', 'wasmgrad'],
    ['packages/bullmq', 'wasmgrad-bullmq'],
  ] as const)
    for (const part of ['package.json', 'bin', 'dist'])
      cpSync(join(root, from, part), join(modules, to, part), { recursive: true });
  cpSync(fileURLToPath(new URL('trials.mjs', import.meta.url)), join(folder, 'trials.mjs'));
  const chunks = join(modules, 'wasmgrad/dist/chunks');
  let count = 0;
  for (const name of readdirSync(chunks)) {
    const text = readFileSync(join(chunks, name), 'utf8');
    const changed = text.replaceAll(`"${release.version}"`, `"${version}"`);
    if (changed !== text) count++;
    writeFileSync(join(chunks, name), changed);
  }
  if (count === 0) throw new Error(`no chunk names version ${release.version}`);
  return folder;
}
