// System 8: a network that overfits, and what early stopping, dropout and L2 do about it; L1 and zero weights.
import { init, randomNormal, randomUniform } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense, dropout, l1, l2, type Regularizer } from 'wasmgrad/layers';
import { binaryCrossEntropy, halfMeanSquaredError } from 'wasmgrad/losses';
import { earlyStopping, sequential, type Callback } from 'wasmgrad/models';
import { adam, exponentialDecay, sgd } from 'wasmgrad/optimizers';
import { plot, type Series } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface RegularisationOptions {
  /** Default 150. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface RegularisationResult {
  /** Validation loss of the weights that training ends with, the best on the way, and the epochs it took. */
  readonly figures: Readonly<Record<string, { readonly loss: number; readonly best: number; readonly epochs: number }>>;
  /** Weights below 0.01 in size of 30, of which 27 should be zero, without and with L1. */
  readonly zeros: { readonly without: number; readonly l1: number };
  readonly figure: string;
}

const FEATURES = 20;

/** Two noisy classes in 20 dimensions: the sign of x1 + x2, a seventh of the labels wrong. */
function noisyClasses(samples: number, seed: number): Dataset {
  using points = randomNormal([samples, FEATURES], { seed });
  using draws = randomUniform([samples], { seed: seed + 100 });
  const [x, chance] = [points.data(), draws.data()];
  const y = Float32Array.from({ length: samples }, (_, i) => {
    const truth = x[i * FEATURES]! + x[i * FEATURES + 1]! > 0;
    return Number(chance[i]! < 1 / 7 ? !truth : truth);
  });
  return dataset(x, y, { shape: [FEATURES] });
}

interface Variant {
  readonly kernelRegularizer?: Regularizer;
  readonly rate?: number;
  readonly callbacks?: readonly Callback[];
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  'nothing against it': {},
  'early stopping': { callbacks: [earlyStopping({ monitor: 'valCrossEntropy', patience: 10, mode: 'min' })] },
  'dropout 0.7': { rate: 0.7 },
  'L2 0.01': { kernelRegularizer: l2(0.01) },
};

interface Trained {
  /** Validation loss after every epoch, penalties left out. */
  readonly curve: readonly (readonly [epoch: number, loss: number])[];
  /** The same of the weights at the end. */
  readonly loss: number;
}

async function train({ kernelRegularizer, rate = 0, callbacks = [] }: Variant, epochs: number): Promise<Trained> {
  const [training, validation] = [noisyClasses(200, 1), noisyClasses(2000, 2)];
  const regularizer = kernelRegularizer && { kernelRegularizer };
  using model = sequential({ inputShape: [FEATURES], seed: 3 }, [
    dense({ units: 64, activation: 'relu', ...regularizer }),
    dropout({ rate }),
    dense({ units: 1, activation: 'sigmoid', ...regularizer }),
  ]);
  const loss = binaryCrossEntropy();
  const metrics = [{ name: 'crossEntropy', compute: loss }]; // the loss in the log counts the penalties too
  const optimizer = adam({ learningRate: 3e-3 });
  const history = await model.fit(training, {
    loss,
    optimizer,
    batchSize: 20,
    epochs,
    seed: 4,
    validation,
    metrics,
    callbacks,
  });
  const result = model.evaluate(validation, { loss, metrics });
  return {
    curve: history.epochs.map((log) => [log.epoch, log['valCrossEntropy'] ?? NaN]),
    loss: result['crossEntropy'] ?? NaN,
  };
}

/** Linear regression of 30 features, 3 of which matter: weights below 0.01 in size. */
async function zeroWeights(kernelRegularizer: Regularizer | undefined): Promise<number> {
  using points = randomNormal([100, 30], { seed: 5 });
  using noise = randomNormal([100], { seed: 6 });
  const [x, errors] = [points.data(), noise.data()];
  const y = Float32Array.from(errors, (error, i) => 3 * x[30 * i]! - 2 * x[30 * i + 1]! + x[30 * i + 2]! + error);
  using model = sequential({ inputShape: [30], seed: 7 }, [
    dense({ units: 1, ...(kernelRegularizer && { kernelRegularizer }) }),
  ]);
  const optimizer = sgd({ learningRate: exponentialDecay({ initial: 0.05, rate: 0.5, steps: 60 }) });
  await model.fit(dataset(x, y, { shape: [30] }), {
    loss: halfMeanSquaredError(),
    optimizer,
    batchSize: 100,
    epochs: 600,
  });
  return model.getWeights()['dense_1/kernel']!.filter((weight) => Math.abs(weight) < 0.01).length;
}

export async function run(options: RegularisationOptions = {}): Promise<RegularisationResult> {
  const { epochs = 150, folder = 'out', log = console.log } = options;
  await init();
  log(`${FEATURES}-64-1 on 200 samples with wrong labels among them; cross-entropy on 2,000 others:`);
  const figures: Record<string, { loss: number; best: number; epochs: number }> = {};
  const series: Series[] = [];
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const { curve, loss } = await train(variant, epochs);
    const best = Math.min(...curve.map(([, value]) => value));
    figures[name] = { loss, best, epochs: curve.length };
    series.push({ name, points: curve });
    log(`${name.padEnd(20)} ${loss.toFixed(3)} after ${curve.length} epochs, best on the way ${best.toFixed(3)}`);
  }
  const zeros = { without: await zeroWeights(undefined), l1: await zeroWeights(l1(0.2)) };
  log(`linear regression where 27 of 30 weights should be 0: ${zeros.without} are without L1, ${zeros.l1} with it`);
  const figure = await saveFigure(
    folder,
    'regularisation',
    plot([{ title: 'Validation loss', xLabel: 'epoch', yLabel: 'cross-entropy', yRange: [0.4, 1.6], series }]),
  );
  log(`figure: ${figure}`);
  return { figures, zeros, figure };
}

if (isMain(import.meta.url)) await run();
