// System 10: handwritten digits with a plain network, 784-128(ReLU)-10(softmax), 101,770 parameters, on all of MNIST.
// The lecture's network reached 91.8 % on the test images.
import { join } from 'node:path';
import { init } from 'wasmgrad';
import { writeModel } from 'wasmgrad/io';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential, type History, type Model } from 'wasmgrad/models';
import { isMain, percent, type Log } from './support/cli.js';
import { readMnist } from './support/mnist.js';
import { saveCurves, trainOnImages } from './support/training.js';

export interface MnistOptions {
  /** Default 8. */
  readonly epochs?: number;
  /** Training images used. Default all 60,000. */
  readonly trainingRows?: number;
  /** Folder for the figure and the model. Default `out`. */
  readonly folder?: string;
  readonly progress?: boolean;
  readonly log?: Log;
}

export interface MnistResult {
  readonly testAccuracy: number;
  readonly testLoss: number;
  readonly history: History;
  /** Paths of the files written. */
  readonly figure: string;
  readonly model: string;
}

function build(): Model {
  return sequential({ inputShape: [784], seed: 7 }, [
    dense({ units: 128, activation: 'relu', kernelInitializer: 'heNormal' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
}

export async function run(options: MnistOptions = {}): Promise<MnistResult> {
  const { epochs = 8, folder = 'out', progress = true, log = console.log } = options;
  await init();
  const { train: all, test } = await readMnist();
  const data = all.slice(0, options.trainingRows ?? all.size);
  using model = build();
  log(model.summary());
  log(`training on ${data.size.toLocaleString('en-US')} images, testing on ${test.size.toLocaleString('en-US')}`);
  const history = await trainOnImages(model, data, test, { epochs, progress });
  const figure = await saveCurves(folder, 'mnist-learning-curve', 'MNIST 784-128-10', { plain: history });
  const file = join(folder, 'mnist.safetensors');
  await writeModel(model, file);
  const { loss, accuracy } = model.evaluate(test, { loss: crossEntropy(), metrics: ['accuracy'] });
  log(`learning curve: ${figure}`);
  log(`model: ${file}`);
  log(`test accuracy: ${percent(accuracy)}`);
  return { testAccuracy: accuracy, testLoss: loss, history, figure, model: file };
}

if (isMain(import.meta.url)) await run();
