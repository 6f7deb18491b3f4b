// Files as Keras 2 and 3 write them (make.py): the answers of TensorFlow.js, which has the same layers.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.js';
import type { Tensor } from '../../../src/index.js';
import { importKeras, importTfjs, loadModel, saveModel } from '../../../src/io/index.js';
import * as layers from '../../../src/layers/index.js';
import { sequential, type Model } from '../../../src/models/index.js';
import { withRuntime } from '../../support/live.js';
import { artifactsOf, caseOf, expectClose, floats, inputOf } from '../tfjs/cases.js';

withRuntime();

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function predictions(model: Model, input: unknown): Tensor[] {
  const result: unknown = Reflect.apply(model.predict.bind(model), model, [input]);
  return (Array.isArray(result) ? result : [result]) as Tensor[];
}

const files: readonly [file: string, name: string][] = [
  ['network.h5', 'a small network'],
  ['network.keras', 'a small network'],
  ['lstm.h5', 'lstm'],
  ['lstm-sigmoid.h5', 'lstm with sigmoid'],
  ['lstm-sigmoid.keras', 'lstm with sigmoid'],
  ['bidirectional.h5', 'bidirectional concat'],
  ['nested.h5', 'shared and nested'],
  ['nested.keras', 'shared and nested'],
  ['steps.h5', 'time distributed'],
  ['steps.keras', 'time distributed'],
  ['gate.h5', 'squeeze and excite'],
];

test.each(files)('%s gives the answers of TensorFlow.js', async (file, name) => {
  const given = caseOf(name);
  using model = await importKeras(path(file));
  using same = await importTfjs(artifactsOf(given));
  expect(model.getWeights()).toEqual(same.getWeights());
  expect(model.weights.map(({ trainable }) => trainable)).toEqual(same.weights.map(({ trainable }) => trainable));
  const outputs = predictions(model, inputOf(given));
  given.outputs.forEach(({ values }, i) => expectClose(outputs[i]?.data() ?? [], floats(values), 1e-5));
  using copy = loadModel(saveModel(model));
  expect(copy.getWeights()).toEqual(model.getWeights());
  for (const output of outputs) output.dispose();
});

test('attention and a GRU of Keras 3', async () => {
  const { x, y } = JSON.parse(readFileSync(path('attention.json'), 'utf8')) as { x: number[]; y: number[] };
  using model = await importKeras(readFileSync(path('attention.keras')));
  const [output] = predictions(model, Float32Array.from(x));
  expectClose(output?.data() ?? [], y, 1e-5);
  output?.dispose();
});

describe('weights only', () => {
  const network = (): Model =>
    sequential({ inputShape: [8, 8, 1] }, [
      layers.conv2d({ filters: 4, kernelSize: 3, useBias: false }),
      layers.batchNorm(),
      layers.activation('relu'),
      layers.maxPool2d(),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ]);

  test.each(['network.weights.h5', 'network-legacy.weights.h5', 'network.keras', 'network.h5'])('%s', async (file) => {
    const given = caseOf('a small network');
    using model = network();
    expect(await importKeras(path(file), { model })).toBe(model);
    const [output] = predictions(model, inputOf(given));
    expectClose(output?.data() ?? [], floats(given.outputs[0]?.values ?? ''), 1e-5);
    output?.dispose();
  });

  test.each(['network.weights.h5', 'network-legacy.weights.h5'])(
    '%s needs a model, and one that fits',
    async (file) => {
      await expect(importKeras(path(file))).rejects.toThrow(
        new TypeError('importKeras: expected option model for a file that holds weights only, got none'),
      );
      using other = sequential({ inputShape: [8, 8, 1] }, [
        layers.conv2d({ filters: 5, kernelSize: 3, useBias: false }),
        layers.batchNorm(),
        layers.flatten(),
        layers.dense({ units: 3 }),
      ]);
      const before = other.getWeights();
      await expect(importKeras(path(file), { model: other })).rejects.toThrow(FormatError);
      expect(other.getWeights()).toEqual(before);
    },
  );
});
