// The effect of the number of epochs, batches of 64, learning rate 1e-4 (the lecture's Figure 11).
import { init } from 'wasmgrad';
import { learningCurves } from 'wasmgrad/plot';
import { percent } from '../support/cli.js';
import { saveFigure } from '../support/figures.js';
import { readImages, trainOnce, type StudyOptions, type StudyResult } from './study.js';

/** One run shows all: with a constant rate, a run of 10 epochs is the beginning of a run of 30. */
export async function run(options: StudyOptions = {}): Promise<StudyResult> {
  const { epochs = 10, images, folder = 'out', log = console.log } = options;
  await init();
  const { train, test } = await readImages(images);
  log(`Epochs: 784-128-10, Adam, rate 1e-4, batches of 64, ${train.size.toLocaleString('en-US')} images`);
  const trained = await trainOnce('epochs', train, test, { learningRate: 1e-4, batchSize: 64, epochs });
  const logs = trained.history.epochs;
  for (const { epoch, loss, valLoss = NaN, accuracy = NaN, valAccuracy = NaN } of logs) {
    if (![1, 2, 5].includes(epoch) && epoch % 10 !== 0 && epoch !== logs.length) continue;
    log(
      `after ${String(epoch).padStart(2)}: loss ${loss.toFixed(4)}, test ${valLoss.toFixed(4)}; accuracy ${percent(accuracy)}, test ${percent(valAccuracy)}`,
    );
  }
  const curves = learningCurves(trained.history, { title: 'Epochs', names: ['training images', 'test images'] });
  const figure = await saveFigure(folder, 'study-epochs', curves);
  log(`figure: ${figure}`);
  return { runs: [trained], figure };
}
