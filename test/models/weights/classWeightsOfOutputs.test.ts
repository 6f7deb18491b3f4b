import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { dense } from '../../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy } from '../../../src/losses/index.js';
import { connect, input, model as build, type FitOptions } from '../../../src/models/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import { withRuntime } from '../../support/live.js';

withRuntime();

const x = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
const kind = Int32Array.from(x, (_, i) => (i % 4 === 0 ? 2 : i % 3 === 0 ? 1 : 0));
const sick = x.map((_, i) => [Number(i % 5 === 0)]);
const loss = { kind: crossEntropy(), sick: binaryCrossEntropy() };

function make() {
  const from = input({ shape: [2] });
  const hidden = connect(dense({ units: 4, activation: 'tanh' }), from);
  return build({
    seed: 1,
    inputs: { x: from },
    outputs: {
      kind: connect(dense({ units: 3, activation: 'softmax' }), hidden),
      sick: connect(dense({ units: 1, activation: 'sigmoid' }), hidden),
    },
  });
}

type Weights = FitOptions['classWeights'];

async function trained(data: Parameters<ReturnType<typeof make>['fit']>[0], classWeights?: Weights): Promise<number[]> {
  const model = make();
  try {
    const optimizer = sgd({ learningRate: 0.5 });
    await model.fit(data, { loss, optimizer, batchSize: 6, epochs: 2, shuffle: false, classWeights });
    return Object.values(model.getWeights()).flatMap((values) => [...values]);
  } finally {
    model.dispose();
  }
}

const rows = (weights?: Record<string, number[]>) => dataset({ x }, { kind, sick }, weights ? { weights } : {});
const ones = x.map(() => 1);

describe('classWeights of several outputs', () => {
  it('are weights of the rows of the outputs that they name', async () => {
    const byKind = Array.from(kind, (label) => [1, 3, 0.5][label]!);
    const bySick = sick.map(([label]) => (label ? 4 : 1));
    expect(await trained(rows(), { kind: { 1: 3, 2: 0.5 } })).toEqual(
      await trained(rows({ kind: byKind, sick: ones })),
    );
    const both = await trained(rows({ kind: byKind, sick: bySick }));
    expect(await trained(rows(), { kind: { 1: 3, 2: 0.5 }, sick: { 1: 4 } })).toEqual(both);
    expect(await trained(rows({ kind: byKind, sick: ones }), { sick: { 1: 4 } })).toEqual(both);
    expect(both).not.toEqual(await trained(rows()));
  });

  it("take 'balanced'", async () => {
    const count = (label: number): number => kind.filter((each) => each === label).length;
    const factors = [0, 1, 2].map((label) => 12 / (3 * count(label)));
    expect(await trained(rows(), { kind: 'balanced' })).toEqual(
      await trained(rows(), { kind: Object.fromEntries(factors.entries()) }),
    );
  });

  it('belong to batches of a stream, too', async () => {
    const batches = [0, 6].map((begin) => ({
      x: { x: x.slice(begin, begin + 6) },
      y: { kind: kind.slice(begin, begin + 6), sick: sick.slice(begin, begin + 6) },
    }));
    expect(await trained(batches, { kind: { 1: 3 } })).toEqual(await trained(rows(), { kind: { 1: 3 } }));
    await expect(trained(batches, { kind: 'balanced' })).rejects.toThrow(
      new TypeError("fit: expected data made by dataset(x, y) for classWeights 'balanced', got an iterable of batches"),
    );
  });

  it.each<[Weights, Error]>([
    [
      { 1: 3 },
      new TypeError("fit: expected classWeights for each of output 'kind', output 'sick', got those of one output"),
    ],
    [{ kind: { 7: 1 } }, new RangeError("fit: output 'kind': expected classWeights of classes 0 to 2, got one of '7'")],
  ])('%j are refused', async (classWeights, error) => {
    await expect(trained(rows(), classWeights)).rejects.toThrow(error);
  });
});
