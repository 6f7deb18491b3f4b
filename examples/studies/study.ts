// What the MNIST studies share: the lecture's network, its training and the figure of several runs.
import { init } from 'wasmgrad';
import type { Dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential, type History, type Model } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { plot, type Chart } from 'wasmgrad/plot';
import { percent, type Log } from '../support/cli.js';
import { saveFigure } from '../support/figures.js';
import { readMnist, type Mnist } from '../support/mnist.js';

export interface StudyOptions {
  /** The lecture: 30. Default 10. */
  readonly epochs?: number;
  /** Training images; the lecture: all 60,000. Default 12,000. */
  readonly images?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

/** One training of a study. */
export interface StudyRun {
  readonly name: string;
  readonly history: History;
  readonly testAccuracy: number;
}

export interface StudyResult {
  readonly runs: readonly StudyRun[];
  readonly figure: string;
}

/** 784-128(ReLU)-10(softmax); the width may differ. */
export function plainNetwork(units = 128, seed = 7): Model {
  return sequential({ inputShape: [784], seed }, [
    dense({ units, activation: 'relu', kernelInitializer: 'heNormal' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
}

/** Training images, as many as asked for, and all test images. */
export async function readImages(images = 12_000): Promise<Mnist> {
  const { train, test } = await readMnist();
  return { train: train.slice(0, Math.min(images, train.size)), test };
}

export interface Hyperparameters {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
}

/** One training with Adam; the test images are looked at after every epoch, for the curve only. */
export async function trainOnce(
  name: string,
  train: Dataset,
  test: Dataset,
  { learningRate, ...rest }: Hyperparameters,
): Promise<StudyRun> {
  using model = plainNetwork();
  const history = await model.fit(train, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate }),
    seed: 1,
    validation: test,
    metrics: ['accuracy'],
    ...rest,
  });
  return { name, history, testAccuracy: history.epochs.at(-1)?.['valAccuracy'] ?? NaN };
}

function panel(title: string, yLabel: string, entry: string, runs: readonly StudyRun[]): Chart {
  const series = runs.map(({ name, history: { epochs } }) => ({
    name,
    points: epochs.map((log): [number, number] => [log.epoch, log[entry] ?? NaN]),
  }));
  return { title, xLabel: 'epoch', yLabel, series };
}

/** Trains once for each variant, tells how it went, and draws loss and test accuracy over the epochs. */
export async function compareRuns(
  name: string,
  title: string,
  variants: Readonly<Record<string, Omit<Hyperparameters, 'epochs'>>>,
  { epochs = 10, images, folder = 'out', log = console.log }: StudyOptions,
): Promise<StudyResult> {
  await init();
  const { train, test } = await readImages(images);
  log(`${title}: 784-128-10, Adam, ${train.size.toLocaleString('en-US')} images, ${epochs} epochs`);
  const runs: StudyRun[] = [];
  for (const [label, variant] of Object.entries(variants)) {
    const run = await trainOnce(label, train, test, { ...variant, epochs });
    runs.push(run);
    const { loss = NaN, seconds = NaN } = run.history.epochs.at(-1) ?? {};
    log(
      `${label.padEnd(12)} loss ${loss.toFixed(4)}  test ${percent(run.testAccuracy)}  ${seconds.toFixed(2)} s an epoch`,
    );
  }
  const figure = await saveFigure(
    folder,
    `study-${name}`,
    plot([
      panel(`${title}: training loss`, 'cross-entropy', 'loss', runs),
      panel(`${title}: test accuracy`, 'accuracy', 'valAccuracy', runs),
    ]),
  );
  log(`figure: ${figure}`);
  return { runs, figure };
}
