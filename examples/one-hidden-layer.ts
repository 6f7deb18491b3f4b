// System 2: one hidden layer with any activation, one sigmoid output, on two classes no straight line parts.
import { init, randomUniform } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { chartSvg, type Series } from './support/chart.js';
import { isMain, percent, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface HiddenLayerOptions {
  /** Default 200. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

/** Activations of the hidden layer that are compared. */
type Name = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'elu' | 'gelu' | 'silu' | 'softplus' | 'softmax';

export interface HiddenLayerResult {
  /** Loss and accuracy on fresh samples by the hidden layer's activation. */
  readonly figures: Readonly<Record<Name, { readonly loss: number; readonly accuracy: number }>>;
  readonly figure: string;
}

const HIDDEN = 16;

/** Points of a square; those inside a ring are class 1. */
function ring(samples: number, seed: number): Dataset {
  using points = randomUniform([samples, 2], { seed, min: -1, max: 1 });
  const x = Float32Array.from(points.data());
  const y = Float32Array.from({ length: samples }, (_, i) => {
    const square = x[2 * i]! ** 2 + x[2 * i + 1]! ** 2;
    return square > 0.15 && square < 0.75 ? 1 : 0;
  });
  return dataset(x, y, { shape: [2] });
}

interface Trained {
  readonly loss: number;
  readonly accuracy: number;
  /** Points of a grid that the network takes for class 1. */
  readonly inside: readonly (readonly [number, number])[];
}

const GRID = Array.from({ length: 29 * 29 }, (_, i) => [(i % 29) / 14 - 1, Math.floor(i / 29) / 14 - 1] as const);

async function trainWith(name: Name, epochs: number): Promise<Trained> {
  using model = sequential({ inputShape: [2], seed: 5 }, [
    dense({ units: HIDDEN, activation: name }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
  const loss = binaryCrossEntropy();
  await model.fit(ring(1000, 1), { loss, optimizer: adam({ learningRate: 0.05 }), batchSize: 32, epochs, seed: 2 });
  const result = model.evaluate(ring(1000, 2), { loss, metrics: ['accuracy'] });
  using answers = model.predict(GRID);
  const values = answers.data();
  const inside = GRID.filter((_, i) => values[i]! > 0.5);
  return { loss: result.loss, accuracy: result.accuracy, inside };
}

/** A circle round the origin. */
function circle(radius: number): Series {
  const angles = Array.from({ length: 61 }, (_, i) => (i * Math.PI) / 30);
  const points = angles.map((angle) => [radius * Math.cos(angle), radius * Math.sin(angle)] as const);
  return { name: 'ring', style: 'guide', points };
}

function figureOf(trained: Readonly<Record<string, Trained>>): string {
  const edges = [circle(Math.sqrt(0.15)), circle(Math.sqrt(0.75))];
  const range = [-1, 1] as const;
  const charts = Object.entries(trained).map(([name, { inside }]) => ({
    title: `2-${HIDDEN}-1, ${name}: taken for class 1`,
    xLabel: 'x1',
    yLabel: 'x2',
    xRange: range,
    yRange: range,
    series: [...edges, { name: 'yhat > 1/2', style: 'dots', points: inside } as const],
  }));
  return chartSvg(charts);
}

export async function run(options: HiddenLayerOptions = {}): Promise<HiddenLayerResult> {
  const { epochs = 200, folder = 'out', log = console.log } = options;
  await init();
  log(`2-${HIDDEN}-1, ${epochs} epochs, figures on fresh samples`);
  const train = async (name: Name): Promise<Trained> => {
    const result = await trainWith(name, epochs);
    log(`${name.padEnd(10)} loss ${result.loss.toFixed(4)}  accuracy ${percent(result.accuracy)}`);
    return result;
  };
  const figures = {
    linear: await train('linear'), // no better than no hidden layer at all
    sigmoid: await train('sigmoid'),
    tanh: await train('tanh'),
    relu: await train('relu'),
    leakyRelu: await train('leakyRelu'),
    elu: await train('elu'),
    gelu: await train('gelu'),
    silu: await train('silu'),
    softplus: await train('softplus'),
    softmax: await train('softmax'),
  };
  const figure = await saveFigure(folder, 'one-hidden-layer', figureOf({ linear: figures.linear, tanh: figures.tanh }));
  log(`figure: ${figure}`);
  return { figures, figure };
}

if (isMain(import.meta.url)) await run();
