// System 2: one hidden layer with any activation, one sigmoid output, on two classes no straight line parts.
import { init, randomUniform } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { boundary } from 'wasmgrad/plot';
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
}

/** A network with this activation, and the data that all learn from. */
function network(name: Name): Model {
  return sequential({ inputShape: [2], seed: 5 }, [
    dense({ units: HIDDEN, activation: name }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
}

const TRAINING = 1000;

async function train(model: Model, epochs: number): Promise<Trained> {
  const loss = binaryCrossEntropy();
  const optimizer = adam({ learningRate: 0.05 });
  await model.fit(ring(TRAINING, 1), { loss, optimizer, batchSize: 32, epochs, seed: 2 });
  const { loss: mean, accuracy } = model.evaluate(ring(1000, 2), { loss, metrics: ['accuracy'] });
  return { loss: mean, accuracy };
}

/** What two of the networks make of the square, and half of the points they learned from. */
function figureOf(models: Readonly<Record<string, Model>>): string {
  const range = [-1, 1] as const;
  return boundary(models, ring(TRAINING, 1).slice(0, TRAINING / 2), {
    title: `2-${HIDDEN}-1`,
    labels: ['outside', 'in the ring'],
    xRange: range,
    yRange: range,
  });
}

export async function run(options: HiddenLayerOptions = {}): Promise<HiddenLayerResult> {
  const { epochs = 200, folder = 'out', log = console.log } = options;
  await init();
  log(`2-${HIDDEN}-1, ${epochs} epochs, figures on fresh samples`);
  const compare = async (name: Name, model: Model): Promise<Trained> => {
    const result = await train(model, epochs);
    log(`${name.padEnd(10)} loss ${result.loss.toFixed(4)}  accuracy ${percent(result.accuracy)}`);
    return result;
  };
  const figureFor = async (name: Name): Promise<Trained> => {
    using model = network(name);
    return await compare(name, model);
  };
  using linear = network('linear');
  using tanh = network('tanh');
  const figures = {
    linear: await compare('linear', linear), // no better than no hidden layer at all
    sigmoid: await figureFor('sigmoid'),
    tanh: await compare('tanh', tanh),
    relu: await figureFor('relu'),
    leakyRelu: await figureFor('leakyRelu'),
    elu: await figureFor('elu'),
    gelu: await figureFor('gelu'),
    silu: await figureFor('silu'),
    softplus: await figureFor('softplus'),
    softmax: await figureFor('softmax'),
  };
  const figure = await saveFigure(folder, 'one-hidden-layer', figureOf({ linear, tanh }));
  log(`figure: ${figure}`);
  return { figures, figure };
}

if (isMain(import.meta.url)) await run();
