// Weights of several outputs.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { dense } from '../../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../../src/losses/index.js';
import { connect, input, model } from '../../../src/models/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import { tensor } from '../../../src/tensors/creation.js';
import { tidy } from '../../../src/tensors/tidy.js';
import { withRuntime } from '../../support/live.js';
import { expectClose, numbers } from '../../support/slices.js';
import { typed } from '../../support/typed.js';
import { N, labels, weights, x } from './problem.js';

withRuntime();

describe('several outputs', () => {
  const build = () => {
    const entry = input({ shape: [3] });
    const a = connect(dense({ units: 3, activation: 'softmax' }), entry);
    const b = connect(dense({ units: 1 }), entry);
    return model({ inputs: entry, outputs: { kind: a, size: b }, seed: 2 });
  };
  const size = numbers(N, 8);
  const loss = { kind: crossEntropy(), size: meanSquaredError() };
  const y = { kind: labels, size: Array.from(size, (value) => [value]) };
  const inputs = Array.from({ length: N }, (_, i) => Array.from(x.subarray(3 * i, 3 * i + 3)));

  it('have one weight per row, or one for each output', () => {
    const net = build();
    const of = (given: number[] | Record<string, number[]>): number =>
      net.evaluate(dataset(inputs, y, { weights: given }), { loss, batchSize: N }).loss;
    const own = Array.from(weights);
    const ones = own.map(() => 1);
    const [both, neither] = [of(own), of(ones)];
    const [first, second] = [of({ kind: own, size: ones }), of({ size: own, kind: ones })];
    expectClose([first + second], [both + neither], 1e-5);
    expect(first).not.toBe(both);
    net.dispose();
  });

  it('ignore labels of one output, as a weight of 0 for it', async () => {
    const some = labels.map((label, i) => (i % 4 === 1 ? -100 : label));
    const own = Array.from(weights);
    const masked = { kind: own.map((weight, i) => (i % 4 === 1 ? 0 : weight)), size: own };
    const ignoring = { kind: crossEntropy({ ignoreIndex: -100 }), size: meanSquaredError() };
    const accuracy = [{ output: 'kind', metric: 'accuracy' }] as const;
    const pairs = [
      { data: dataset(inputs, { ...y, kind: some }, { weights: own }), loss: ignoring },
      { data: dataset(inputs, y, { weights: masked }), loss },
    ].map(async ({ data, loss: its }) => {
      const net = build();
      const fitting = { optimizer: sgd({ learningRate: 0.1 }), epochs: 2, batchSize: 7, seed: 1, metrics: accuracy };
      const classWeights = { kind: 'balanced' } as const;
      await net.fit(data, { ...fitting, loss: its, classWeights });
      const found = net.evaluate(data, { loss: its, metrics: accuracy, batchSize: N });
      const bits = Object.values(net.getWeights()).flatMap((values) => Array.from(values));
      net.dispose();
      return { bits, found };
    });
    const [first, second] = await Promise.all(pairs);
    expect(first).toEqual(second);
  });

  it('ignore labels of single steps', () => {
    const entry = input({ shape: [2, 3] });
    const kind = connect(dense({ units: 3 }), entry);
    const net = model({ inputs: entry, outputs: { kind, size: connect(dense({ units: 1 }), entry) }, seed: 2 });
    const ignoring = { kind: crossEntropy({ fromLogits: true, ignoreIndex: -1 }), size: meanSquaredError() };
    const steps = [0, 6].map((at) => [0, 3].map((step) => Array.from(x.slice(at + step, at + step + 3))));
    const values = [1, 2].map((value) => [[value], [0]]);
    for (const kinds of [
      [0, -1, 2, 1],
      [-1, -1, -1, -1],
    ]) {
      const rows = [kinds.slice(0, 2), kinds.slice(2)];
      const found = net.evaluate(dataset(steps, { kind: rows, size: values }), { loss: ignoring }).loss;
      const expected = tidy(() => {
        const { kind: logits, size: sizes } = net.predict(steps);
        const own = ignoring.kind(logits, tensor(kinds, [2, 2], 'i32'));
        return own.item() + ignoring.size(sizes, tensor(values)).item();
      });
      expectClose([found], [expected], 1e-6);
    }
    net.dispose();
  });

  it('refuse weights for other outputs', () => {
    const net = build();
    const data = dataset(inputs, y, { weights: { kind: Array.from(weights) } });
    expect(() => net.evaluate(data, { loss })).toThrow(
      typed(TypeError, /^evaluate: weights: expected an entry for output 'size'/),
    );
    net.dispose();
  });
});
