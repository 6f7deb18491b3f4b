// `npm run bench stream`: one epoch of `fit` on batches of a stream, against the same rows in arrays, here and in a worker.
// The sources take turns, and the median of the processor time counts, which other programs disturb less than the time on
// the clock. Sources marked with * run a function of the user for every row or batch. Arguments: rounds, parts of names.
import { init } from 'wasmgrad';
import { dataset, stream } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const [ROWS, WIDTH, BATCH] = [12_800, 784, 64];
const [given, ...wanted] = process.argv.slice(2);
const rounds = Number(given ?? 21);

const x = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => ((i * 48_271) % 65_537) / 65_537);
const y = Int32Array.from({ length: ROWS }, (_, i) => i % 10);
const data = dataset(x, y);

function* batches() {
  for (let begin = 0; begin < ROWS; begin += BATCH) {
    const end = Math.min(begin + BATCH, ROWS);
    yield { x: x.subarray(begin * WIDTH, end * WIDTH), y: y.subarray(begin, end) };
  }
}

async function* awaited() {
  for (const batch of batches()) yield await Promise.resolve(batch);
}

function* rows() {
  for (let i = 0; i < ROWS; i++) yield { x: x.subarray(i * WIDTH, (i + 1) * WIDTH), y: y[i] };
}

const cached = stream(data).cache().batch(BATCH);
const sources = {
  arrays: data,
  'arrays, shuffled': data,
  'stream(dataset).batch(64)': stream(data).batch(BATCH),
  'stream(dataset).shuffle(1000).batch(64)': stream(data).shuffle(1000).batch(BATCH),
  'stream(dataset).cache().batch(64)': cached,
  'stream(dataset).batch(64).prefetch(2)': stream(data).batch(BATCH).prefetch(2),
  'stream(dataset).take(12800).batch(64)': stream(data).take(ROWS).batch(BATCH),
  'generator of batches*': batches,
  'async generator of batches*': awaited,
  'stream(batches)*': stream(batches),
  'stream(batches).prefetch(2)*': stream(batches).prefetch(2),
  'stream(dataset).batch(64).map(f)*': stream(data).batch(BATCH).map((batch) => batch), // prettier-ignore
  'stream(dataset).map(f).batch(64)*': stream(data).map((row) => row).batch(BATCH), // prettier-ignore
  'stream(rows).batch(64)*': stream(rows).batch(BATCH),
};

await init({ threads: 1 });
const model = sequential({ inputShape: [WIDTH], seed: 1 }, [
  dense({ units: 128, activation: 'relu' }),
  dense({ units: 10, activation: 'softmax' }),
]);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Times of an epoch from each source. */
async function measure(worker) {
  const chosen = Object.entries(sources).filter(
    ([name]) => name === 'arrays' || wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  const times = new Map(chosen.map(([name]) => [name, []]));
  for (let round = -3; round < rounds; round++)
    for (const [name, source] of chosen) {
      const options = { batchSize: BATCH, epochs: worker ? 3 : 1, shuffle: name === 'arrays, shuffled', worker };
      const optimizer = adam({ learningRate: 1e-9 });
      const [used, began] = [process.cpuUsage(), performance.now()];
      const { epochs } = await model.fit(source, { loss: crossEntropy(), optimizer, ...options });
      const { user, system } = process.cpuUsage(used);
      // With a worker, the epochs after the first, since its start is another matter, on the clock
      const clock = 1000 * epochs.slice(1).reduce((sum, { seconds }) => sum + seconds, 0);
      if (round >= 0) times.get(name).push(worker ? clock / 2 : (user + system) / 1000);
      if (performance.now() - began > 60_000) return times;
    }
  return times;
}

for (const worker of [false, true]) {
  const times = await measure(worker);
  const arrays = times.get('arrays');
  const what = worker ? 'in a worker: time on the clock' : 'on one thread: processor time';
  console.log(`784-128-10, batch ${BATCH}, ${ROWS} rows, an epoch of fit ${what}, median of ${rounds}`);
  for (const [name, values] of times) {
    const ratio = median(values.map((time, round) => time / arrays[round])); // of the same round, which had the same neighbours
    console.log(`  ${name.padEnd(40)} ${median(values).toFixed(1).padStart(7)} ms   ratio ${ratio.toFixed(3)}`);
  }
}
model.dispose();
