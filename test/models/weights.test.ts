// Weights of samples, steps and classes in training and evaluation.
import { describe, expect, it } from 'vitest';
import { dataset, trainTestSplit, standardize, type Dataset } from '../../src/data/index.js';
import { dense, simpleRnn } from '../../src/layers/index.js';
import {
  binaryCrossEntropy,
  crossEntropy,
  hinge,
  meanSquaredError,
  type LabelLoss,
  type Loss,
} from '../../src/losses/index.js';
import { connect, input, model, sequential, type FitOptions, type Model } from '../../src/models/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { mul } from '../../src/ops/mul.js';
import { sub } from '../../src/ops/sub.js';
import { sum } from '../../src/ops/sum.js';
import { ShapeError } from '../../src/core/errors.js';
import { crossValidate, kFold } from '../../src/selection/index.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { typed } from '../support/typed.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';

withRuntime();

const N = 37;
const x = numbers(N * 3, 1);
const labels = Int32Array.from({ length: N }, (_, i) => (i * 7) % 3);
const weights = numbers(N, 2, 0, 3);
weights[4] = 0;

const softmaxNet = (): Model => sequential({ inputShape: [3], seed: 3 }, [dense({ units: 3, activation: 'softmax' })]);

/** Copies the values of a tensor and frees it. */
function taken(result: Tensor): Float32Array {
  const values = Float32Array.from(result.data());
  result.dispose();
  return values;
}

const bitsOf = (net: Model): number[][] => Object.values(net.getWeights()).map((values) => Array.from(values));

async function trained(data: Dataset, options: Omit<FitOptions, 'loss' | 'optimizer'> & { loss?: LabelLoss }) {
  const net = softmaxNet();
  const history = await net.fit(data, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), ...options });
  const bits = bitsOf(net);
  net.dispose();
  return { bits, history };
}

describe('weights of rows', () => {
  const data = dataset(x, labels, { shape: [3], weights });

  it('evaluate is the weighted mean over all rows, whatever the batches', () => {
    const net = softmaxNet();
    const p = taken(net.predict(x));
    let [total, mass] = [0, 0];
    labels.forEach((label, i) => {
      total -= weights[i]! * Math.log(p[3 * i + label]!);
      mass += weights[i]!;
    });
    for (const batchSize of [1, 5, 10, N])
      expectClose([net.evaluate(data, { loss: crossEntropy(), batchSize }).loss], [total / mass], 3e-6);
    net.dispose();
  });

  it('whole numbers act like repeated rows', async () => {
    const counts = Array.from(labels, (_, i) => i % 3);
    const order = counts.flatMap((count, i) => Array.from({ length: count }, () => i));
    const plain = dataset(x, labels, { shape: [3] });
    const options = { batchSize: 100, epochs: 5, shuffle: false };
    const weighted = await trained(dataset(x, labels, { shape: [3], weights: counts }), options);
    const repeated = await trained(plain.subset(order), options);
    expectClose(weighted.bits.flat(), repeated.bits.flat(), 2e-5);
    expectClose([weighted.history.epochs[4]!.loss], [repeated.history.epochs[4]!.loss], 2e-5);
  });

  it('follow their rows through slice, subset, split, scaling and folds', () => {
    expect(data.slice(3, 6).weights).toEqual(weights.subarray(3, 6));
    expect(data.subset([9, 2]).weights).toEqual(Float32Array.of(weights[9]!, weights[2]!));
    expect(standardize(data).apply(data).weights).toEqual(weights);
    const { test } = trainTestSplit(data, { testFraction: 0.5, seed: 3 });
    for (let i = 0; i < test.size; i++) {
      const row = Array.from({ length: N }, (_, k) => k).find((k) => x[3 * k] === test.x[3 * i])!;
      expect(test.weights![i]).toBe(weights[row]);
    }
    const [fold] = kFold(data, { k: 3 });
    expect(fold!.train.weights).toEqual(Float32Array.from(fold!.trainIndices, (i) => weights[i]!));
  });

  it.each([{}, { validationSplit: 0.3 }, { classWeights: 'balanced' as const }])(
    'give the same bits with worker, %j',
    async (more) => {
      const options = { epochs: 3, batchSize: 8, ...more };
      const here = await trained(data, options);
      const there = await trained(data, { ...options, worker: true });
      expect(there.bits).toEqual(here.bits);
      expect(there.history.epochs.map(({ valLoss, loss }) => [valLoss, loss])).toEqual(
        here.history.epochs.map(({ valLoss, loss }) => [valLoss, loss]),
      );
    },
  );

  it('give the same bits after resuming', async () => {
    const options = { epochs: 4, batchSize: 8 };
    const net = softmaxNet();
    const own = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), ...options };
    let snapshot: FitOptions['from'];
    const save = { onBatchEnd: (log: { epoch: number; batch: number }, control: { snapshot: () => FitOptions['from'] }) => {
      if (log.epoch === 2 && log.batch === 2) snapshot = control.snapshot();
    } }; // prettier-ignore
    await net.fit(data, { ...own, callbacks: [save] });
    const whole = bitsOf(net);
    const again = softmaxNet();
    await again.fit(data, { ...own, ...(snapshot && { from: snapshot }) });
    expect(bitsOf(again)).toEqual(whole);
    net.dispose();
    again.dispose();
  });

  it('come with batches of an iterable', async () => {
    const batches = [
      { x: x.subarray(0, 60), y: labels.subarray(0, 20), weights: weights.subarray(0, 20) },
      { x: x.subarray(60), y: labels.subarray(20), weights: new Float32Array(17) },
    ];
    const net = softmaxNet();
    const log: number[] = [];
    await net.fit(batches, {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      onBatchEnd: ({ loss }) => void log.push(loss),
    });
    expect(log[1]).toBe(0); // all weights are 0
    const other = softmaxNet();
    const both = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), classWeights: { 1: 2 } };
    expect((await other.fit([batches[1]!], both)).epochs[0]!.loss).toBe(0);
    await expect(other.fit([batches[0]!], { ...both, classWeights: 'balanced' })).rejects.toThrow(
      new TypeError("fit: expected data made by dataset(x, y) for classWeights 'balanced', got an iterable of batches"),
    );
    other.dispose();
    const first = softmaxNet();
    await first.fit([batches[0]!], { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) });
    expect(bitsOf(net)).toEqual(bitsOf(first)); // and the step changes nothing
    net.dispose();
    first.dispose();
  });

  it('weigh the test rows of crossValidate', async () => {
    const options = { k: 3, loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) };
    const { folds } = await crossValidate(() => softmaxNet(), data, options);
    const plain = await crossValidate(() => softmaxNet(), dataset(x, labels, { shape: [3] }), options);
    expect(folds[0]!.loss).not.toBe(plain.folds[0]!.loss);
  });
});

