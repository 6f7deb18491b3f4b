// `npx wasmgrad bench` from the packed package: it has no development dependency to lean on.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './support/project.js';

const COMMAND = 'node_modules/wasmgrad/bin/wasmgrad.mjs';
let project: Project;

beforeAll(async () => {
  project = await Project.create();
}, 60_000);

afterAll(() => project.remove());

test('it is a command of the package', async () => {
  const manifest = await readFile(project.path('node_modules/wasmgrad/package.json'), 'utf8');
  expect((JSON.parse(manifest) as { bin: unknown }).bin).toEqual({ wasmgrad: 'bin/wasmgrad.mjs' });
  expect(await readFile(project.path(COMMAND), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('it draws bars for both sides, which must agree on every answer', async () => {
  const output = await project.node(COMMAND, 'bench', '--quick', '--threads', '1');
  expect(output).toContain('threads: 1');
  expect(output.match(/WebAssembly +█+ +[\d.,]+ +[\d.]+ times/g)).toHaveLength(3);
  expect(output.match(/JavaScript +█+ +[\d.,]+/g)).toHaveLength(3);
});

test('it says how it is used, and what was wrong', async () => {
  expect(await project.node(COMMAND, 'bench', '--help')).toContain('Usage: wasmgrad bench');
  await expect(project.node(COMMAND, 'bench', '--threads', 'two')).rejects.toThrow(/threads/);
});

test('all of the command line is in the package', async () => {
  await writeFile(
    project.path('t.csv'),
    `x,y\n${Array.from({ length: 80 }, (_, i) => `${i},${i < 40 ? 'a' : 'b'}`).join('\n')}\n`,
  );
  const args = ['t.csv', '-l', 'y', '--epochs', '2', '--folds', '2', '--html', 't.html', '--receipt', 'r.json'];
  await promisify(execFile)(process.execPath, [COMMAND, 'train', ...args], { cwd: project.folder });
  expect(await readFile(project.path('t.html'), 'utf8')).toContain('<script type="module">');
  expect(await project.node(COMMAND, 'inspect', 't.safetensors')).toContain('dense_3');
});

test('it is small', async () => {
  const files = ['bench', 'plain', 'wasmgrad'].map((name) => project.path(`node_modules/wasmgrad/bin/${name}.mjs`));
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(file)).length));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(6000);
});
