import { describe, expect, it } from 'vitest';
import {
  addLayers,
  avgPool2d,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPool2d,
  type Layer,
} from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, sequential } from '../../src/models/index.js';
import type { NamedLayer, Network } from '../../src/models/network.js';
import { makeObjective } from '../../src/models/training.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const relus = (): Layer => conv2d({ filters: 3, kernelSize: 3, activation: 'relu' });
const classes = (): Layer[] => [flatten(), dense({ units: 4, activation: 'softmax' })];

/** The layers as training runs them. */
const arranged = (network: Network): readonly NamedLayer[] => makeObjective('step', network, meanSquaredError()).layers;

/** Values below, at and above 0, with many equal ones. */
const pixels = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => ((i * 7) % 11) / 4 - 1);

/** The bits of the weights after some steps. */
function trained(layers: readonly Layer[]): Int32Array[] {
  const made = sequential({ inputShape: [9, 8, 2], seed: 3 }, layers);
  const trainer = made.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), batchSize: 5 });
  for (let step = 0; step < 12; step++) trainer.step(pixels(5 * 144), Int32Array.of(0, 1, 2, 3, step % 4));
  const bits = made.weights.map(({ tensor }) => new Int32Array(Float32Array.from(tensor.data()).buffer));
  trainer.dispose();
  made.dispose();
  return bits;
}

describe('relu behind the pool that follows it', () => {
  it.each([
    {},
    { poolSize: 3, strides: 1 },
    { poolSize: [2, 3], strides: [2, 1], padding: 'same' },
    { poolSize: 2, padding: [[1, 0], [0, 1]] }, // prettier-ignore
  ] as const)('trains to the same bits as before it: %j', (options) => {
    // Dropout that drops nothing stands between the two, so that they do not change places.
    const apart = trained([relus(), dropout({ rate: 0 }), maxPool2d(options), ...classes()]);
    expect(trained([relus(), maxPool2d(options), ...classes()])).toEqual(apart);
  });

  it('leaves the convolution linear where the pool alone reads it', () => {
    const made = sequential({ inputShape: [9, 8, 2] }, [relus(), maxPool2d(), ...classes()]);
    expect(arranged(made.network).map(({ layer }) => layer.activation)).toEqual([
      'linear',
      undefined,
      undefined,
      'softmax',
    ]);
    made.dispose();
  });

  it('changes nothing for another activation or pool, or where something else reads the result', () => {
    const unchanged = (layers: readonly Layer[]): void => {
      const made = sequential({ inputShape: [9, 8, 2] }, layers);
      expect(arranged(made.network)).toEqual(made.network.layers);
      made.dispose();
    };
    unchanged([conv2d({ filters: 3, kernelSize: 3, activation: 'tanh' }), maxPool2d(), ...classes()]);
    unchanged([relus(), avgPool2d(), ...classes()]);
    const images = input({ shape: [9, 8, 2] });
    const convolved = connect(relus(), images);
    const pooled = connect(maxPool2d({ strides: 1, padding: 'same' }), convolved);
    const both = model({ inputs: images, outputs: connect(classes(), connect(addLayers(), convolved, pooled)) });
    expect(arranged(both.network)).toEqual(both.network.layers);
    both.dispose();
  });
});
