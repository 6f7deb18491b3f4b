// The loss of all rows, joined from the losses of batches, is that of one batch, whatever weights, lengths and labels are.
import { describe, expect, it } from 'vitest';
import { dataset, type Dataset, type DatasetOptions, type RowData, type SeveralRows } from '../../src/data/index.js';
import { dense, l2, simpleRnn } from '../../src/layers/index.js';
import {
  binaryCrossEntropy,
  crossEntropy,
  halfMeanSquaredError,
  hinge,
  meanSquaredError,
} from '../../src/losses/index.js';
import { connect, input, lossPerOutput, model as build, sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';

withRuntime();

const N = 13;
const [T, BATCH] = [4, 3];

/** Numbers for N rows of this many steps. */
function stepsOf(seed: number, steps: number, width: number): number[][][] {
  const values = numbers(N * steps * width, seed);
  const row = (at: number): number[] => Array.from(values.subarray(at * width, (at + 1) * width));
  return Array.from({ length: N }, (_, i) => Array.from({ length: steps }, (__, k) => row(i * steps + k)));
}

const x = stepsOf(1, 1, 3).flat();
const labels = x.map((_, i) => (i * 5) % 3);
const some = labels.map((label, i) => (i % 4 > 1 || i < 3 ? -1 : label));
const hot = (label: number): number[] => [0, 1, 2].map((k) => Number(k === label));
const size = stepsOf(2, 1, 1).flat();
const positive = (values: number[][]): number[] => values.map(([value = 0]) => Math.abs(value));
const weights = positive(stepsOf(3, 1, 1).flat());
/** 0 for whole batches of three, also the last. */
const gaps = weights.map((weight, i) => (i < 6 || i === N - 1 ? 0 : weight));
const sequences = stepsOf(4, T, 2);
const targets = stepsOf(5, T, 1);
const lengths = x.map((_, i) => 1 + ((i * 3) % T));
const ofSteps = stepsOf(6, T, 1).map(positive);
const steps = stepsOf(7, T, 1).map((row, i) => row.map((_, k) => (i + k) % 3));

/** Chooses rows of a column: all, or those of a batch. */
type Take = <V>(column: readonly V[]) => V[];
type Values = RowData | SeveralRows;
/** The rows that `take` chooses: inputs, targets, and options. */
type Rows = (take: Take) => [x: RowData, y: Values, options?: Pick<DatasetOptions, 'weights' | 'lengths'>];

const all = (rows: Rows): Dataset => dataset(...rows((column) => [...column]));

/** The batches of a stream. */
const batchesOf = (rows: Rows) =>
  Array.from({ length: Math.ceil(N / BATCH) }, (_, i) => {
    const [of, y, options] = rows((column) => column.slice(BATCH * i, BATCH * (i + 1)));
    return { x: of, y, ...options };
  });

type Options = Pick<Parameters<Model['evaluate']>[1], 'loss' | 'lossWeights'>;

function expectNear(found: number | undefined, expected: number, what: string): void {
  expect(Math.abs((found ?? NaN) / expected - 1), what).toBeLessThan(1e-6);
}

/** Checks evaluation in batches, of rows and of a stream, and validation and log of a training that changes nothing. */
async function checkJoined(net: Model, rows: Rows, options: Options, logsMeans = true): Promise<number> {
  const data = all(rows);
  const { loss: whole } = net.evaluate(data, { ...options, batchSize: N });
  for (const batchSize of [1, BATCH, 5])
    expectNear(net.evaluate(data, { ...options, batchSize }).loss, whole, `batches of ${batchSize}`);
  const stream = batchesOf(rows);
  expectNear((await net.evaluate(stream, options)).loss, whole, 'a stream');
  for (const worker of [false, true])
    for (const source of [data, stream]) {
      const fitting = { ...options, optimizer: sgd({ learningRate: 0 }), batchSize: BATCH, worker };
      const { epochs } = await net.fit(source, { ...fitting, validation: source });
      const where = `${source === data ? 'rows' : 'a stream'}${worker ? ' in a worker' : ''}`;
      expectNear(epochs[0]?.valLoss, whole, `validation by ${where}`);
      if (logsMeans) expectNear(epochs[0]?.loss, whole, `the log of ${where}`);
    }
  return whole;
}

describe('one output', () => {
  const cases: [string, Rows, Options['loss']][] = [
    ['weights', (take) => [take(x), Int32Array.from(take(labels)), { weights: take(weights) }], crossEntropy()],
    ['weights of 0', (take) => [take(x), take(labels.map(hot)), { weights: take(gaps) }], crossEntropy({ labelSmoothing: 0.2 })],
    ['labels to ignore', (take) => [take(x), Int32Array.from(take(some))], crossEntropy({ ignoreIndex: -1 })],
    ['one-hot rows of zeros', (take) => [take(x), take(some.map(hot))], crossEntropy({ ignoreIndex: -1 })],
    ['such rows with weights', (take) => [take(x), take(some.map(hot)), { weights: take(gaps) }], crossEntropy({ ignoreIndex: -1 })],
  ]; // prettier-ignore
  it.each(cases)('%s', async (_, rows, loss) => {
    using net = sequential({ inputShape: [3], seed: 3 }, [dense({ units: 3, activation: 'softmax' })]);
    await checkJoined(net, rows, { loss });
  });

  it('sums are added, and penalties count once', async () => {
    const layer = dense({ units: 3, activation: 'softmax', kernelRegularizer: l2(0.1) });
    using net = sequential({ inputShape: [3], seed: 3 }, [layer]);
    const loss = crossEntropy({ reduction: 'sum' });
    await checkJoined(
      net,
      (take) => [take(x), Int32Array.from(take(labels)), { weights: take(weights) }],
      { loss },
      false,
    );
  });

  it('a penalty is there, even where no row counts', async () => {
    using net = sequential({ inputShape: [3], seed: 3 }, [dense({ units: 1, kernelRegularizer: l2(0.1) })]);
    const { loss } = await net.evaluate([{ x, y: size, weights: gaps.map(() => 0) }], { loss: meanSquaredError() });
    const kernel = net.getWeights()['dense_1/kernel'] ?? [];
    expectNear(loss, 0.1 * Array.from(kernel).reduce((sum, value) => sum + value ** 2, 0), 'the penalty');
  });
});

describe('sequences', () => {
  const classes = (take: Take): Int32Array => Int32Array.from(take(steps).flat(2));
  const cases: [string, Rows, Options['loss'], number?][] = [
    ['lengths', (take) => [take(sequences), take(targets), { lengths: take(lengths) }], meanSquaredError()],
    ['a mean by rows', (take) => [take(sequences), take(targets), { lengths: take(lengths) }], halfMeanSquaredError()],
    ['a loss that weighs padding', (take) => [take(sequences), take(steps.map((row) => row.map((label) => [label % 2]))), { lengths: take(lengths) }], hinge()],
    ['weights of steps', (take) => [take(sequences), take(targets), { lengths: take(lengths), weights: take(ofSteps) }], meanSquaredError()],
    ['weights of steps without lengths', (take) => [take(sequences), take(targets), { weights: take(ofSteps) }], meanSquaredError()],
    ['weights of rows', (take) => [take(sequences), take(targets), { lengths: take(lengths), weights: take(gaps) }], meanSquaredError()],
    ['one-hot steps to ignore', (take) => [take(sequences), take(steps.map((row) => row.map((label) => hot(label - 1)))), { lengths: take(lengths) }], crossEntropy({ ignoreIndex: 9, fromLogits: true }), 3],
    ['labels of steps to ignore', (take) => [take(sequences), tensorOf(classes(take)), { lengths: take(lengths) }], crossEntropy({ ignoreIndex: 2, fromLogits: true }), 3],
  ]; // prettier-ignore
  const tensorOf = (values: Int32Array): number[][] =>
    Array.from({ length: values.length / T }, (_, i) => Array.from(values.subarray(i * T, (i + 1) * T)));
  it.each(cases)('%s', async (_, rows, loss, units = 1) => {
    const recurrent = simpleRnn({ units: 3, returnSequences: true });
    using net = sequential({ inputShape: [T, 2], seed: 5 }, [recurrent, dense({ units })]);
    await checkJoined(net, rows, { loss });
  });
});

describe('several outputs', () => {
  const make = () => {
    const from = input({ shape: [3] });
    const kind = connect(dense({ units: 3, activation: 'softmax', kernelRegularizer: l2(0.1) }), from);
    const outputs = { kind, size: connect(dense({ units: 1 }), from), sick: connect(dense({ units: 1, activation: 'sigmoid' }), from) }; // prettier-ignore
    return build({ inputs: from, outputs, seed: 2 });
  };
  const sick = labels.map((label) => [Number(label === 1)]);
  const rowsOf =
    (kind: readonly number[], given?: Readonly<Record<string, readonly number[]>>): Rows =>
    (take) => {
      const own = given && Object.fromEntries(Object.entries(given).map(([name, column]) => [name, take(column)]));
      const y = { kind: Int32Array.from(take(kind)), size: take(size), sick: take(sick) };
      return [take(x), y, { weights: own ?? take(gaps) }];
    };
  const loss = { kind: crossEntropy({ ignoreIndex: -1 }), size: meanSquaredError(), sick: binaryCrossEntropy() };
  const lossWeights = { kind: 1, size: 0.3, sick: 2 };
  const ones = weights.map(() => 1);

  it.each([
    ['weights of one output', rowsOf(labels, { kind: weights, size: ones, sick: ones })],
    ['weights of 0 in other batches', rowsOf(labels, { kind: gaps, size: weights, sick: gaps.toReversed() })],
    ['labels to ignore', rowsOf(some, { kind: weights, size: gaps, sick: ones })],
    ['one weight per row', rowsOf(some)],
  ])('%s', async (_, rows) => {
    using net = make();
    await checkJoined(net, rows, { loss, lossWeights });
  });

  it('the total is the sum over the outputs of factor * sum(w * loss) / sum(w), and the penalty', async () => {
    using net = make();
    const rows = rowsOf(labels, { kind: gaps, size: weights, sick: ones });
    const whole = await checkJoined(net, rows, { loss, lossWeights });
    const { kind, size: predicted, sick: probability } = net.predict(x);
    const [p, s, q] = [kind, predicted, probability].map((each) => each.data());
    const mean = (w: readonly number[], term: (i: number) => number): number =>
      w.reduce((sum, weight, i) => sum + weight * term(i), 0) / w.reduce((sum, weight) => sum + weight, 0);
    const kernel = Array.from(net.getWeights()['dense_1/kernel'] ?? []);
    const expected =
      mean(gaps, (i) => -Math.log(p![3 * i + labels[i]!]!)) +
      0.3 * mean(weights, (i) => (s![i]! - size[i]![0]!) ** 2) +
      2 * mean(ones, (i) => -Math.log(sick[i]![0] ? q![i]! : 1 - q![i]!)) +
      0.1 * kernel.reduce((sum, value) => sum + value ** 2, 0);
    expectNear(whole, expected, 'float64');
    for (const each of [kind, predicted, probability]) each.dispose();
  });

  it('sums of outputs are added', async () => {
    using net = make();
    const sums = { ...loss, size: meanSquaredError({ reduction: 'sum' }) };
    await checkJoined(net, rowsOf(some, { kind: weights, size: gaps, sick: ones }), { loss: sums, lossWeights }, false);
  });

  it('of lossPerOutput, too', async () => {
    using net = make();
    const own = lossPerOutput(net, [crossEntropy(), meanSquaredError(), binaryCrossEntropy()]);
    await checkJoined(net, rowsOf(labels, { kind: gaps, size: weights, sick: ones }), { loss: own });
  });
});
