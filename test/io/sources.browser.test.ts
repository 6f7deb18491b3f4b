// What only pages have: addresses relative to them, OPFS, IndexedDB.
import { expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { readBytes } from '../../src/io/feed.js';
import { loadModel, readTensors, saveModel, writeModel, writeTensors, type ReadProgress } from '../../src/io/index.js';
import { tensor } from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { smallModel, weightBits } from './support.js';

withRuntime();

test('a file of the server: relative to the page, and as a whole address', async () => {
  const content = new Uint8Array(await (await fetch('/CHANGELOG.md')).arrayBuffer());
  expect(new TextDecoder().decode(content)).toMatch(/^# Changelog/);
  for (const source of ['/CHANGELOG.md', new URL('/CHANGELOG.md', location.href), fetch('/CHANGELOG.md')]) {
    const reports: ReadProgress[] = [];
    const onProgress = (report: ReadProgress): void => void reports.push(report);
    expect(await readBytes('test', source, { onProgress })).toEqual(content);
    expect(reports.at(-1)?.loaded).toBe(content.length);
    expect([content.length, undefined]).toContain(reports.at(-1)?.total);
  }
  await expect(loadModel('/CHANGELOG.md')).rejects.toThrow(
    typed(FormatError, /^loadModel: expected a safetensors file/),
  );
});

test('an address that cannot be read', async () => {
  await expect(readBytes('test', 'http://localhost:1/model')).rejects.toThrow(
    typed(RangeError, /^test: expected to read 'http:\/\/localhost:1\/model', got /),
  );
});

test('a model into OPFS and back; an older one is replaced', async () => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle('model.safetensors', { create: true });
  try {
    using old = smallModel(1);
    using model = smallModel(2);
    await writeModel(old, handle);
    await writeModel(model, handle, { weights: 'f32' });
    let last = 0;
    using copy = await loadModel(handle, { onProgress: ({ loaded }) => void (last = loaded) });
    expect(weightBits(copy)).toEqual(weightBits(model));
    expect(last).toBe(saveModel(model).length);
  } finally {
    await folder.removeEntry('model.safetensors');
  }
});

test('progress and abort with IndexedDB, a File and a served file', async () => {
  using model = smallModel();
  await writeModel(model, 'indexeddb://progress');
  const bytes = saveModel(model);
  const reason = new Error('enough');
  for (const source of ['indexeddb://progress', new File([bytes], 'model'), '/CHANGELOG.md']) {
    await expect(loadModel(source, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const abort = new AbortController();
    await expect(loadModel(source, { signal: abort.signal, onProgress: () => abort.abort(reason) })).rejects.toBe(
      reason,
    );
  }
  const reports: ReadProgress[] = [];
  using copy = await loadModel('indexeddb://progress', { onProgress: (report) => void reports.push(report) });
  expect(reports).toEqual([{ loaded: bytes.length, total: bytes.length }]);
  expect(weightBits(copy)).toEqual(weightBits(model));
});

test('tensors from a File', async () => {
  using x = tensor([[1, 2]]);
  const { x: found } = await readTensors(new File([writeTensors({ x })], 'x.safetensors'));
  expect(found?.toArray()).toEqual([[1, 2]]);
  found?.dispose();
});
