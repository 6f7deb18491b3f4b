// `npm run bench onnx [-- ROUNDS]`: an imported MobileNetV2 beside the same file in ONNX Runtime Web, on one thread. Both
// take turns in one process; the shortest of many runs counts, since disturbances only add time.
import * as ort from 'onnxruntime-web';
import { init } from 'wasmgrad';
import { importOnnx } from 'wasmgrad/onnx';
import { machine } from '../support/machine.js';
import { randomValues } from '../support/random.js';
import { mobileNet, type MobileNetSize } from './mobileNet.js';

const ROUNDS = Number(process.argv[2] ?? 30);
const SIZES: readonly MobileNetSize[] = [
  { image: 96, width: 0.35, classes: 100 },
  { image: 224, width: 0.5, classes: 1000 },
];
const BATCHES = [1, 8];

interface Runner {
  readonly run: () => Promise<Float32Array> | Float32Array;
  readonly dispose: () => Promise<void> | void;
}

async function runtimeWeb(bytes: Uint8Array, x: Float32Array, dims: readonly number[]): Promise<Runner> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const feeds = { x: new ort.Tensor('float32', x, dims) };
  return {
    run: async () => {
      const { y } = await session.run(feeds);
      if (!(y?.data instanceof Float32Array)) throw new TypeError('ONNX Runtime: expected y, got none');
      return y.data;
    },
    dispose: () => session.release(),
  };
}

async function ours(bytes: Uint8Array, x: Float32Array, batchSize: number, classes: number): Promise<Runner> {
  const model = await importOnnx(bytes, { trainable: false });
  const predictor = model.predictor({ batchSize });
  const y = new Float32Array(batchSize * classes);
  return {
    run: () => {
      predictor(x, y);
      return y;
    },
    dispose: () => {
      predictor.dispose();
      model.dispose();
    },
  };
}

/** Milliseconds of processor time, which other processes do not lengthen. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function milliseconds(runner: Runner): Promise<number> {
  const start = processorTime();
  await runner.run();
  return processorTime() - start;
}

async function compare(size: MobileNetSize, batch: number): Promise<void> {
  const { image, width, classes } = size;
  const bytes = mobileNet(size);
  const x = randomValues(batch * 3 * image * image);
  const [a, b] = [await ours(bytes, x, batch, classes), await runtimeWeb(bytes, x, [batch, 3, image, image])];
  const [got, expected] = [await a.run(), await b.run()];
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (got[i] ?? NaN))), 0);
  const best: [number, number] = [Infinity, Infinity];
  for (let round = -3; round < ROUNDS; round++) {
    const times = [await milliseconds(a), await milliseconds(b)] as const;
    if (round >= 0) best.forEach((time, i) => (best[i] = Math.min(time, times[i] ?? time)));
  }
  const figures = best.map((time) => time.toFixed(2));
  console.log(
    `MobileNetV2 ${width}, ${image} x ${image}, batch ${batch}: wasmgrad ${figures[0]} ms, ONNX Runtime Web ${figures[1]} ms, ` +
      `${(best[1] / best[0]).toFixed(2)} times as fast (largest difference ${(difference / scale).toExponential(1)})`,
  );
  await a.dispose();
  await b.dispose();
}

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
const { simd } = await init({ threads: 1 });
const { processor, cores, runtime } = machine();
console.log(`${processor}, ${cores} cores, ${runtime}, ${simd} SIMD, one thread each`);
for (const size of SIZES) for (const batch of BATCHES) await compare(size, batch);
