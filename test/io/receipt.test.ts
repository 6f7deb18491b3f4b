import { expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { makeReceipt, verifyReceipt, type Receipt } from '../../src/io/index.js';
import { dense, dropout } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model as functional, sequential } from '../../src/models/index.js';
import { adam, cosineDecay, sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const x = Array.from({ length: 24 }, (_, i) => [((i * 7) % 11) / 11, ((i * 5) % 13) / 13]);
const y = Int32Array.from({ length: 24 }, (_, i) => Number(((i * 7) % 11) / 11 > ((i * 5) % 13) / 13));
const data = dataset(x, y);
const build = (units = 5) =>
  sequential({ inputShape: [2], seed: 3 }, [
    dense({ units, activation: 'tanh' }),
    dropout({ rate: 0.2 }),
    dense({ units: 2, activation: 'softmax' }),
  ]);
const options = () => ({
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 3,
  batchSize: 5,
  seed: 4,
});

async function receiptOf(more: Partial<ReturnType<typeof options>> & { worker?: boolean } = {}): Promise<Receipt> {
  using model = build();
  const { receipt } = await model.fit(data, { ...options(), ...more, receipt: makeReceipt });
  if (!receipt) throw new Error('no receipt');
  return receipt;
}

it('holds the facts of the training, the same on every engine and with every number of threads', async () => {
  const receipt = await receiptOf();
  expect(receipt.format).toBe(1);
  expect(receipt.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(receipt.kernels.simd).toBe('strict');
  expect(receipt.kernels.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(receipt.seed).toBe(4);
  expect(receipt.epochs).toBe(3);
  expect(receipt.stopped).toBe('completed');
  expect(receipt.initialState).toBeUndefined();
  expect(receipt.configuration['loss']).toMatchObject({ kind: 'crossEntropy', config: { reduction: 'mean' } });
  expect(receipt.data).toEqual({
    rows: 24,
    sha256: 'bd53dd465ba2f590d2f34fc3a57e1311a7876a519fa643e29c544f342801714d',
  });
  expect(receipt.initialWeights).toBe('232ca48480f5e161e2fa9646cc796b7f61d44798295312d34562447b7e31cc52');
  expect(receipt.weights).toBe('bb6a553a0d3ead8ee4c780fb61b44877b96c65dbdfc9e84c351cc4037c4a13f3');
});

it('is the same with a worker, and leaves the training as it is', async () => {
  const receipt = await receiptOf();
  expect(await receiptOf({ worker: true })).toEqual(receipt);
  using plain = build();
  const history = await plain.fit(data, options());
  expect(history.receipt).toBeUndefined();
  using again = build();
  await again.fit(data, { ...options(), receipt: makeReceipt });
  expect(again.getWeights()).toEqual(plain.getWeights());
});

it('is verified from its text by training again', async () => {
  const text = JSON.stringify(await receiptOf());
  using model = build();
  const { verified, differs, facts } = await verifyReceipt(JSON.parse(text), model, data, {
    ...options(),
    worker: true,
  });
  expect({ verified, differs }).toEqual({ verified: true, differs: [] });
  expect(facts.map(({ name }) => name)).toEqual(['version', 'kernels', 'data', 'configuration', 'seed', 'initialWeights', 'epochs', 'stopped', 'weights']); // prettier-ignore
});

it('names the facts that differ, and does not train when training would begin otherwise', async () => {
  const receipt = await receiptOf();
  const differing = async (
    claimed: unknown,
    make = build,
    rows = data,
    more: Parameters<typeof receiptOf>[0] = {},
  ): Promise<readonly string[]> => {
    using model = make();
    const before = model.getWeights();
    const { verified, differs, facts } = await verifyReceipt(claimed, model, rows, { ...options(), ...more });
    expect(verified).toBe(differs.every((name) => name === 'version' || name === 'kernels'));
    if (!facts.some(({ name }) => name === 'weights')) expect(model.getWeights()).toEqual(before);
    return differs;
  };
  const changed = x.map((row, i) => (i === 7 ? [row[0] ?? 0, 0.123] : row));
  expect(await differing(receipt, build, dataset(changed, y))).toEqual(['data']);
  expect(await differing(receipt, build, dataset(x, y.map((k) => 1 - k)))).toEqual(['data']); // prettier-ignore
  expect(await differing(receipt, build, dataset(x, y, { weights: y.map(() => 2) }))).toEqual(['data']);
  expect(await differing(receipt, () => build(6))).toEqual(['configuration', 'initialWeights']);
  expect(await differing(receipt, build, data, { seed: 5 })).toEqual(['seed']);
  expect(await differing(receipt, build, data, { batchSize: 6 })).toEqual(['configuration']);
  expect(await differing(receipt, build, data, { optimizer: adam({ learningRate: 0.02 }) })).toEqual(['configuration']);
  expect(await differing(receipt, build, data, { loss: crossEntropy({ labelSmoothing: 0.1 }) })).toEqual(['configuration']); // prettier-ignore
  const other = '0'.repeat(64);
  expect(await differing({ ...receipt, weights: other })).toEqual(['weights']);
  expect(await differing({ ...receipt, initialWeights: other })).toEqual(['initialWeights']);
  expect(await differing({ ...receipt, version: '9.9.9' })).toEqual(['version']);
  expect(await differing({ ...receipt, epochs: 2 })).toEqual(['epochs']);
});

it('tells defaults that are left out from others', async () => {
  using model = build();
  const { receipt } = await model.fit(data, { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), receipt: makeReceipt }); // prettier-ignore
  using again = build();
  const full = {
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 1,
    batchSize: 32,
    shuffle: true,
    seed: 0,
  };
  expect((await verifyReceipt(receipt, again, data, full)).differs).toEqual([]);
});

it('knows a training that goes on with the state of the one before', async () => {
  const train = async () => {
    const model = build();
    const fit = options();
    const first = await model.fit(data, { ...fit, receipt: makeReceipt });
    const second = await model.fit(data, { ...fit, receipt: makeReceipt });
    const anew = await model.fit(data, { ...fit, reset: true, receipt: makeReceipt });
    model.dispose();
    return [first, second, anew].map(({ receipt }) => receipt);
  };
  const [first, second, anew] = await train();
  expect(first?.initialState).toBeUndefined();
  expect(anew?.initialState).toBeUndefined();
  expect(second?.initialState).toMatch(/^[0-9a-f]{64}$/);
  expect(second?.initialWeights).toBe(first?.weights);
  expect((await train())[1]).toEqual(second);
});

it('describes functions only as such: their effect is in the weights', async () => {
  const schedule = (steps: number) => ({
    ...options(),
    optimizer: sgd({ learningRate: cosineDecay({ initial: 0.5, steps }) }),
  });
  using model = build();
  const { receipt } = await model.fit(data, { ...schedule(10), receipt: makeReceipt });
  using same = build();
  expect((await verifyReceipt(receipt, same, data, schedule(10))).verified).toBe(true);
  using other = build();
  expect((await verifyReceipt(receipt, other, data, schedule(20))).differs).toEqual(['weights']);
});

it('serves models of several inputs and outputs', async () => {
  const make = () => {
    const [a, b] = [input({ shape: [1] }), input({ shape: [1] })];
    return functional({
      inputs: { a, b },
      outputs: { c: connect(dense({ units: 1 }), a), d: connect(dense({ units: 1 }), b) },
    });
  };
  const rows = dataset({ a: [[1], [2]], b: [[3], [4]] }, { c: [[1], [2]], d: [[1], [2]] });
  const fit = { loss: { c: meanSquaredError(), d: meanSquaredError() }, optimizer: sgd({ learningRate: 0.01 }) };
  using model = make();
  const { receipt } = await model.fit(rows, { ...fit, receipt: makeReceipt });
  using again = make();
  expect((await verifyReceipt(receipt, again, rows, fit)).verified).toBe(true);
});

it('refuses what has no receipt, and what is none', async () => {
  using model = build();
  const batches = () => [{ x, y }];
  await expect(model.fit(batches, { ...options(), receipt: makeReceipt })).rejects.toThrow(
    new TypeError('fit: expected data made by dataset(x, y) for a receipt, got an iterable of batches'),
  );
  await expect(model.fit(data, { ...options(), receipt: wrong(true) })).rejects.toThrow(
    new TypeError('fit: expected receipt to be a function, got true'),
  );
  await model.fit(data, options()); // not busy for ever
  const receipt = await receiptOf();
  const verify = (claimed: unknown) => verifyReceipt(claimed, model, data, options());
  await expect(verify(undefined)).rejects.toThrow(typed(TypeError, /^verifyReceipt: expected a receipt/));
  await expect(verify({ ...receipt, format: 2 })).rejects.toThrow(
    new FormatError('verifyReceipt: expected a receipt of format 1, got 2'),
  );
  for (const key of [
    'version',
    'kernels',
    'data',
    'configuration',
    'seed',
    'initialWeights',
    'epochs',
    'stopped',
    'weights',
  ]) {
    const { [key]: _, ...rest }: Record<string, unknown> = { ...receipt };
    await expect(verify(rest)).rejects.toThrow(typed(FormatError, /^verifyReceipt: expected /));
  }
});
