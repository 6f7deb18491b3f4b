// Few pictures: a network on 100 images of each class of Fashion-MNIST, with augmentation and without.
import { init } from 'wasmgrad';
import { augment, type Dataset } from 'wasmgrad/data';
import { conv2d, dense, dropout, flatten, maxPool2d } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { isMain, percent, type Log } from './support/cli.js';
import { readFashion } from './support/fashion.js';

export interface AugmentationOptions {
  /** Default 40. */
  readonly epochs?: number;
  /** Training images of each of the ten classes. Default 100. */
  readonly training?: number;
  /** Test images of each class. Default 500. */
  readonly testing?: number;
  readonly log?: Log;
}

export interface AugmentationResult {
  /** Accuracy on the test images without augmentation, */
  readonly plain: number;
  /** and with it. */
  readonly augmented: number;
}

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
  const { epochs = 40, training = 100, testing = 500, log = console.log } = options;
  await init();
  const { train, test } = await readFashion(training, testing);
  log(`training on ${train.size} images, testing on ${test.size}`);
  const plain = await accuracyOf(train, test, epochs, {});
  log(`without augmentation: ${percent(plain)}`);
  const changes = { augment: augment({ flip: true, crop: 2, rotate: 8, zoom: 0.08, seed: 5 }) };
  const augmented = await accuracyOf(train, test, epochs, changes);
  log(`flipped, moved, turned and zoomed at random: ${percent(augmented)}`);
  return { plain, augmented };
}

if (isMain(import.meta.url)) await run();
