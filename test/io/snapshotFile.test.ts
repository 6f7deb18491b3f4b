// Checkpoints that are damaged: FormatError, and the model as it was, or a run that goes on.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { decodeSnapshot, encodeSnapshot } from '../../src/io/snapshotFile.js';
import { crossEntropy } from '../../src/losses/index.js';
import type { BatchLog, Model, TrainingControl, TrainingSnapshot } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { memory } from '../../src/runtime/init.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { smallModel, takeApart, weightBits, withHeader } from './support.js';

withRuntime();

const data = dataset([[1, 2, 3], [4, 5, 6], [0, 1, 0]], Int32Array.of(0, 1, 1)); // prettier-ignore
const options = { loss: crossEntropy(), optimizer: adam(), batchSize: 1, epochs: 2 };

/** The state of a run in its second epoch, after one batch. */
async function snapshotOf(model: Model): Promise<TrainingSnapshot> {
  let taken: TrainingSnapshot | undefined;
  const onBatchEnd = ({ epoch, batch }: BatchLog, control: TrainingControl): void => {
    if (epoch === 2 && batch === 1) taken = control.snapshot();
  };
  await model.fit(data, { ...options, callbacks: [{ onBatchEnd }] });
  if (!taken) throw new Error('no snapshot');
  return taken;
}

test('a snapshot comes back whole, numbers that are not finite in its log included', async () => {
  using model = smallModel();
  const snapshot = await snapshotOf(model);
  const [first] = snapshot.log;
  if (!first) throw new Error('no log');
  const odd = { ...snapshot, log: [{ ...first, valLoss: NaN, other: -Infinity, third: 0.1 + 0.2 }] };
  const bytes = encodeSnapshot(odd);
  expect(decodeSnapshot(bytes)).toEqual(odd);
  expect(takeApart(bytes).header['cells']).toMatchObject({ dtype: 'F64' });
  expect(takeApart(bytes).header['key']).toMatchObject({ dtype: 'I32', shape: [2] });
});

describe('snapshots that do not fit', () => {
  const bad: [string, (snapshot: TrainingSnapshot) => object, string][] = [
    [
      'a weight missing',
      ({ weights: { 'hidden/bias': _, ...weights } }) => ({ weights }),
      'expected 5 values for hidden/bias, got none',
    ],
    [
      'a weight too many',
      ({ weights }) => ({ weights: { ...weights, more: Float32Array.of(1) } }),
      "expected values for hidden/kernel, hidden/bias, dense_2/kernel, dense_2/bias, got 'more'",
    ],
    [
      'a weight too short',
      ({ weights }) => ({ weights: { ...weights, 'hidden/bias': Float32Array.of(1) } }),
      'expected 5 values for hidden/bias, got 1',
    ],
    [
      'NaN in a weight',
      ({ weights }) => ({ weights: { ...weights, 'hidden/bias': new Float32Array(5).fill(NaN) } }),
      'expected finite values for hidden/bias, got NaN at position 0',
    ],
    ['no state', () => ({ slots: {} }), 'expected 15 values for m:hidden/kernel, got none'],
    [
      'cells too many',
      ({ cells }) => ({ cells: Float64Array.of(...cells, 1) }),
      'expected 2 values for the optimizer, got 3',
    ],
    [
      'infinite cells',
      ({ cells }) => ({ cells: cells.map(() => Infinity) }),
      'expected finite values for the optimizer, got Infinity at position 0',
    ],
    ['a long key', () => ({ key: new Int32Array(1000) }), 'expected 2 values for the random key, got 1000'],
    ['a negative step', () => ({ steps: -1 }), 'expected steps to be a whole number >= 0, got -1'],
    ['half a batch', () => ({ rows: 0.5 }), 'expected rows to be a whole number >= 0, got 0.5'],
    ['sums of other metrics', () => ({ sums: [1, 2] }), 'expected running means of loss, got 2 numbers'],
    ['another optimiser', () => ({ optimizer: 'sgd()' }), "expected state of adam(m, v), got 'sgd()'"],
  ];
  test.each(bad)('%s', async (_, change, message) => {
    using model = smallModel();
    const snapshot = await snapshotOf(model);
    using fresh = smallModel();
    const before = weightBits(fresh);
    const from = { ...snapshot, ...change(snapshot) };
    await expect(fresh.fit(data, { ...options, from })).rejects.toThrow(new FormatError(`resume: ${message}`));
    expect(weightBits(fresh)).toEqual(before);
  });
});

test('any damage to the file', async () => {
  using model = smallModel();
  const bytes = encodeSnapshot(await snapshotOf(model));
  const live = memory().liveTensors;
  const read = (damaged: Uint8Array): boolean => {
    try {
      decodeSnapshot(damaged);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      return false;
    }
  };
  for (let end = 0; end < bytes.length; end += 3) expect(read(bytes.subarray(0, end))).toBe(false);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, to) => {
      const damaged = bytes.slice();
      damaged[at] = to;
      read(damaged);
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (key, value) => {
      read(withHeader(bytes, (header) => ({ ...header, [key]: value })));
      const text = JSON.stringify({ version: 1, [key]: value });
      expect(read(withHeader(bytes, (header) => ({ ...header, __metadata__: { wasmgradCheckpoint: text } })))).toBe(
        false,
      );
    }),
    { numRuns: 500 },
  );
  expect(memory().liveTensors).toBe(live);
});

test.each(['epoch', 'loss', 'learningRate', 'seconds', 'samplesPerSecond'])(
  'a log without %s is refused',
  async (name) => {
    using model = smallModel();
    const snapshot = await snapshotOf(model);
    const log = snapshot.log.map((entry) => Object.fromEntries(Object.entries(entry).filter(([key]) => key !== name)));
    const bytes = encodeSnapshot({ ...snapshot, log: wrong(log) });
    expect(() => decodeSnapshot(bytes)).toThrow(
      typed(FormatError, /^resume: expected a log of an epoch, got an object with keys /),
    );
  },
);
