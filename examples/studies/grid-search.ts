// Grid search with cross-validation over learning rate, batch size and width, as the lecture recommends.
import { Worker } from 'node:worker_threads';
import { init } from 'wasmgrad';
import { crossEntropy } from 'wasmgrad/losses';
import { adam } from 'wasmgrad/optimizers';
import { gridSearch, inProcess, workerPool, type Trial } from 'wasmgrad/selection';
import { plot } from 'wasmgrad/plot';
import { percent } from '../support/cli.js';
import { saveFigure } from '../support/figures.js';
import { plainNetwork, readImages, type StudyOptions } from './study.js';
import trials from './trials.js';

export interface GridSearchOptions extends StudyOptions {
  /** Models trained at a time, each in a worker; 1: in this thread. Default: the number of cores. */
  readonly workers?: number;
  /** Folds of the cross-validation. Default 5. */
  readonly folds?: number;
  readonly rates?: readonly number[];
}

export interface GridSearchResult {
  readonly trials: readonly Trial<GridSearchPoint>[];
  /** The ranked trials as text. */
  readonly table: string;
  /** Of the best point, trained on all the images of the search. */
  readonly testAccuracy: number;
  readonly figure: string;
}

export interface GridSearchPoint {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly units: number;
  readonly epochs: number;
}

/** Cross-validated accuracy over the learning rate, a line for each width and batch size. */
function figureOf(found: readonly Trial<GridSearchPoint>[]): string {
  const nameOf = ({ batchSize, units }: GridSearchPoint): string => `${units} units, batch ${batchSize}`;
  const ordered = [...found].sort((a, b) => a.index - b.index);
  const series = [...new Set(ordered.map(({ point }) => nameOf(point)))].map((name) => ({
    name,
    points: ordered
      .filter(({ point }) => nameOf(point) === name)
      .map(({ point, mean }): [number, number] => [point.learningRate, mean['accuracy'] ?? NaN]),
  }));
  const title = 'Grid search: cross-validated accuracy';
  return plot([{ title, xLabel: 'learning rate', yLabel: 'accuracy', xScale: 'log', series }]);
}

async function accuracyOnTestImages(point: GridSearchPoint, images: number): Promise<number> {
  const { train, test } = await readImages(images);
  using model = plainNetwork(point.units);
  const { learningRate, batchSize, epochs } = point;
  await model.fit(train, { loss: crossEntropy(), optimizer: adam({ learningRate }), batchSize, epochs, seed: 1 });
  return model.evaluate(test, { loss: crossEntropy(), metrics: ['accuracy'] }).accuracy;
}

export async function run(options: GridSearchOptions = {}): Promise<GridSearchResult> {
  const { epochs = 5, images = 3000, folds = 5, folder = 'out', log = console.log } = options;
  const { rates = [3e-4, 1e-3, 3e-3], workers } = options;
  await init();
  const { train } = await readImages(images);
  const grid = { learningRate: rates, batchSize: [32, 128], units: [32, 128], epochs: [epochs] };
  const spawn = (): Worker => new Worker(new URL('./worker.mjs', import.meta.url));
  const executor = workers === 1 ? inProcess() : workerPool({ spawn, ...(workers !== undefined && { workers }) });
  const started = performance.now();
  const {
    trials: found,
    best,
    table,
  } = await gridSearch({
    build: trials.build,
    fit: trials.fit,
    grid,
    data: train,
    folds,
    monitor: 'accuracy',
    seed: 1,
    executor,
    progress: options.log === undefined,
  });
  const seconds = (performance.now() - started) / 1000;
  log(table());
  log(`${found.length} points x ${folds} folds of ${train.size} images in ${seconds.toFixed(1)} s`);
  const testAccuracy = await accuracyOnTestImages(best.point, images);
  log(`best point, trained on all ${train.size} images: test ${percent(testAccuracy)}`);
  const figure = await saveFigure(folder, 'study-grid-search', figureOf(found));
  log(`figure: ${figure}`);
  return { trials: found, table: table(), testAccuracy, figure };
}
