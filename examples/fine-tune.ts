// A network that was trained on photographs learns clothes from ten pictures each, and runs in ONNX Runtime.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { init } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { importTfjs, writeModel } from 'wasmgrad/io';
import {
  batchNorm,
  concatenate,
  conv2d,
  dense,
  flatten,
  globalAveragePool2d,
  globalMaxPool2d,
  maxPool2d,
  upsampling2d,
} from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { connect, input, model, sequential, type Model } from 'wasmgrad/models';
import { exportOnnx } from 'wasmgrad/onnx';
import { adam, parameterGroups } from 'wasmgrad/optimizers';
import { isMain, percent, type Log } from './support/cli.js';
import { FASHION_CLASSES, readFashion } from './support/fashion.js';

export interface FineTuneOptions {
  /** Training pictures of each of the ten classes. Default 10. */
  readonly training?: number;
  /** Test pictures of each class. Default 20. */
  readonly testing?: number;
  /** Epochs for the new layers. Default 60. */
  readonly epochs?: number;
  /** Epochs for the new layers and the last block. Default 2. */
  readonly fineTuning?: number;
  /** Folder for the model and the ONNX file. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface FineTuneResult {
  /** Shares of test pictures classified rightly: with a fresh head, a trained one, and the last block trained, too. */
  readonly before: number;
  readonly head: number;
  readonly fineTuned: number;
  /** The same of a small network that was trained on these pictures alone. */
  readonly fromScratch: number;
  /** Largest difference between a probability of ours and of ONNX Runtime's. */
  readonly difference: number;
  /** Paths of the files written. */
  readonly model: string;
  readonly onnx: string;
}

/** Pictures at a time: a batch takes about 40 MB for each. */
const BATCH = 20;
const CLASSES = FASHION_CLASSES.length;
/** The last layer that is used: those behind it know little but the photographs' classes. */
const LAST = 'block_13_expand_relu';

/** Pictures of clothes to [1152]: as large and colourful as photographs, then through the network's known layers. */
function buildFeatures(base: Model): Model {
  const picture = input({ shape: [28, 28, 1] });
  const colours = connect(concatenate(), picture, picture, picture);
  const large = connect(upsampling2d({ size: 8, interpolation: 'bilinear' }), colours);
  using known = base.upTo(LAST);
  const maps = connect(known, large);
  const pooled = [connect(globalAveragePool2d(), maps), connect(globalMaxPool2d(), maps)];
  return model({ inputs: picture, outputs: connect(concatenate(), ...pooled), name: 'features' });
}

/** A small network for the same pictures that knows nothing. */
function buildFromScratch(): Model {
  return sequential({ inputShape: [28, 28, 1], seed: 1 }, [
    conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 64, activation: 'relu' }),
    dense({ units: CLASSES, activation: 'softmax' }),
  ]);
}

/** What a network makes of all pictures, with their classes. */
function through(features: Model, { x, y = new Int32Array() }: Dataset): Dataset {
  using values = features.predict(x);
  return dataset(Float32Array.from(values.data()), y);
}

const options = { loss: crossEntropy(), batchSize: BATCH, seed: 1 } as const;

async function train(network: Model, data: Dataset, learningRate: number, epochs: number): Promise<void> {
  await network.fit(data, { ...options, optimizer: adam({ learningRate }), epochs });
}

function accuracyOf(network: Model, data: Dataset): number {
  return network.evaluate(data, { loss: options.loss, metrics: ['accuracy'], batchSize: BATCH }).accuracy;
}

/** The new layers quickly, and slowly the last block of the known ones. */
async function fineTune(network: Model, data: Dataset, epochs: number): Promise<void> {
  const block = /block_1[23]_.*(kernel|gamma|beta)/;
  network.freeze('features');
  network.unfreeze(block);
  const optimizer = parameterGroups(adam({ learningRate: 2e-4 }), [{ weights: block, learningRate: 2e-5 }]);
  await network.fit(data, { ...options, optimizer, epochs });
}

/** The largest difference between a probability of ours and of ONNX Runtime's. */
async function difference(bytes: Uint8Array, network: Model, pictures: Float32Array): Promise<number> {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(bytes);
  const feeds = { input: new ort.Tensor('float32', pictures, [pictures.length / 784, 28, 28, 1]) };
  const { output } = await session.run(feeds);
  await session.release();
  using ours = network.predict(pictures);
  return Math.max(...Array.from(ours.data(), (value, i) => Math.abs(value - Number(output?.data[i]))));
}

/** Writes the network as a model and as an ONNX file, and runs the latter. */
async function writeBoth(
  network: Model,
  folder: string,
  { x }: Dataset,
): Promise<Pick<FineTuneResult, 'difference' | 'model' | 'onnx'>> {
  const [file, onnx] = [join(folder, 'fine-tuned.safetensors'), join(folder, 'fine-tuned.onnx')];
  await mkdir(folder, { recursive: true });
  await writeModel(network, file, { weights: 'f16' });
  const bytes = exportOnnx(network);
  await writeFile(onnx, bytes);
  return { difference: await difference(bytes, network, x.subarray(0, 10 * 784)), model: file, onnx };
}

/** Trains the new layers, then fine-tunes the whole; calls `done` with it while it lives. */
async function transfer<T>(
  { train: pictures, test }: { readonly train: Dataset; readonly test: Dataset },
  { epochs, fineTuning }: { readonly epochs: number; readonly fineTuning: number },
  done: (network: Model) => Promise<T>,
): Promise<T & { readonly before: number; readonly head: number; readonly fineTuned: number }> {
  using base = await importTfjs(new URL('mobilenet/model.json', import.meta.url));
  using features = buildFeatures(base);
  using head = sequential({ inputShape: features.outputShape, seed: 1, name: 'head' }, [
    batchNorm(),
    dense({ units: CLASSES, activation: 'softmax' }),
  ]);
  // The known layers do not change yet, so it is enough that every picture goes through them once.
  const [known, held] = [through(features, pictures), through(features, test)];
  const before = accuracyOf(head, held);
  await train(head, known, 3e-3, epochs);
  const after = accuracyOf(head, held);
  using network = sequential({ inputShape: [28, 28, 1] }, [features, head]);
  await fineTune(network, pictures, fineTuning);
  return { before, head: after, fineTuned: accuracyOf(network, test), ...(await done(network)) };
}

export async function run(given: FineTuneOptions = {}): Promise<FineTuneResult> {
  const { training = 10, testing = 20, epochs = 60, fineTuning = 2, folder = 'out', log = console.log } = given;
  await init();
  const data = await readFashion(training, testing);
  log(`${data.train.size} pictures to learn from, ${data.test.size} others to be tested with`);
  const done = (network: Model) => {
    log(`MobileNetV2 up to ${LAST}, with new layers: ${network.parameterCount.toLocaleString('en-US')} weights`);
    return writeBoth(network, folder, data.test);
  };
  const result = await transfer(data, { epochs, fineTuning }, done);
  using small = buildFromScratch();
  await train(small, data.train, 2e-3, epochs);
  const fromScratch = accuracyOf(small, data.test);
  log(`before training:              ${percent(result.before)} of the test pictures`);
  log(`new layers trained:           ${percent(result.head)}`);
  log(`last block fine-tuned:        ${percent(result.fineTuned)}`);
  log(`small network, from scratch:  ${percent(fromScratch)}`);
  log(`largest difference from ONNX Runtime: ${result.difference.toExponential(1)}`);
  log(`model: ${result.model}, ONNX: ${result.onnx}`);
  return { ...result, fromScratch };
}

if (isMain(import.meta.url)) await run();
