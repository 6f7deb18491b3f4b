import { expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { checkpoint, loadModel, resume, saveModel, writeModel, type FileHandle } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { smallModel, weightBits } from './support.js';

withRuntime();

/** A file of the browser's file picker, in memory. */
function handle(): FileHandle {
  let file = new Blob();
  return {
    getFile: () => Promise.resolve(file),
    createWritable: () => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      return Promise.resolve({
        write: (bytes) => Promise.resolve(void parts.push(bytes)),
        close: () => Promise.resolve(void (file = new Blob(parts))),
      });
    },
  };
}

test('a model from a Blob and from a File', async () => {
  using model = smallModel();
  const bytes = new Uint8Array(saveModel(model));
  using copy = await loadModel(new Blob([bytes]));
  using second = await loadModel(new File([bytes], 'model.safetensors'));
  expect(weightBits(copy)).toEqual(weightBits(model));
  expect(weightBits(second)).toEqual(weightBits(model));
});

test('a model into a file handle and back', async () => {
  using model = smallModel();
  const file = handle();
  await writeModel(model, file);
  using copy = await loadModel(file);
  expect(weightBits(copy)).toEqual(weightBits(model));
});

test('a damaged file is a rejection, of any source', async () => {
  await expect(loadModel(new Blob(['no model']))).rejects.toThrow(
    new FormatError('loadModel: expected a safetensors file of 8 bytes, got a header length of 7810759558478983000'),
  );
  await expect(loadModel(handle())).rejects.toThrow(new FormatError('loadModel: expected at least 8 bytes, got 0'));
  await expect(resume(new Blob(['no checkpoint']))).rejects.toThrow(
    new FormatError('resume: expected a safetensors file of 13 bytes, got a header length of 7738140083766718000'),
  );
});

test.each<[unknown, RegExp]>([
  [new URL('https://example.org/model'), /expected a path, .* got a URL, 'https:.*model'/],
  ['http://example.org/model', /expected a path, .* got 'http:/],
  ['HTTPS://example.org/model', /expected a path, .* got 'HTTPS:/],
  [new Response('model'), /expected a path, .* got an object of class Response/],
  [Promise.resolve(new Uint8Array()), /expected a path, .* got an object of class Promise/],
  [new Map(), /expected a path, .* got an object of class Map/],
])('%s is no place to write to', async (target, message) => {
  using model = smallModel();
  await expect(writeModel(model, wrong(target))).rejects.toThrow(typed(TypeError, message));
  expect(() => checkpoint(wrong(target))).toThrow(typed(TypeError, message));
});

test('places that are none', async () => {
  using model = smallModel();
  for (const place of ['', 'indexeddb://', 1, null, {}]) {
    await expect(writeModel(model, wrong(place)), JSON.stringify(place)).rejects.toThrow(
      typed(TypeError, /^writeModel: expected a path, 'indexeddb:\/\/name' or a FileSystemFileHandle, got .*$/),
    );
    expect(() => checkpoint(wrong(place)), JSON.stringify(place)).toThrow(
      typed(TypeError, /^checkpoint: expected a path, 'indexeddb:\/\/name' or a FileSystemFileHandle, got .*$/),
    );
  }
  expect(() => checkpoint('a', { every: 0 })).toThrow(
    new RangeError('checkpoint: expected every to be a whole number >= 1, got 0'),
  );
  expect(() => checkpoint('a', wrong({ each: 2 }))).toThrow(
    typed(TypeError, /^checkpoint: expected options .*, got unknown option 'each'$/),
  );
});
