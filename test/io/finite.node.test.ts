// What would be refused when it is read is not written: the file that is there stays.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NonFiniteError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { checkpoint, loadModel, resume, saveModel, writeModel } from '../../src/io/index.js';
import { encodeSnapshot } from '../../src/io/snapshotFile.js';
import { crossEntropy } from '../../src/losses/index.js';
import type { Model, TrainingSnapshot } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { runtime } from '../../src/runtime/state.js';
import { withRuntime } from '../support/live.js';
import { smallModel } from './support.js';
import { typed } from '../support/typed.js';

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

withRuntime();

const bad = [NaN, Infinity, -Infinity];
const data = dataset([[1, 2, 3], [4, 5, 6], [0, 1, 0]], Int32Array.of(0, 1, 1)); // prettier-ignore
const options = { loss: crossEntropy(), optimizer: adam(), batchSize: 1, epochs: 2 };

/** Puts a value into a weight behind the back of every check. */
function poison({ weights }: Model, index: number, element: number, value: number): () => void {
  const tensor = weights[index]!.tensor;
  const at = tensor.address / 4 + element;
  const before = runtime().heap.f32[at]!;
  runtime().heap.f32[at] = value;
  return () => void (runtime().heap.f32[at] = before);
}

test('a model: every weight, first and last element', async () => {
  const path = join(folder, 'model');
  using model = smallModel();
  await writeModel(model, path);
  const before = readFileSync(path);
  for (const value of bad)
    for (const [i, { name, tensor }] of model.weights.entries())
      for (const element of [0, tensor.size - 1]) {
        const heal = poison(model, i, element, value);
        const problem = `expected finite numbers to write, got ${value} in '${name}', element ${element}`;
        expect(() => saveModel(model)).toThrow(new NonFiniteError(`saveModel: ${problem}`));
        await expect(writeModel(model, path)).rejects.toThrow(new NonFiniteError(`writeModel: ${problem}`));
        heal();
      }
  expect(readFileSync(path)).toEqual(before);
  using copy = await loadModel(path);
  expect(saveModel(copy)).toEqual(saveModel(model));
});

test('a checkpoint: the weights between two batches', async () => {
  const path = join(folder, 'checkpoint');
  using model = smallModel();
  let heal = (): void => undefined;
  const spoil = ({ epoch }: { epoch: number }): void => {
    if (epoch === 2) heal = poison(model, 2, 1, NaN);
  };
  const run = model.fit(data, { ...options, callbacks: [{ onEpochEnd: spoil }, checkpoint(path)] });
  await expect(run).rejects.toThrow(
    typed(NonFiniteError, /checkpoint: expected finite numbers to write, got NaN in 'dense_2\/kernel'/),
  );
  heal();
  expect((await resume(path)).epoch).toBe(1); // the one of the first epoch
});

test('a checkpoint: every weight and slot and the optimiser', async () => {
  using model = smallModel();
  let snapshot: TrainingSnapshot | undefined;
  await model.fit(data, {
    ...options,
    callbacks: [{ onEpochEnd: (_, control) => void (snapshot = control.snapshot()) }],
  });
  if (!snapshot) throw new Error('no snapshot');
  const whole = snapshot;
  expect(() => encodeSnapshot(whole)).not.toThrow();
  for (const value of bad) {
    for (const part of ['weights', 'slots'] as const)
      for (const [name, numbers] of Object.entries(whole[part])) {
        const spoilt = { ...whole, [part]: { ...whole[part], [name]: numbers.with(-1, value) } };
        const message = `checkpoint: expected finite numbers to write, got ${value} in '${name}', element ${numbers.length - 1}`;
        expect(() => encodeSnapshot(spoilt)).toThrow(new NonFiniteError(message));
      }
    expect(() => encodeSnapshot({ ...whole, cells: whole.cells.with(0, value) })).toThrow(
      typed(NonFiniteError, /^checkpoint: expected finite numbers to write, got .* in '.*', element 0$/),
    );
  }
});
