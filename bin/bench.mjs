import { cpus } from 'node:os';
import { init, matmul, randomUniform } from '../dist/index.js';
import { dense } from '../dist/layers.js';
import { crossEntropy } from '../dist/losses.js';
import { sequential } from '../dist/models.js';
import { sgd } from '../dist/optimizers.js';
import { multiply, plainTrainer } from './plain.mjs';

const BAR = 40;

/** Seconds a call, the best of several rounds; the candidates take turns, so that a busy moment meets both. */
function race(candidates, { quick }) {
  const best = candidates.map(() => Infinity);
  for (let round = 0; round < (quick ? 1 : 6); round++) {
    candidates.forEach((run, i) => {
      const start = performance.now();
      let calls = 0;
      let elapsed = 0;
      do {
        run();
        calls++;
        elapsed = performance.now() - start;
      } while (elapsed < (quick ? 1 : 120));
      best[i] = Math.min(best[i], elapsed / calls / 1000);
    });
  }
  return best;
}

function agree(what, ours, theirs) {
  if (!(Math.abs(ours - theirs) <= 1e-3 * Math.max(1, Math.abs(theirs)))) {
    throw new Error(`bench: expected the same ${what} from both sides, got ${ours} and ${theirs}`);
  }
}

function product(size) {
  const [a, b] = [1, 2].map((seed) => randomUniform([size, size], { seed }));
  const [x, y, z] = [a.data(), b.data(), new Float32Array(size * size)];
  const plain = () => multiply(x, y, z, size, size, size);
  plain();
  const c = matmul(a, b);
  agree('product', c.data()[size + 1], z[size + 1]);
  c.dispose();
  return [() => matmul(a, b).dispose(), plain, () => [a, b].forEach((each) => each.dispose())];
}

function training(rows) {
  const [inputs, hidden, classes, rate] = [784, 128, 10, 0.1];
  const model = sequential({ inputShape: [inputs], seed: 1 }, [
    dense({ units: hidden, activation: 'relu' }),
    dense({ units: classes, activation: 'softmax' }),
  ]);
  const theirs = plainTrainer(Object.values(model.getWeights()), rows, inputs, rate);
  const ours = model.trainer({ loss: crossEntropy(), optimizer: sgd({ learningRate: rate }), batchSize: rows });
  const images = randomUniform([rows, inputs], { seed: 3 });
  const x = images.data();
  const labels = Int32Array.from({ length: rows }, (_, i) => i % classes);
  images.dispose();
  for (let i = 0; i < 3; i++) agree('loss', ours.step(x, labels), theirs(x, labels));
  const clean = () => [ours, model].forEach((each) => each.dispose());
  return [() => ours.step(x, labels), () => theirs(x, labels), clean];
}

const figure = (value) => (value < 1000 ? value.toPrecision(3) : Math.round(value).toLocaleString('en'));

function show(title, unit, rates) {
  const most = Math.max(...rates.flatMap(({ values }) => values));
  const bar = (value) => '█'.repeat(Math.max(1, Math.round((value / most) * BAR))).padEnd(BAR);
  console.log(`\n${title}, ${unit}: longer is better`);
  for (const { name, values } of rates) {
    const times = `  ${(values[0] / values[1]).toFixed(1)} times`;
    ['WebAssembly', 'JavaScript'].forEach((side, i) => {
      const label = i === 0 ? name.padEnd(10) : ' '.repeat(10);
      console.log(`${label} ${side.padEnd(12)}${bar(values[i])} ${figure(values[i])}${i === 0 ? times : ''}`);
    });
  }
}

function compare(sizes, make, work, options) {
  return sizes.map((size) => {
    const [ours, theirs, clean] = make(size);
    const values = race([ours, theirs], options).map((seconds) => work(size) / seconds);
    clean();
    return { name: String(size), values };
  });
}

async function compareAll(options) {
  const info = await init({ threads: options.threads });
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, threads: ${info.threads}`);
  if (info.reason) console.log(info.reason);
  const sizes = options.quick ? [64, 128] : [64, 128, 256, 512];
  show(
    'Matrix product n x n',
    'GFLOP/s',
    compare(sizes, product, (n) => 2e-9 * n ** 3, options),
  );
  const rows = options.quick ? [16] : [16, 64, 256];
  show(
    'Training step 784-128-10 by batch',
    'samples/s',
    compare(rows, training, (n) => n, options),
  );
}

async function run(given) {
  const threads = given.whole('threads', 1, 256) ?? 'auto';
  await compareAll({ threads, quick: given.has('quick') });
  return 0;
}

export const bench = {
  name: 'bench',
  args: '',
  counts: [0, 0],
  summary: 'Compares this machine with plain JavaScript',
  details: 'Times matrix products and training steps in WebAssembly and in plain JavaScript.',
  options: {
    threads: { value: 'N', help: 'threads of the WebAssembly side (default: one for each core)' },
    quick: { help: 'one short round of everything: shows that it works, not how fast' },
  },
  run,
};