describe('losses of the user', () => {
  const data = dataset([[1], [2], [3]], [[2], [3], [5]], { weights: [1, 0, 2] });
  const linear = (): Model => sequential({ inputShape: [1], seed: 1 }, [dense({ units: 1 })]);

  it('are given the weights', async () => {
    const own: Loss = (p, t, w: Tensor) => {
      const d = sub(p, t);
      return sum(mul(sum(mul(d, d), { axis: -1 }), w));
    };
    const [a, b] = [linear(), linear()];
    const options = { optimizer: sgd({ learningRate: 0.01 }), epochs: 3 };
    await a.fit(data, { ...options, loss: own });
    await b.fit(data, { ...options, loss: meanSquaredError({ reduction: 'sum' }) });
    expectClose(bitsOf(a).flat(), bitsOf(b).flat(), 1e-6);
    a.dispose();
    b.dispose();
  });

  it('of two parameters are refused before training', async () => {
    const net = linear();
    const before = bitsOf(net);
    const own: Loss = (p, t) => sum(mul(sub(p, t), sub(p, t)));
    const expected = new TypeError(
      'fit: expected a loss (prediction, target, weights) for weights, got one of 2 parameters',
    );
    await expect(net.fit(data, { loss: own, optimizer: sgd({ learningRate: 0.1 }) })).rejects.toThrow(expected);
    expect(() => net.evaluate(data, { loss: own })).toThrow(
      typed(TypeError, /^evaluate: expected a loss \(prediction/),
    );
    expect(bitsOf(net)).toEqual(before);
    net.dispose();
  });
});

describe('weights of steps', () => {
  const [T, B] = [4, 5];
  const rows = numbers(B * T * 2, 3);
  const targets = numbers(B * T, 4);
  const given = numbers(B * T, 5, 0, 2);
  const lengths = [4, 2, 3, 1, 4];
  const net = (): Model =>
    sequential({ inputShape: [T, 2], seed: 5 }, [simpleRnn({ units: 3, returnSequences: true }), dense({ units: 1 })]);
  const nested = Array.from({ length: B }, (_, i) => Array.from(given.subarray(i * T, i * T + T)));

  it('and lengths: the weighted mean over valid steps, whatever the batches', () => {
    const rnn = net();
    const options = { shape: [T, 2] };
    const y = Array.from({ length: B }, (_, i) => Array.from(targets.subarray(i * T, i * T + T), (value) => [value]));
    const p = taken(rnn.predict(rows, { lengths }));
    const expected = (weightOf: (i: number) => number): number => {
      let [total, mass] = [0, 0];
      for (let i = 0; i < B * T; i++)
        if (i % T < lengths[Math.floor(i / T)]!) {
          total += weightOf(i) * (p[i]! - targets[i]!) ** 2;
          mass += weightOf(i);
        }
      return total / mass;
    };
    for (const batchSize of [2, 3, 5]) {
      const steps = dataset(rows, y, { ...options, lengths, weights: nested });
      expectClose(
        [rnn.evaluate(steps, { loss: meanSquaredError(), batchSize }).loss],
        [expected((i) => given[i]!)],
        3e-6,
      );
      const samples = dataset(rows, y, { ...options, lengths, weights: [1, 2, 0, 3, 1] });
      const own = expected((i) => [1, 2, 0, 3, 1][Math.floor(i / T)]!);
      expectClose([rnn.evaluate(samples, { loss: meanSquaredError(), batchSize }).loss], [own], 3e-6);
    }
    rnn.dispose();
  });

  it('hinge counts no padding', () => {
    const rnn = net();
    const y = Array.from({ length: B }, (_, i) => Array.from({ length: T }, (__, k) => [(i + k) % 2]));
    const p = taken(rnn.predict(rows, { lengths }));
    let [total, count] = [0, 0];
    for (let i = 0; i < B * T; i++)
      if (i % T < lengths[Math.floor(i / T)]!) {
        total += Math.max(0, 1 - (2 * y[Math.floor(i / T)]![i % T]![0]! - 1) * p[i]!);
        count++;
      }
    const data = dataset(rows, y, { shape: [T, 2], lengths });
    expectClose([rnn.evaluate(data, { loss: hinge() }).loss], [total / count], 3e-6);
    rnn.dispose();
  });
});

describe('classWeights', () => {
  const plain = dataset(x, labels, { shape: [3] });
  const options = { epochs: 3, batchSize: 100, shuffle: false };

  it('are weights of the rows of each class, of indices and one-hot rows, times those of the rows', async () => {
    const factors = { 0: 1, 2: 5 };
    const each = Array.from(labels, (label) => [1, 1, 5][label]!);
    const expected = await trained(dataset(x, labels, { shape: [3], weights: each }), options);
    const hot = Array.from(labels, (label) => [0, 1, 2].map((k) => Number(k === label)));
    for (const data of [plain, dataset(x, hot, { shape: [3] })])
      expectClose((await trained(data, { ...options, classWeights: factors })).bits.flat(), expected.bits.flat(), 1e-6);
    const both = dataset(x, labels, { shape: [3], weights: weights.map((w, i) => w * each[i]!) });
    const product = await trained(dataset(x, labels, { shape: [3], weights }), { ...options, classWeights: factors });
    expectClose(product.bits.flat(), (await trained(both, options)).bits.flat(), 1e-6);
  });

  it("'balanced' is rows / (classes * count), of indices and of 0 and 1", async () => {
    const counts = [0, 1, 2].map((k) => labels.filter((label) => label === k).length);
    const factors = Object.fromEntries(counts.map((count, k) => [k, N / (3 * count)]));
    const [own, expected] = [
      await trained(plain, { ...options, classWeights: 'balanced' }),
      await trained(plain, { ...options, classWeights: factors }),
    ];
    expect(own.bits).toEqual(expected.bits);
    const binary = dataset(
      x,
      Array.from(labels, (label) => [Number(label === 0)]),
      { shape: [3] },
    );
    const train = async (classWeights: FitOptions['classWeights']): Promise<number[][]> => {
      const net = sequential({ inputShape: [3], seed: 1 }, [dense({ units: 1, activation: 'sigmoid' })]);
      await net.fit(binary, { loss: binaryCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }), classWeights });
      const bits = bitsOf(net);
      net.dispose();
      return bits;
    };
    expect(await train('balanced')).toEqual(await train({ 0: N / (2 * (N - counts[0]!)), 1: N / (2 * counts[0]!) }));
  });

  it('do not weigh validation', async () => {
    const validation = { ...options, epochs: 1, validation: plain };
    const net = softmaxNet();
    const optimizer = sgd({ learningRate: 0 });
    const { epochs } = await net.fit(plain, { loss: crossEntropy(), optimizer, ...validation, classWeights: { 1: 9 } });
    expect(epochs[0]!.valLoss).toBe(net.evaluate(plain, { loss: crossEntropy() }).loss);
    net.dispose();
  });

  it.each([
    [{ 3: 1 }, RangeError, "fit: expected classWeights of classes 0 to 2, got one of '3'"],
    [{ a: 1 }, RangeError, "fit: expected classWeights of classes 0 to 2, got one of 'a'"],
    [{ 0: -1 }, RangeError, 'fit: expected classWeights[0] to be a finite number >= 0, got -1'],
    [{ 0: NaN }, RangeError, 'fit: expected classWeights[0] to be a finite number >= 0, got NaN'],
    [{ 0: 0, 1: 0, 2: 0 }, RangeError, 'fit: expected a class weight > 0, got weights of 0'],
    ['even', TypeError, "fit: expected classWeights to be 'balanced' or an object, got 'even'"],
  ])('%j are refused', async (classWeights, Class, message) => {
    const net = softmaxNet();
    const bad = { loss: crossEntropy(), optimizer: sgd({ learningRate: 1 }), ...{ classWeights } };
    // @ts-expect-error weights that are none
    await expect(net.fit(plain, bad)).rejects.toThrow(new Class(message));
    net.dispose();
  });

  it('ask for classes', async () => {
    const net = sequential({ inputShape: [3] }, [dense({ units: 1 })]);
    const data = dataset(x, numbers(N, 9), { shape: [3] });
    const options = { loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }) };
    await expect(net.fit(data, { ...options, classWeights: { 0: 2 } })).rejects.toThrow(
      typed(TypeError, /^fit: expected targets that are classes/),
    );
    net.dispose();
  });
});

