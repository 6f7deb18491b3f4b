// Damaged ONNX files: a FormatError, or a model that predicts. Nothing is lost, and little memory is taken.
import { expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import type { Model } from '../../src/models/index.js';
import { importOnnx } from '../../src/onnx/index.js';
import { memory } from '../../src/runtime/init.js';
import { isTensor } from '../../src/tensors/tensor.js';
import { leaves } from '../../src/core/trees.js';
import { bytesOf } from '../onnx/import/fixtures.js';
import { withRuntime } from '../support/live.js';
import { mutated } from './support/mutations.js';
import { member, randomNumbers, type Sizes, type Tally } from './support/member.js';

withRuntime();

const sizes: Sizes = { short: 250, long: 10_000 };
const files = ['mlp', 'unet', 'gru', 'everyday', 'words'];

/** Sizes of inputs above this are not tried: prediction may then need any memory. */
const MOST = 1e5;

/** Whether the model's answer to zeros is a tensor, or tensors. It may refuse, when the file says wrong numbers. */
function predicts(model: Model): boolean {
  const size = model.inputShape.reduce((product, axis) => product * axis, 1);
  if (size > MOST || model.network.inputShapes) return true;
  const answer: unknown = model.predict(new Float32Array(2 * size));
  const tensors = leaves(answer, isTensor);
  for (const each of tensors) each.dispose();
  return tensors.length > 0;
}

/** What became of one file. */
async function outcome(bytes: Uint8Array): Promise<string> {
  let model: Model;
  try {
    model = await importOnnx(bytes, { trainable: bytes.length % 2 === 0 });
  } catch (error) {
    const own = error instanceof FormatError || /importOnnx: expected inputs: \{/.test(String(error));
    if (!own) throw error;
    return 'refused';
  }
  try {
    return predicts(model) ? 'read' : 'read without an answer';
  } catch (error) {
    expect(String(error)).toMatch(/: expected /);
    return 'read, but refused to predict';
  } finally {
    model.dispose();
  }
}

async function tryOne(bytes: Uint8Array, what: string, tally: Tally): Promise<void> {
  const { liveTensors, used } = memory();
  tally.add(await outcome(bytes).catch((error: unknown) => Promise.reject(new Error(what, { cause: error }))));
  const after = memory();
  expect({ liveTensors: after.liveTensors, used: after.used }, what).toEqual({ liveTensors, used });
}

for (const name of files)
  member(`an ONNX file, ${name}`, sizes, async (count, tally) => {
    const bytes = bytesOf(name);
    for (let round = 0; round < count; round++)
      await tryOne(mutated(bytes, randomNumbers(round)), `round ${round}`, tally);
    expect(tally.count('refused')).toBeGreaterThan(0);
    expect(tally.count('read')).toBeGreaterThan(0);
  });

test('an ONNX file that ends early is refused wherever it ends', { timeout: 120_000 }, async () => {
  const bytes = bytesOf('words');
  for (let length = 0; length < bytes.length; length++)
    await expect(importOnnx(bytes.subarray(0, length)), `${length} bytes`).rejects.toBeInstanceOf(FormatError);
});
