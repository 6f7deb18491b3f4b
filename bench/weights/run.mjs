// `npm run bench weights`: a training step with weights of rows, smoothed labels, or both, against one without. The
// variants take turns, and the shortest time of each counts.
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy, crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const ROUNDS = 25;

const numbers = (n) => Float32Array.from({ length: n }, (_, i) => ((i * 48_271) % 65_537) / 65_537);

/** Milliseconds of processor time of an epoch of `fit`. */
async function epoch(model, data, loss, batchSize, extra) {
  const { user, system } = process.cpuUsage();
  const optimizer = adam({ learningRate: 1e-9 });
  await model.fit(data, { loss, batchSize, epochs: 1, shuffle: false, optimizer, ...extra });
  const used = process.cpuUsage();
  return (used.user + used.system - user - system) / 1000;
}

async function compare(name, [width, hidden, classes], rows, batchSize) {
  const model = sequential({ inputShape: [width], seed: 1 }, [
    dense({ units: hidden, activation: 'relu' }),
    dense({ units: classes, activation: classes > 1 ? 'softmax' : 'sigmoid' }),
  ]);
  const x = numbers(rows * width);
  const y = Int32Array.from({ length: rows }, (_, i) => i % Math.max(2, classes));
  const targets = classes > 1 ? y : Float32Array.from(y);
  const plain = dataset(x, targets);
  const weighted = dataset(x, targets, { weights: numbers(rows).map((value) => value + 0.5) });
  const loss = classes > 1 ? crossEntropy : binaryCrossEntropy;
  const special = classes > 1 ? { labelSmoothing: 0.1 } : { positiveWeight: 3 };
  const [option] = Object.keys(special);
  const variants = {
    plain: [plain, loss()],
    weights: [weighted, loss()],
    [option]: [plain, loss(special)],
    both: [weighted, loss(special)],
    'both, and accuracy': [weighted, loss(special), { metrics: ['accuracy'] }],
    ...(classes > 1 && { classWeights: [plain, loss(), { classWeights: 'balanced' }] }),
  };
  const best = new Map(Object.keys(variants).map((key) => [key, Infinity]));
  for (let round = -2; round < ROUNDS; round++)
    for (const [key, [data, own, extra]] of Object.entries(variants)) {
      const time = await epoch(model, data, own, batchSize, extra);
      if (round >= 0) best.set(key, Math.min(best.get(key), time));
    }
  console.log(`${name}: one epoch of fit, processor time, shortest of ${ROUNDS}`);
  for (const [key, time] of best)
    console.log(
      `  ${key.padEnd(20)} ${time.toFixed(1).padStart(7)} ms   ratio ${(time / best.get('plain')).toFixed(3)}`,
    );
  model.dispose();
}

await init({ threads: 1 });
await compare('784-128-10, batch 64', [784, 128, 10], 6400, 64);
await compare('64-64-2000, batch 64', [64, 64, 2000], 3200, 64);
await compare('64-64-1, batch 64', [64, 64, 1], 32_000, 64);