describe('ignoreIndex', () => {
  const some = labels.map((label, i) => (i % 4 === 1 ? -100 : label));
  const kept = Array.from(some.keys()).filter((i) => some[i] !== -100);
  const loss = crossEntropy({ ignoreIndex: -100, labelSmoothing: 0.1 });

  it('trains and evaluates as without these rows', async () => {
    const data = dataset(x, some, { shape: [3] });
    const rest = data.subset(kept);
    const options = { epochs: 3, batchSize: 100, shuffle: false };
    const own = await trained(data, { ...options, loss });
    const other = await trained(rest, { ...options, loss: crossEntropy({ labelSmoothing: 0.1 }) });
    expectClose(own.bits.flat(), other.bits.flat(), 1e-5);
    const net = softmaxNet();
    const expected = net.evaluate(rest, { loss: crossEntropy({ labelSmoothing: 0.1 }) }).loss;
    for (const batchSize of [3, 7, 64]) expectClose([net.evaluate(data, { loss, batchSize }).loss], [expected], 3e-6);
    net.dispose();
  });

  it('lets other labels outside the classes be refused', () => {
    const net = softmaxNet();
    const bad = dataset(x, labels.map((label, i) => (i === 5 ? 3 : label)), { shape: [3] }); // prettier-ignore
    expect(() => net.evaluate(bad, { loss })).toThrow(
      typed(RangeError, /^evaluate: expected labels from 0 to 2, got 3/),
    );
    net.dispose();
  });
});

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

