// Several inputs and outputs, in order and by name: training and evaluation.
import { FormatError } from '../../src/core/errors.js';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { dataset, type Dataset } from '../../src/data/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import { dense, lstm } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import {
  connect,
  input,
  lossPerOutput,
  model,
  packRows,
  sequential,
  type History,
  type Model,
  type ModelWith,
} from '../../src/models/index.js';
import { sum } from '../../src/ops/sum.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { crossValidate, gridSearch } from '../../src/selection/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { type Tensor } from '../../src/tensors/tensor.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import {
  B,
  byName,
  dispose,
  hot,
  inOrder,
  kinds,
  left,
  right,
  sizes,
  tensors,
  weightBits,
  losses,
} from './twoByTwo.js';
import { withConfig } from '../io/support.js';

withRuntime();

const optimizer = () => adam({ learningRate: 0.05 });
const lossWeights = { kind: 1, size: 0.5 };

describe('training', () => {
  const packed = dataset(packRows(B, left, right), packRows(B, hot, sizes), { shape: [7] });
  const shapes = { shape: { left: [4], right: [3] } };
  const named = (): Dataset => dataset({ right, left }, { size: sizes, kind: kinds }, shapes);

  it('gives the bits of the packed way, in order and by name, here and in a worker', async () => {
    const options = { optimizer: optimizer(), epochs: 3, batchSize: 4, seed: 5 };
    const old = inOrder();
    const loss = lossPerOutput(old, [crossEntropy(), meanSquaredError()], { weights: [1, 0.5] });
    const expected = await old.fit(packed, { ...options, loss, validation: packed });
    const compare = (network: Model, { epochs }: History): void => {
      expect(epochs.map((epoch) => [epoch.loss, epoch.valLoss])).toEqual(
        expected.epochs.map((epoch) => [epoch.loss, epoch.valLoss]),
      );
      expect(weightBits(network)).toEqual(weightBits(old));
      dispose(network);
    };
    for (const worker of [false, true]) {
      const one = byName();
      compare(one, await one.fit(named(), { ...options, loss: losses, lossWeights, validation: named(), worker }));
    }
    const two = inOrder();
    const given = tensors();
    const targets = [tensor(Int32Array.from(kinds)), tensor(sizes, [B, 2, 1])];
    const data = dataset(given, targets);
    const list = { loss: [crossEntropy(), meanSquaredError()], lossWeights: [1, 0.5] };
    compare(two, await two.fit(data, { ...options, ...list, validation: data }));
    dispose(old, ...given, ...targets);
  });

  it('takes batches of arrays and objects', async () => {
    const [network, same] = [byName(), byName()];
    const options = { loss: losses, optimizer: optimizer(), epochs: 2, shuffle: false, batchSize: B };
    const batch = { x: { left: tensor(left, [B, 4]), right: tensor(right, [B, 3]) }, y: { size: sizes, kind: kinds } };
    await network.fit(() => [batch], options);
    await same.fit(named(), options);
    expect(weightBits(network)).toEqual(weightBits(same));
    dispose(network, same, batch.x.left, batch.x.right);
  });

  it('is cross-validated with a loss for each output', async () => {
    const options = { loss: losses, lossWeights, optimizer: optimizer(), epochs: 1 };
    const { folds } = await crossValidate(byName, named(), { k: 2, ...options });
    expect(folds).toHaveLength(2);
    const metrics = [{ output: 'kind', metric: 'accuracy' }] as const;
    const search = await gridSearch({
      build: byName,
      grid: { epochs: [1, 2] },
      fit: ({ epochs }) => ({ ...options, metrics, epochs }),
      data: named(),
      folds: 2,
      monitor: 'kindAccuracy',
      mode: 'max',
    });
    expect(search.best.mean['kindAccuracy']).toBeGreaterThanOrEqual(0);
  });

  it('lengths of one input hold where there are several outputs', () => {
    const x = input({ shape: [3, 2] });
    const last = connect(lstm({ units: 2 }), x);
    const outputs = [connect(dense({ units: 1 }), last), connect(dense({ units: 2 }), last)];
    const network = model({ inputs: { x }, outputs, seed: 1 });
    const values = numbers(12, 3);
    const lengths = [1, 3];
    const targets = [
      tensor([[1], [2]]),
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ] as const;
    const both = dataset({ x: values }, targets, { shape: { x: [3, 2] }, lengths });
    expect(both.xShape).toEqual([3, 2]);
    const prediction = network.predict({ x: values }, { lengths }) as Tensor[];
    const { loss } = network.evaluate(both, { loss: [meanSquaredError(), meanSquaredError()] });
    const expected = prediction.map((y, i) => {
      const [p, t] = [Array.from(y.data()), targets[i]!.data()];
      return p.reduce((total, value, k) => total + (value - t[k]!) ** 2, 0) / p.length;
    });
    expectClose([loss], [expected[0]! + expected[1]!], 1e-6);
    dispose(network, ...targets, ...prediction);
  });

  it('steps on arrays and objects as on packed rows', () => {
    const networks = [inOrder(), byName(), byName(), inOrder()];
    const given = tensors();
    const [old, one, two, three] = networks as [Model, ModelWith<unknown>, ModelWith<unknown>, ModelWith<unknown>];
    const options = { optimizer: sgd({ learningRate: 0.1 }), batchSize: B };
    const packedLoss = lossPerOutput(old, [crossEntropy(), meanSquaredError()]);
    const trainers = [
      old.trainer({ ...options, loss: packedLoss }),
      one.trainer({ ...options, loss: losses }),
      two.trainer({ ...options, loss: losses }),
      three.trainer({ ...options, loss: [crossEntropy(), meanSquaredError()] }),
    ] as const;
    for (let step = 0; step < 3; step++) {
      const expected = trainers[0].step(packRows(B, left, right), packRows(B, hot, sizes));
      expect(trainers[1].step({ left, right }, { kind: kinds, size: sizes })).toBe(expected);
      expect(trainers[2].step(given, [[...kinds], sizes])).toBe(expected);
      expect(trainers[3].step([left, right], [hot, sizes])).toBe(expected);
    }
    for (const network of networks) expect(weightBits(network)).toEqual(weightBits(old));
    expect(() => trainers[1].step({ left, right: right.subarray(3) }, { kind: kinds, size: sizes })).toThrow(
      "step: input 'right': expected 6 rows as of input 'left', got 5",
    );
    expect(() => trainers[1].step({ left, right }, { kind: kinds })).toThrow(
      new TypeError("step: expected an entry for output 'size', got an object with keys kind"),
    );
    expect(() => trainers[1].step({ left, right }, { kind: [3, 0, 0, 0, 0, 0], size: sizes })).toThrow(
      new RangeError("step: output 'kind': expected labels from 0 to 2, got 3 at position 0"),
    );
    dispose(...trainers, ...networks, ...given);
  });

  it('weighs the losses, as computed in float64', () => {
    const network = byName();
    const { kind, size } = network.predict({ left, right });
    const [p, s] = [kind.data(), size.data()];
    const entropy = -kinds.reduce((total, c, i) => total + Math.log(p[3 * i + c]!), 0) / B;
    const squared = sizes.reduce((total, y, i) => total + (s[i]! - y) ** 2, 0) / sizes.length;
    const right64 = kinds.filter((c, i) => [0, 1, 2].every((k) => p[3 * i + k]! <= p[3 * i + c]!)).length / B;
    const result = network.evaluate(named(), {
      loss: losses,
      lossWeights: { kind: 2, size: 0.25 },
      metrics: [
        { output: 'kind', metric: 'accuracy' },
        { output: 1, metric: 'meanSquaredError' },
        { output: 'size', metric: { name: 'first', compute: (y: Tensor) => sum(y) } },
        { name: 'whole', compute: (y: Tensor, t: Tensor) => tensor([y.shape[1]! + t.shape[1]!]) },
      ],
    });
    expectTypeOf(result.kindAccuracy).toEqualTypeOf<number>();
    expectTypeOf(result.output1MeanSquaredError).toEqualTypeOf<number>();
    expectClose([result.loss], [2 * entropy + 0.25 * squared], 1e-6);
    expect(result.kindAccuracy).toBeCloseTo(right64, 6);
    expectClose([result.output1MeanSquaredError], [squared], 1e-6);
    expectClose([result.sizeFirst], [Array.from(s).reduce((a, b) => a + b, 0)], 1e-5);
    expect(result.whole).toBe(10);
    dispose(kind, size, network);
  });

  it('saves and loads names; files without them are as before', () => {
    for (const network of [byName(), inOrder()] as const) {
      const bytes = saveModel(network);
      const copy = loadModel<ModelWith<[Tensor, Tensor] | { kind: Tensor; size: Tensor }>>(bytes);
      const [a, b] = [network.predict([left, right]), copy.predict([left, right])];
      expect(Object.keys(b)).toEqual(Object.keys(a));
      expect(Object.values(b).map((y) => bitPatterns(y.data()))).toEqual(
        Object.values(a).map((y: Tensor) => bitPatterns(y.data())),
      );
      expect(saveModel(copy)).toEqual(bytes);
      expect(new TextDecoder().decode(bytes).includes('outputNames')).toBe(!Array.isArray(a));
      dispose(...Object.values(a), ...Object.values(b), copy, network);
    }
  });

  it('refuses files whose names are no names of the outputs', () => {
    const network = byName();
    const damaged = withConfig(saveModel(network), (config) => ({ ...config, outputNames: ['kind', 'kind'] }));
    expect(() => loadModel(damaged)).toThrow(
      new FormatError("loadModel: expected 2 distinct outputNames, got ['kind', 'kind']"),
    );
    dispose(network);
  });

  it.each([
    [
      'one loss for several outputs',
      { loss: crossEntropy() },
      TypeError,
      "fit: expected a loss for each of output 'kind', output 'size', in an array or object, got one crossEntropy",
    ],
    [
      'a missing loss',
      { loss: { kind: crossEntropy() } },
      TypeError,
      "fit: loss: expected an entry for output 'size', got an object with keys kind",
    ],
    [
      'a misnamed loss',
      { loss: { ...losses, more: crossEntropy() } },
      TypeError,
      "fit: loss: expected an entry for each of output 'kind', output 'size', got one named 'more'",
    ],
    ['no loss', { loss: [crossEntropy(), 3] }, TypeError, 'fit: expected loss to be a function, got 3'],
    [
      'no losses',
      { loss: 3 },
      TypeError,
      "fit: expected a loss for each of output 'kind', output 'size', in an array or object, got 3",
    ],
    [
      'weights of one loss',
      { loss: () => tensor([1]), lossWeights },
      TypeError,
      'fit: expected lossWeights with a loss for each output, got one loss',
    ],
    [
      'a negative weight',
      { loss: losses, lossWeights: { kind: 1, size: -1 } },
      RangeError,
      'fit: expected lossWeights to be a finite number >= 0, got -1',
    ],
    [
      'a metric of no output',
      { loss: losses, metrics: ['accuracy'] },
      TypeError,
      "fit: expected { output, metric: 'accuracy' } for one of output 'kind', output 'size', got 'accuracy'",
    ],
    [
      'a metric of an unknown output',
      { loss: losses, metrics: [{ output: 'x', metric: 'accuracy' }] },
      RangeError,
      "fit: expected a metric's output to be one of output 'kind', output 'size', got 'x'",
    ],
    [
      'an unknown metric',
      { loss: losses, metrics: [{ output: 0, metric: 'x' }] },
      TypeError,
      "fit: expected a metric to be 'accuracy', 'precision', 'precisionMicro', 'recall', 'recallMicro', 'f1', 'f1Micro', 'auc', 'prAuc', 'r2', 'meanSquaredError', 'rootMeanSquaredError', 'meanAbsoluteError', 'topK(5)', { name, compute } or { name, init, update, result }, got 'x'",
    ],
  ])('refuses %s', async (_, options, type, message) => {
    const network = byName();
    const run = (): Promise<unknown> => network.fit(named(), wrong({ optimizer: optimizer(), ...options }));
    await expect(run()).rejects.toThrow(typed(type, message));
    dispose(network);
  });

  it('refuses lossWeights and lists of losses where there is one output', async () => {
    const network = sequential({ inputShape: [4] }, [dense({ units: 2 })]);
    const data = dataset(left, sizes, { shape: [4] });
    const fit = (options: object): Promise<unknown> => network.fit(data, wrong({ optimizer: optimizer(), ...options }));
    await expect(fit({ loss: meanSquaredError(), lossWeights: [1] })).rejects.toThrow(
      new TypeError('fit: expected several outputs for lossWeights, got one'),
    );
    await expect(fit({ loss: [meanSquaredError()] })).rejects.toThrow(
      new TypeError('fit: expected loss to be a function, got [a function]'),
    );
    dispose(network);
  });

  it.each([
    [
      'a missing target',
      dataset({ left, right }, { kind: kinds, wrong: sizes }, shapes),
      "evaluate: expected an entry for each of output 'kind', output 'size', got one named 'wrong'",
    ],
    [
      'one target',
      dataset({ left, right }, kinds, shapes),
      "evaluate: expected targets for each of output 'kind', output 'size', got targets of shape [6]",
    ],
    [
      'a missing input',
      dataset({ left, wrong: right }, { kind: kinds, size: sizes }),
      "evaluate: expected an entry for each of input 'left', input 'right', got one named 'wrong'",
    ],
    [
      'an input of another shape',
      dataset({ left: right, right: left }, { kind: kinds, size: sizes }),
      "evaluate: input 'left': expected rows of shape [4], got [3]",
    ],
    [
      'classes out of range',
      dataset({ left, right }, { kind: [5, 0, 0, 0, 0, 0], size: sizes }),
      "evaluate: output 'kind': expected labels from 0 to 2, got 5 at position 0",
    ],
    [
      'targets of another width',
      dataset({ left, right }, { kind: kinds, size: kinds }),
      "evaluate: output 'size': expected 12 targets ([6, 2, 1]) or 12 class indices, got 6",
    ],
  ])('data with %s are refused', (_, data, message) => {
    const network = byName();
    expect(() => network.evaluate(data, { loss: losses })).toThrow(message);
    dispose(network);
  });
});
