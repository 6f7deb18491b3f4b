// Weights of PyTorch models (make.py): the answers of PyTorch, and the same tensors on the way back.
import { describe, expect, test } from 'vitest';
import { FormatError, ShapeError } from '../../../src/core/errors.js';
import { memory, tensor, type Tensor } from '../../../src/index.js';
import { fromTorch, readTensors, toTorch, writeTensors } from '../../../src/io/index.js';
import * as layers from '../../../src/layers/index.js';
import { sequential, type Model } from '../../../src/models/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import cases from './cases.json' with { type: 'json' };

withRuntime();

interface Values {
  readonly shape: readonly number[];
  readonly values: string;
}

const floats = ({ values }: Values): Float32Array =>
  new Float32Array(Uint8Array.from(atob(values), (text) => text.charCodeAt(0)).buffer);

function free(tensors: Readonly<Record<string, { dispose(): void }>>): void {
  for (const each of Object.values(tensors)) each.dispose();
}

/** A case with its tensors, as a safetensors file gives them. */
function given(name: string): { tensors: Record<string, Tensor>; x: Values; y: Values } {
  const found = cases.find((each) => each.name === name);
  if (!found) throw new Error(`no case ${name}`);
  const all = Object.entries<Values | undefined>(found.tensors).flatMap(([key, value]) =>
    value ? [[key, value] as const] : [],
  );
  const tensors = Object.fromEntries(all.map(([key, value]) => [key, tensor(floats(value), value.shape)]));
  return { tensors, x: found.x, y: found.y };
}

const rnn = (layer: layers.Layer, ...more: layers.Layer[]): Model =>
  sequential({ inputShape: [5, 3] }, [layer, ...more, layers.dense({ units: 2 })]);

const models: Readonly<Record<string, () => Model>> = {
  many: () =>
    sequential({ inputShape: [3] }, [
      ...Array.from({ length: 6 }, () => layers.dense({ units: 3, activation: 'tanh' })),
      layers.dense({ units: 2 }),
    ]),
  images: () =>
    sequential({ inputShape: [9, 7, 2] }, [
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, useBias: false }),
      layers.batchNorm({ epsilon: 1e-5 }),
      layers.prelu({ sharedAxes: [1, 2] }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 }),
      layers.globalAveragePool2d(),
      layers.dense({ units: 2 }),
    ]),
  RNN: () => rnn(layers.simpleRnn({ units: 4, returnSequences: true })),
  LSTM: () => rnn(layers.lstm({ units: 4, returnSequences: true })),
  GRU: () => rnn(layers.gru({ units: 4, returnSequences: true })),
  'LSTM both ways': () => rnn(layers.bidirectional(layers.lstm({ units: 4, returnSequences: true }))),
  'GRU both ways': () => rnn(layers.bidirectional(layers.gru({ units: 4, returnSequences: true }))),
  'LSTM of two layers': () =>
    rnn(layers.lstm({ units: 4, returnSequences: true }), layers.lstm({ units: 4, returnSequences: true })),
  attention: () =>
    sequential({ inputShape: [4] }, [
      layers.embedding({ inputDim: 7, outputDim: 4 }),
      layers.multiHeadAttention({ heads: 2, keyDim: 2 }),
      layers.layerNorm({ epsilon: 1e-5 }),
      layers.conv1d({ filters: 3, kernelSize: 2 }),
      layers.timeDistributed(layers.dense({ units: 7, useBias: false })),
    ]),
};

test('there is a model for every case', () => {
  expect(Object.keys(models)).toEqual(cases.map(({ name }) => name));
});

test.each(Object.entries(models))('%s gives the answers of PyTorch', (name, make) => {
  const { tensors, x, y } = given(name);
  using model = make();
  const weights = fromTorch(tensors, { model });
  model.setWeights(weights);
  using output = model.predict(floats(x));
  const expected = floats(y);
  expect(output.shape).toEqual(y.shape);
  output.data().forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-5));
  // Back: the same tensors, but for the biases that are added up.
  const back = toTorch(model);
  using again = make();
  const file = readTensors(writeTensors(back));
  const copies = fromTorch(back, { model: again });
  again.setWeights(copies);
  using same = again.predict(floats(x));
  expect(same.data()).toEqual(output.data());
  const sizes = (all: Readonly<Record<string, Tensor>>): number[] => Object.values(all).map(({ size }) => size).sort((a, b) => a - b); // prettier-ignore
  const needed = Object.fromEntries(Object.entries(tensors).filter(([key]) => !key.endsWith('num_batches_tracked')));
  expect(sizes(back)).toEqual(sizes(needed));
  for (const all of [tensors, weights, back, copies, file]) free(all);
});

test('without a model, layers are counted by kind, and the map names them', () => {
  const { tensors } = given('attention');
  const weights = fromTorch(tensors);
  expect(Object.keys(weights).map((name) => name.split('/')[0])).toEqual(
    expect.arrayContaining(['dense_2', 'multiHeadAttention_1', 'layerNorm_1', 'conv1d_1', 'dense_1']),
  );
  expect(weights['dense_1/kernel']?.shape).toEqual([3, 7]);
  const named = fromTorch(tensors, { map: [[/^(.*)$/, 'my_$1']] });
  expect(Object.keys(named)).toContain('my_last/kernel');
  const some = fromTorch(tensors, { map: { last: 'head' } });
  expect(Object.keys(some)).toEqual(expect.arrayContaining(['head/kernel', 'conv1d_1/kernel']));
  for (const all of [tensors, weights, named, some]) free(all);
});

describe('what does not fit', () => {
  test('shapes, missing and surplus tensors, names that are not there', () => {
    using kernel = tensor([[1, 2, 3]]);
    using other = tensor([[1, 2]]);
    using model = sequential({ inputShape: [3] }, [layers.dense({ units: 1, useBias: false })]);
    const before = memory().liveTensors;
    expect(() => fromTorch({ 'fc.weight': other }, { model })).toThrow(
      new ShapeError("fromTorch: expected 'dense_1/kernel' of shape [3, 1], got [2, 1] from 'fc.weight' [1, 2]"),
    );
    expect(() => fromTorch({}, { model })).toThrow(
      new FormatError("fromTorch: expected tensors for layer 'dense_1', got none that are left"),
    );
    expect(() => fromTorch({ 'a.weight': kernel, 'b.weight': kernel }, { model })).toThrow(
      new FormatError("fromTorch: expected a layer for 'b.weight' [1, 3], got none that is left in the model"),
    );
    expect(() => fromTorch({ 'fc.weight': kernel }, { model, map: { fc: 'dense_2' } })).toThrow(
      new RangeError("fromTorch: expected map to name one of dense_1, got 'dense_2' for 'fc.weight' [1, 3]"),
    );
    expect(memory().liveTensors).toBe(before);
  });

  test('bytes of a pickle are refused with the way to make a safetensors file', () => {
    const bytes: unknown = new Uint8Array([0x80, 2]);
    expect(() => Reflect.apply(fromTorch, undefined, [bytes])).toThrow(
      typed(FormatError, /safetensors\.torch\.save_file\(torch\.load\('model\.pt'\), 'model\.safetensors'\)/),
    );
  });
});
