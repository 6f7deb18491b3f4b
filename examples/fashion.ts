// Pictures of clothes: a small convolutional network on Fashion-MNIST, with batch normalisation and dropout.
import { init } from 'wasmgrad';
import { confusionMatrix, type Dataset } from 'wasmgrad/data';
import { batchNorm, conv2d, dense, dropout, flatten, maxPool2d } from 'wasmgrad/layers';
import { sequential, type History, type Model } from 'wasmgrad/models';
import { isMain, percent, type Log } from './support/cli.js';
import { FASHION_CLASSES, readFashion } from './support/fashion.js';
import { saveCurves, testAccuracy, trainOnImages } from './support/training.js';

export interface FashionOptions {
  /** Default 8. */
  readonly epochs?: number;
  /** Training images of each of the ten classes. Default 6,000. */
  readonly training?: number;
  /** Test images of each class. Default 1,000. */
  readonly testing?: number;
  /** Folder for the figure. Default `out`. */
  readonly folder?: string;
  readonly progress?: boolean;
  readonly log?: Log;
}

export interface FashionResult {
  readonly testAccuracy: number;
  readonly history: History;
  /** Path of the figure. */
  readonly figure: string;
}

function build(): Model {
  return sequential({ inputShape: [28, 28, 1], seed: 3 }, [
    conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: 'heNormal' }),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: 'heNormal' }),
    batchNorm(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 64, activation: 'relu', kernelInitializer: 'heNormal' }),
    dropout({ rate: 0.3 }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
}

/** The pair of classes taken for each other most often. */
function worstConfusion(model: Model, test: Dataset): string {
  using scores = model.predict(test.x);
  const table = confusionMatrix(test.y ?? [], scores, FASHION_CLASSES.length);
  const errors = table.flatMap((row, i) => row.map((count, j) => ({ count: i === j ? 0 : count, i, j })));
  const { count, i, j } = errors.reduce((a, b) => (b.count > a.count ? b : a));
  return `most often confused: ${FASHION_CLASSES[i]} taken for ${FASHION_CLASSES[j]}, ${count} times`;
}

export async function run(options: FashionOptions = {}): Promise<FashionResult> {
  const { epochs = 8, training = 6000, testing = 1000, folder = 'out', progress = true, log = console.log } = options;
  await init();
  const { train, test } = await readFashion(training, testing);
  using model = build();
  log(model.summary());
  log(`training on ${train.size.toLocaleString('en-US')} images, testing on ${test.size.toLocaleString('en-US')}`);
  const history = await trainOnImages(model, train, test, { epochs, progress });
  const figure = await saveCurves(folder, 'fashion-learning-curves', 'Fashion-MNIST', { CNN: history });
  const accuracy = testAccuracy(model, test);
  log(`learning curves: ${figure}`);
  log(worstConfusion(model, test));
  log(`test accuracy: ${percent(accuracy)}`);
  return { testAccuracy: accuracy, history, figure };
}

if (isMain(import.meta.url)) await run();
