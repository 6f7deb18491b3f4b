// Trainings whose weights are known to the last bit. When a hash changes, users get other weights from the same seed.
// If that is intended (e.g. a kernel sums in another order), put the new hash here and mention it in the change log.
import { dataset } from '../../src/data/index.js';
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPool2d,
  simpleRnn,
  type Layer,
} from '../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy, meanSquaredError, type Loss } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam, adamw, cosineDecay, rmsprop, sgd, type Optimizer } from '../../src/optimizers/index.js';

export interface FixedRun {
  readonly name: string;
  /** Two sums of FNV-1a over the bytes of all weights, from different starts. */
  readonly hash: string;
  readonly inputShape: readonly number[];
  readonly layers: () => Layer[];
  readonly loss: Loss;
  readonly optimizer: () => Optimizer;
  /** Number of classes if targets are class indices; otherwise a row has `outputs` floats. */
  readonly classes?: number;
  /** Default 32 rows and 3 epochs. */
  readonly batchSize?: number;
  readonly epochs?: number;
}

export const fixedRuns: readonly FixedRun[] = [
  {
    name: 'a dense network with dropout, by Adam',
    hash: 'b53ae611e345ee13',
    inputShape: [64],
    layers: () => [
      dense({ units: 96, activation: 'relu' }),
      dropout({ rate: 0.3 }),
      dense({ units: 48, activation: 'gelu' }),
      dense({ units: 10, activation: 'softmax' }),
    ],
    loss: crossEntropy(),
    optimizer: () => adam({ learningRate: 3e-3 }),
    classes: 10,
  },
  {
    name: 'a convolutional network with batch normalisation and dropout, by SGD with momentum',
    hash: '44045318142fd056',
    inputShape: [12, 12, 2],
    layers: () => [
      conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
      batchNorm(),
      maxPool2d({ poolSize: 2 }),
      conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'silu' }),
      flatten(),
      dropout({ rate: 0.2 }),
      dense({ units: 1, activation: 'sigmoid' }),
    ],
    loss: binaryCrossEntropy(),
    optimizer: () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, clipNorm: 1 }),
  },
  {
    name: 'a recurrent network, by RMSProp',
    hash: 'ebe6a32879474fee',
    inputShape: [9, 4],
    layers: () => [simpleRnn({ units: 24 }), dense({ units: 3, activation: 'softplus' })],
    loss: meanSquaredError(),
    optimizer: () => rmsprop({ learningRate: 1e-3, centered: true }),
  },
  {
    // The pool of a training worker starts its threads when enough work has been done, and does not wait for them.
    name: 'a wide network, long enough for the threads of a training worker, by AdamW with a schedule',
    hash: '04aab62cb85b2f66',
    inputShape: [256],
    layers: () => [
      dense({ units: 512, activation: 'relu' }),
      dropout({ rate: 0.2 }),
      dense({ units: 256, activation: 'tanh' }),
      dense({ units: 10, activation: 'softmax' }),
    ],
    loss: crossEntropy(),
    optimizer: () => adamw({ learningRate: cosineDecay({ initial: 1e-3, steps: 120 }) }),
    classes: 10,
    batchSize: 75,
    epochs: 60,
  },
];

const ROWS = 150;

/** Whole numbers of 24 bits over 2^24: no engine rounds them. */
function values(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  });
}

function hashOf(arrays: Iterable<Float32Array>): string {
  const sums = [0x811c9dc5, 0x01234567];
  for (const array of arrays) {
    for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
      for (let i = 0; i < sums.length; i++) sums[i] = Math.imul((sums[i] ?? 0) ^ byte, 0x01000193);
    }
  }
  return sums.map((sum) => (sum >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Trains for a few epochs, by default with a short batch at the end of each; the hash of the weights. */
export async function hashAfterTraining(
  { name, inputShape, layers, loss, optimizer, classes, batchSize = 32, epochs = 3 }: FixedRun,
  worker = false,
): Promise<string> {
  const model = sequential({ inputShape, seed: 11 }, layers());
  const width = inputShape.reduce((size, length) => size * length, 1);
  const x = values(ROWS * width, 1);
  const targets = values(ROWS * (classes ? 1 : (model.outputShape[0] ?? 1)), 2);
  const y = classes ? Int32Array.from(targets, (value) => Math.floor(value * classes)) : targets;
  const before = hashOf(Object.values(model.getWeights()));
  await model.fit(dataset(x, y, { shape: inputShape }), {
    loss,
    optimizer: optimizer(),
    batchSize,
    epochs,
    seed: 5,
    shuffle: true,
    worker,
  });
  const after = hashOf(Object.values(model.getWeights()));
  model.dispose();
  if (after === before) throw new Error(`${name}: expected new weights from training, got the old ones`);
  return after;
}

/** The hashes of all runs, trained here or in workers. */
export async function hashes(worker: boolean): Promise<string[]> {
  const found: string[] = [];
  for (const run of fixedRuns) found.push(await hashAfterTraining(run, worker));
  return found;
}
