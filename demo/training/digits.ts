import { argmax, tensor, tidy } from 'wasmgrad';
import { dataset, readIdx, type Dataset } from 'wasmgrad/data';
import { conv2d, dense, flatten, maxPool2d } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { SIDE, type Judged, type Loaded, type Settings } from './messages.js';
import { hiddenLayers } from './network.js';
import type { Rows, Task, Viewer } from './task.js';

const PIXELS = SIDE * SIDE;
const CLASSES = 10;
/** Samples of each digit for trying out. */
const SAMPLES = 6;
/** Images that are judged at once. */
const BATCH = 250;

/** An idx file of the site; this script lies in a folder beside the data. It is compressed; servers that say so have it unpacked by the browser already. */
async function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`../data/${name}.bin`, location.href));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  let bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  }
  const { data } = readIdx(bytes);
  return Uint8Array.from(data);
}

async function readRows(name: string): Promise<Rows> {
  const [images, y] = await Promise.all([read(`${name}-images`), read(`${name}-labels`)]);
  const x = new Float32Array(images.length);
  for (let i = 0; i < x.length; i++) x[i] = images[i]! / 255;
  return { x, y };
}

/** The first few of each digit, in turns. */
function samplesOf({ x, y }: Rows): Loaded {
  const indices = Array.from({ length: CLASSES }, (_, digit) =>
    Array.from(y.keys())
      .filter((i) => y[i] === digit)
      .slice(0, SAMPLES),
  ).flat();
  const images = new Float32Array(indices.length * PIXELS);
  indices.forEach((index, i) => images.set(x.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS));
  return { kind: 'loaded', x: images, y: Uint8Array.from(indices, (index) => y[index]!) };
}

function build(settings: Settings): Model {
  const convolutions = [
    conv2d({ filters: 16, kernelSize: 3, activation: settings.activation }),
    maxPool2d({ poolSize: 2 }),
  ];
  return sequential({ inputShape: [SIDE, SIDE, 1], seed: settings.seed }, [
    ...(settings.network === 'convolutional' ? convolutions : []),
    flatten(),
    ...hiddenLayers(settings),
    dense({ units: CLASSES, activation: 'softmax' }),
  ]);
}

/** The most probable class of every image, a few hundred at a time. */
function judge(model: Model, { x, y }: Rows): Judged {
  const predicted = new Uint8Array(y.length);
  for (let first = 0; first < y.length; first += BATCH) {
    const rows = Math.min(BATCH, y.length - first);
    const classes = tidy(() => {
      const images = tensor(x.subarray(first * PIXELS, (first + rows) * PIXELS), [rows, SIDE, SIDE, 1]);
      return argmax(model.predict(images), -1);
    });
    predicted.set(classes.data(), first);
    classes.dispose();
  }
  return { kind: 'judged', actual: y.slice(), predicted };
}

function view(model: Model, held: Dataset, rows: Rows): Viewer {
  const predictor = model.predictor();
  return {
    evaluate: () => {
      const { loss, accuracy } = model.evaluate(held, { loss: crossEntropy(), metrics: ['accuracy'] });
      return { loss, accuracy };
    },
    show: () => undefined,
    predict: (image) => {
      const probabilities = new Float32Array(CLASSES);
      predictor(image, probabilities);
      return probabilities;
    },
    judge: () => judge(model, rows),
    dispose: () => predictor.dispose(),
  };
}

/** Handwritten digits: a subset of MNIST, so that the page stays small. */
export async function digits(): Promise<Task> {
  const [rows, held] = await Promise.all([readRows('train'), readRows('test')]);
  const test = dataset(held.x, held.y, { shape: [SIDE, SIDE, 1] });
  return {
    rows,
    held,
    shapes: [[SIDE, SIDE, 1], [CLASSES]],
    loaded: samplesOf(held),
    loss: crossEntropy(),
    atLeast: 0,
    build,
    view: (model) => view(model, test, held),
  };
}
