// System 3: XOR with a 2-2-1 network of sigmoids, binary cross-entropy and full-batch gradient descent.
import { init } from 'wasmgrad';
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { sgd } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface XorOptions {
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** Largest number of steps. Default 20,000. */
  readonly steps?: number;
  /** Training ends when the loss is below this. Default 0.01. */
  readonly goal?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface XorResult {
  readonly loss: number;
  readonly steps: number;
  /** Outputs for (0,0), (0,1), (1,0), (1,1). */
  readonly predictions: readonly number[];
  readonly figure: string;
}

const x = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
const y = [0, 1, 1, 0];

export async function run(options: XorOptions = {}): Promise<XorResult> {
  const { seed = 1, steps: limit = 20_000, goal = 0.01, folder = 'out', log = console.log } = options;
  await init();
  // A wide initialisation: small weights leave both hidden units alike, and gradient descent takes long to part them.
  const kernelInitializer = { name: 'randomNormal', std: 1.5 } as const;
  using model = sequential({ inputShape: [2], seed }, [
    dense({ units: 2, activation: 'sigmoid', kernelInitializer }),
    dense({ units: 1, activation: 'sigmoid', kernelInitializer }),
  ]);
  const trainer = model.trainer({ loss: binaryCrossEntropy(), optimizer: sgd({ learningRate: 2 }), batchSize: 4 });
  let loss = Infinity;
  const curve: [number, number][] = [];
  while (loss > goal && trainer.steps < limit) {
    loss = trainer.step(x, y);
    if (trainer.steps % 10 === 1) curve.push([trainer.steps, loss]);
    if (trainer.steps === 1 || trainer.steps % 500 === 0) log(`step ${trainer.steps}: loss ${loss.toFixed(5)}`);
  }
  const { steps } = trainer;
  trainer.dispose();
  using output = model.predict(x);
  const predictions = Array.from(output.data());
  log(`loss ${loss.toFixed(5)} after ${steps} steps`);
  predictions.forEach((value, i) => log(`${x[2 * i]} xor ${x[2 * i + 1]} = ${value.toFixed(4)} (${y[i]})`));
  const series = [{ name: 'binary cross-entropy', points: curve }];
  const chart = { title: 'XOR, 2-2-1: full-batch gradient descent', xLabel: 'step', yLabel: 'loss', series };
  const figure = await saveFigure(folder, 'xor', plot([chart]));
  log(`figure: ${figure}`);
  return { loss, steps, predictions, figure };
}

if (isMain(import.meta.url)) await run();
