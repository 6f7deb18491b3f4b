// Random stacks of layers in ONNX Runtime.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import * as layers from '../../src/layers/index.js';
import type { Layer } from '../../src/layers/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { expectSame } from './runtime.js';

withRuntime();

const alone = (inputShape: readonly number[], ...stack: Layer[]): Model => sequential({ inputShape, seed: 3 }, stack);

const pick = <const T>(...choices: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...choices);
const activation = pick('linear', 'relu', 'tanh', 'silu', 'softplus', 'leakyRelu');
const units = fc.integer({ min: 1, max: 5 });

const imageLayer = fc.oneof(
  fc
    .record({ filters: units, kernelSize: pick(1, 2, 3), strides: pick(1, 2), padding: pick('same'), activation })
    .map(layers.conv2d),
  fc.record({ kernelSize: pick(1, 2), padding: pick('same'), activation }).map(layers.depthwiseConv2d),
  fc
    .record({ filters: units, kernelSize: pick(1, 2, 3), strides: pick(1, 2), padding: pick('same') })
    .map(layers.conv2dTranspose),
  fc.record({ poolSize: pick(2, 3), strides: pick(1, 2), padding: pick('same') }).map(layers.maxPool2d),
  fc.record({ poolSize: pick(2, 3), strides: pick(1, 2), padding: pick('same') }).map(layers.avgPool2d),
  fc.record({ epsilon: pick(1e-3, 0.1) }).map(layers.batchNorm),
  fc.record({ epsilon: pick(1e-3, 0.1) }).map(layers.layerNorm),
  fc.record({ padding: pick(1, 2) }).map(layers.zeroPadding2d),
  fc.record({ alphaInitializer: pick('randomNormal') }).map(layers.prelu),
  activation.map(layers.activation),
);

const sequenceLayer = fc.oneof(
  fc.record({ units, returnSequences: pick(true), activation: pick('tanh', 'relu') }).map(layers.simpleRnn),
  fc.record({ units, returnSequences: pick(true) }).map(layers.lstm),
  fc.record({ units, returnSequences: pick(true), resetAfter: fc.boolean() }).map(layers.gru),
  fc.record({ units, returnSequences: pick(true) }).map((options) => layers.bidirectional(layers.lstm(options))),
  fc.record({ heads: pick(1, 2), keyDim: units, causal: fc.boolean() }).map(layers.multiHeadAttention),
  fc.record({ units, activation }).map(layers.dense),
  fc.record({ units, activation }).map((options) => layers.timeDistributed(layers.dense(options))),
  fc.record({ filters: units, kernelSize: pick(1, 2, 3), padding: pick('causal') }).map(layers.conv1d),
  fc.constant({}).map(layers.positionalEncoding),
);

describe('random models', () => {
  it('of images', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(imageLayer, { minLength: 1, maxLength: 5 }), pick(17, 18, 21), async (stack, opset) => {
        using network = alone([5, 4, 2], ...stack, layers.globalAveragePool2d(), layers.dense({ units: 2 }));
        await expectSame(network, { opset, batches: [3], tolerance: 1e-5 });
      }),
      { numRuns: 60 },
    );
  });

  it('of sequences with and without lengths', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sequenceLayer, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (stack, lengths) => {
          using network = alone([4, 3], ...stack, layers.gru({ units: 2 }));
          await expectSame(network, { lengths, batches: [3], tolerance: 1e-5 });
        },
      ),
      { numRuns: 60 },
    );
  });
});
