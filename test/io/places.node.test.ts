import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadModel, saveModel, writeModel } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { smallModel, weightBits } from './support.js';
import { typed } from '../support/typed.js';

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

withRuntime();

test('a model into a file and back; an older file is replaced', async () => {
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, 'something else');
  using model = smallModel();
  await writeModel(model, path);
  expect(new Uint8Array(readFileSync(path))).toEqual(saveModel(model));
  using copy = await loadModel(path);
  expect(weightBits(copy)).toEqual(weightBits(model));
  expect(readdirSync(folder)).toEqual(['model.safetensors']);
});

test('a write that fails leaves nothing, and what was there', async () => {
  using model = smallModel();
  await expect(writeModel(model, join(folder, 'no such folder', 'file'))).rejects.toThrow(
    typed(RangeError, /^writeModel: expected to write to '.*file', got ENOENT: /),
  );
  await expect(writeModel(model, folder)).rejects.toThrow(
    typed(RangeError, /^writeModel: expected a file at '.*', got EISDIR: a folder$/),
  );
  expect(readdirSync(folder)).toEqual(['model.safetensors']);
  expect(
    readdirSync(join(folder, '..')).filter(
      (name) => folder.endsWith(name.split('.')[0] ?? '') && name.endsWith('.tmp'),
    ),
  ).toEqual([]);
});

test('a file that is not there, a place only browsers have', async () => {
  await expect(loadModel(join(folder, 'missing'))).rejects.toThrow(
    typed(RangeError, /^loadModel: expected to read '.*missing', got ENOENT: /),
  );
  await expect(loadModel('indexeddb://model')).rejects.toThrow(
    new TypeError('loadModel: expected a path, got indexeddb://, which only browsers have'),
  );
});