describe('bad weights', () => {
  it.each([
    [[1, -1], RangeError, 'dataset: expected finite weights >= 0, got -1 at position 1'],
    [[NaN, 1], RangeError, 'dataset: expected finite weights >= 0, got NaN at position 0'],
    [[1, Infinity], RangeError, 'dataset: expected finite weights >= 0, got Infinity at position 1'],
    [[1, 1e300], RangeError, 'dataset: expected finite weights >= 0, got 1e+300 at position 1'],
    [[0, 0], RangeError, 'dataset: expected a weight > 0, got weights of 0'],
    [[1], ShapeError, 'dataset: expected weights for each of 2 rows, got [1]'],
    [[[1], [1], [2]], ShapeError, 'dataset: expected weights for each of 2 rows, got [3, 1]'],
  ])('%j are refused', (given, Class, message) => {
    expect(() => dataset([[1], [2]], [[1], [2]], { weights: given })).toThrow(new Class(message));
  });

  it('must suit the output', () => {
    const net = softmaxNet();
    const data = dataset(x, labels, { shape: [3], weights: Array.from({ length: N }, () => [1, 2]) });
    expect(() => net.evaluate(data, { loss: crossEntropy() })).toThrow(
      new ShapeError('evaluate: expected a weight per row, or per step of the output, got 2 per row'),
    );
    net.dispose();
  });
});
