// System 2: one hidden layer with any activation, one sigmoid output, on two classes no straight line parts.
import { init, randomUniform } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense, type ActivationName } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { isMain, percent, type Log } from './support/cli.js';

export interface HiddenLayerOptions {
  /** Default 200. */
  readonly epochs?: number;
  readonly log?: Log;
}

export interface HiddenLayerResult {
  /** Loss and accuracy on fresh samples by the hidden layer's activation. */
  readonly figures: Readonly<Record<ActivationName, { readonly loss: number; readonly accuracy: number }>>;
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

async function trainWith(name: ActivationName, epochs: number): Promise<{ loss: number; accuracy: number }> {
  using model = sequential({ inputShape: [2], seed: 5 }, [
    dense({ units: HIDDEN, activation: name }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
  const loss = binaryCrossEntropy();
  await model.fit(ring(1000, 1), { loss, optimizer: adam({ learningRate: 0.05 }), batchSize: 32, epochs, seed: 2 });
  const result = model.evaluate(ring(1000, 2), { loss, metrics: ['accuracy'] });
  return { loss: result.loss, accuracy: result['accuracy'] ?? NaN };
}

export async function run(options: HiddenLayerOptions = {}): Promise<HiddenLayerResult> {
  const { epochs = 200, log = console.log } = options;
  await init();
  log(`2-${HIDDEN}-1, ${epochs} epochs, figures on fresh samples`);
  const train = async (name: ActivationName): Promise<{ loss: number; accuracy: number }> => {
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
  return { figures };
}

if (isMain(import.meta.url)) await run();
