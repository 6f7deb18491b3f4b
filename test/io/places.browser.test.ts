import { expect, test } from 'vitest';
import { loadModel, writeModel } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { smallModel, weightBits } from './support.js';

withRuntime();

test('a model into IndexedDB and back; an older one is replaced', async () => {
  using old = smallModel(1);
  using model = smallModel(2);
  await writeModel(old, 'indexeddb://model');
  await writeModel(model, 'indexeddb://model');
  using copy = await loadModel('indexeddb://model');
  expect(weightBits(copy)).toEqual(weightBits(model));
});

test('nothing there, a place only Node has', async () => {
  await expect(loadModel('indexeddb://missing')).rejects.toThrow(
    new RangeError("loadModel: expected something saved as 'indexeddb://missing', got nothing there"),
  );
  using model = smallModel();
  await expect(writeModel(model, 'model.safetensors')).rejects.toThrow(
    new TypeError("writeModel: expected 'indexeddb://name' or a File, got a path, which only Node can open"),
  );
});
