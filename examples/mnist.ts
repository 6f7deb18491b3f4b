// System 10: handwritten digits with a plain network, 784-128(ReLU)-10(softmax), 101,770 parameters, on all of MNIST.
// The lecture's network reached 91.8 % on the test images.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { init } from 'wasmgrad';
import type { Dataset } from 'wasmgrad/data';
import { writeModel } from 'wasmgrad/io';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential, type History, type Model } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { chartSvg } from './support/chart.js';
import { isMain, percent, type Log } from './support/cli.js';
import { readMnist } from './support/mnist.js';

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

/** Loss and accuracy over the epochs, on training and test images. */
function learningCurve({ epochs }: History): string {
  const points = (name: string): [number, number][] => epochs.map((log) => [log.epoch, log[name] ?? NaN]);
  const both = (name: string, validation: string): { name: string; points: [number, number][] }[] => [
    { name: 'training images', points: points(name) },
    { name: 'test images', points: points(validation) },
  ];
  return chartSvg([
    { title: 'MNIST 784-128-10: loss', xLabel: 'epoch', yLabel: 'cross-entropy', series: both('loss', 'valLoss') },
    {
      title: 'MNIST 784-128-10: accuracy',
      xLabel: 'epoch',
      yLabel: 'accuracy',
      series: both('accuracy', 'valAccuracy'),
    },
  ]);
}

async function train(
  model: Model,
  data: Dataset,
  test: Dataset,
  { epochs = 8, progress = true }: MnistOptions,
): Promise<History> {
  return model.fit(data, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 1e-3 }),
    batchSize: 64,
    epochs,
    seed: 1,
    validation: test, // for the curve only: nothing is chosen by it
    metrics: ['accuracy'],
    progress,
  });
}

export async function run(options: MnistOptions = {}): Promise<MnistResult> {
  const { folder = 'out', log = console.log } = options;
  await init();
  const { train: all, test } = await readMnist();
  const data = all.slice(0, options.trainingRows ?? all.size);
  using model = build();
  log(model.summary());
  log(`training on ${data.size.toLocaleString('en-US')} images, testing on ${test.size.toLocaleString('en-US')}`);
  const history = await train(model, data, test, options);
  const figure = join(folder, 'mnist-learning-curve.svg');
  const file = join(folder, 'mnist.safetensors');
  await mkdir(folder, { recursive: true });
  await writeFile(figure, learningCurve(history));
  await writeModel(model, file);
  const { loss, accuracy = NaN } = model.evaluate(test, { loss: crossEntropy(), metrics: ['accuracy'] });
  log(`learning curve: ${figure}`);
  log(`model: ${file}`);
  log(`test accuracy: ${percent(accuracy)}`);
  return { testAccuracy: accuracy, testLoss: loss, history, figure, model: file };
}

if (isMain(import.meta.url)) await run();
