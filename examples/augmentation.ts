// Pictures taken askew: a network on 200 images of each class of Fashion-MNIST, with augmentation and without, is tested on
// images that are moved, turned and zoomed.
import { init } from 'wasmgrad';
import { augment, type Dataset } from 'wasmgrad/data';
import { conv2d, dense, dropout, flatten, maxPool2d } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { isMain, percent, type Log } from './support/cli.js';
import { readFashion } from './support/fashion.js';

export interface AugmentationOptions {
  /** Default 25. */
  readonly epochs?: number;
  /** Training images of each of the ten classes. Default 200. */
  readonly training?: number;
  /** Test images of each class. Default 500. */
  readonly testing?: number;
  readonly log?: Log;
}

export interface AugmentationResult {
  /** Accuracy on changed test images of a network trained without augmentation, */
  readonly plain: number;
  /** and with it. */
  readonly augmented: number;
}

const CHANGES = { shift: 0.12, rotate: 20, zoom: 0.15, fill: 0 };

/** Trains a network anew, in a worker. */
async function accuracyOf(train: Dataset, test: Dataset, epochs: number, changes: object): Promise<number> {
  using model = sequential({ inputShape: [28, 28, 1], seed: 3 }, [
    conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: 'heNormal' }),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: 'heNormal' }),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 64, activation: 'relu', kernelInitializer: 'heNormal' }),
    dropout({ rate: 0.3 }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  const steps = epochs * Math.ceil(train.size / 32);
  const optimizer = adam({ learningRate: cosineDecay({ initial: 2e-3, steps }) });
  await model.fit(train, { loss: crossEntropy(), optimizer, epochs, seed: 1, worker: true, ...changes });
  return model.evaluate(test, { loss: crossEntropy(), metrics: ['accuracy'] }).accuracy;
}

export async function run(options: AugmentationOptions = {}): Promise<AugmentationResult> {
  const { epochs = 25, training = 200, testing = 500, log = console.log } = options;
  await init();
  const { train, test: straight } = await readFashion(training, testing);
  const rows = Uint32Array.from({ length: straight.size }, (_, i) => i);
  const test = augment({ ...CHANGES, seed: 99 })(straight).augmented(rows);
  log(`training on ${train.size} images, testing on ${test.size}, moved, turned and zoomed at random`);
  const plain = await accuracyOf(train, test, epochs, {});
  log(`without augmentation  ${percent(plain)}`);
  const augmented = await accuracyOf(train, test, epochs, { augment: augment({ ...CHANGES, flip: true, seed: 5 }) });
  log(`with augmentation     ${percent(augmented)}`);
  return { plain, augmented };
}

if (isMain(import.meta.url)) await run();
