// `npm run bench weights`: a training step with weights of rows, smoothed labels, or both, and with each metric, against
// one without. The variants take turns, and the shortest time of each counts. Arguments after it: parts of the names of
// the cases and variants to run, and the number of rounds. AUC is not measured with 2,000 classes: it keeps every
// prediction of an epoch, 150 MB there.
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const given = process.argv.slice(2).filter((each) => !each.endsWith('weights'));
const ROUNDS = Number(given.find((each) => /^\d+$/.test(each)) ?? 25);
const filters = given.filter((each) => !/^\d+$/.test(each));

const numbers = (n) => Float32Array.from({ length: n }, (_, i) => ((i * 48_271) % 65_537) / 65_537);

/** Rows of K values. */
const rowsOf = (rows, K, valueOf) =>
  Array.from({ length: rows }, (_, row) => Float32Array.from({ length: K }, (__, k) => valueOf(row * K + k)));

/** Milliseconds of processor time of an epoch of `fit`. */
async function epoch(model, data, loss, batchSize, extra) {
  const { user, system } = process.cpuUsage();
  const optimizer = adam({ learningRate: 1e-9 });
  await model.fit(data, { loss, batchSize, epochs: 1, shuffle: false, optimizer, ...extra });
  const used = process.cpuUsage();
  return (used.user + used.system - user - system) / 1000;
}

const COUNTED = ['accuracy', 'precision', 'recall', 'f1', 'f1Micro'];
const RANKED = ['auc', 'prAuc'];
const ERRORS = ['r2', 'meanSquaredError', 'rootMeanSquaredError', 'meanAbsoluteError'];

/** By kind of the last layer: its activation, the loss with its option, and the targets of rows for K outputs. */
const kinds = {
  classes: {
    activation: 'softmax',
    loss: crossEntropy,
    special: { labelSmoothing: 0.1 },
    targets: (rows, K) => Int32Array.from({ length: rows }, (_, i) => i % K),
    classes: true,
  },
  labels: {
    activation: 'sigmoid',
    loss: binaryCrossEntropy,
    special: { positiveWeight: 3 },
    targets: (rows, K) => rowsOf(rows, K, (i) => (i * 7) % 2),
  },
  numbers: {
    activation: 'linear',
    loss: meanSquaredError,
    special: {},
    targets: (rows, K) => rowsOf(rows, K, (i) => ((i * 48_271) % 65_537) / 65_537),
  },
};

const cases = [
  {
    name: '784-128-10',
    sizes: [784, 128, 10],
    kind: 'classes',
    rows: 6400,
    metrics: [...COUNTED, 'topK(5)', ...RANKED],
  },
  { name: '64-64-2000', sizes: [64, 64, 2000], kind: 'classes', rows: 3200, metrics: [...COUNTED, 'topK(5)'] },
  { name: '64-64-1', sizes: [64, 64, 1], kind: 'labels', rows: 32_000, metrics: [...COUNTED, ...RANKED] },
  { name: '784-128-10, labels', sizes: [784, 128, 10], kind: 'labels', rows: 6400, metrics: [...COUNTED, ...RANKED] },
  { name: '64-64-1, regression', sizes: [64, 64, 1], kind: 'numbers', rows: 32_000, metrics: ERRORS },
  { name: '784-128-10, regression', sizes: [784, 128, 10], kind: 'numbers', rows: 6400, metrics: ERRORS },
];

/** What is measured: names, and data, loss and options of each. */
function variantsOf({ sizes: [width, , K], kind, rows, metrics }) {
  const { loss, special, targets, classes } = kinds[kind];
  const x = numbers(rows * width);
  const y = targets(rows, K);
  const shapes = { shape: [width] };
  const plain = dataset(x, y, shapes);
  const weighted = dataset(x, y, { ...shapes, weights: numbers(rows).map((value) => value + 0.5) });
  const [option] = Object.keys(special);
  return {
    plain: [plain, loss()],
    weights: [weighted, loss()],
    ...(option && { [option]: [plain, loss(special)], both: [weighted, loss(special)] }),
    ...(classes && { classWeights: [plain, loss(), { classWeights: 'balanced' }] }),
    'all and the first metric': [weighted, loss(special), { metrics: metrics.slice(0, 1) }],
    ...Object.fromEntries(metrics.map((metric) => [metric, [plain, loss(), { metrics: [metric] }]])),
  };
}

async function compare({ name, sizes, kind, ...rest }) {
  const [width, hidden, units] = sizes;
  const model = sequential({ inputShape: [width], seed: 1 }, [
    dense({ units: hidden, activation: 'relu' }),
    dense({ units, activation: kinds[kind].activation }),
  ]);
  const variants = Object.entries(variantsOf({ sizes, kind, ...rest })).filter(
    ([key]) => key === 'plain' || filters.every((text) => `${name} ${key}`.includes(text)),
  );
  if (variants.length < 2) return;
  const best = new Map(variants.map(([key]) => [key, Infinity]));
  for (let round = -2; round < ROUNDS; round++)
    for (const [key, [data, own, extra]] of variants) {
      const time = await epoch(model, data, own, 64, extra);
      if (round >= 0) best.set(key, Math.min(best.get(key), time));
    }
  console.log(`${name}, batch 64: one epoch of fit, processor time, shortest of ${ROUNDS}`);
  for (const [key, time] of best)
    console.log(
      `  ${key.padEnd(24)} ${time.toFixed(1).padStart(7)} ms   ratio ${(time / best.get('plain')).toFixed(3)}`,
    );
  model.dispose();
}

await init({ threads: 1 });
for (const each of cases) await compare(each);
