// `npm run bench stream`: one epoch of `fit` on batches of a stream, against the same rows in arrays. The sources take
// turns, and the median of the processor time counts, which other programs disturb less than the time on the clock.
import { init } from 'wasmgrad';
import { dataset, stream } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

const [ROWS, WIDTH, BATCH, ROUNDS] = [12_800, 784, 64, 31];

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

const rows = stream(data).batch(BATCH);
const sources = {
  arrays: data,
  'generator of batches': batches,
  'async generator of batches': awaited,
  'stream(batches)': stream(batches),
  'stream(batches).prefetch(2)': stream(batches).prefetch(2),
  'stream(dataset).batch(64)': rows,
};

await init({ threads: 1 });
const model = sequential({ inputShape: [WIDTH], seed: 1 }, [
  dense({ units: 128, activation: 'relu' }),
  dense({ units: 10, activation: 'softmax' }),
]);
const options = { loss: crossEntropy(), batchSize: BATCH, epochs: 1, shuffle: false };
const times = new Map(Object.keys(sources).map((name) => [name, []]));

for (let round = -3; round < ROUNDS; round++)
  for (const [name, source] of Object.entries(sources)) {
    const { user, system } = process.cpuUsage();
    await model.fit(source, { ...options, optimizer: adam({ learningRate: 1e-9 }) });
    const used = process.cpuUsage();
    if (round >= 0) times.get(name).push((used.user + used.system - user - system) / 1000);
  }

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const arrays = median(times.get('arrays'));
console.log(
  `784-128-10, batch ${BATCH}, ${ROWS} rows, one epoch of fit, one thread: processor time, median of ${ROUNDS}`,
);
for (const [name, values] of times) {
  const time = median(values);
  console.log(`  ${name.padEnd(28)} ${time.toFixed(1).padStart(7)} ms   ratio ${(time / arrays).toFixed(3)}`);
}
model.dispose();
