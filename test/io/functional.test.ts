// Files of models with several inputs and outputs: what they say in several places must agree.
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { sizeOf } from '../../src/core/shapes.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import type { Model } from '../../src/models/index.js';
import { memory } from '../../src/runtime/init.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';
import { graphs } from './graphs.js';
import { weightBits, withConfig } from './support.js';
import { typed } from '../support/typed.js';

withRuntime();

/** Whatever a model makes of two rows, packed. */
function outputOf(model: Model): Float32Array {
  const rows = 2;
  const network = model.network;
  const width = sizeOf(network.inputShape);
  const total = (network.outputShapes ?? [network.outputShape]).reduce((sum, shape) => sum + sizeOf(shape), 0);
  const output = new Float32Array(rows * total);
  const predictor = model.predictor({ batchSize: rows });
  predictor(Float32Array.from(numbers(rows * width, 7)), output);
  predictor.dispose();
  return output;
}

type Config = Record<string, unknown> & { layers: Record<string, unknown>[] };

describe.each(Object.entries(graphs))('%s', (_, make) => {
  test('comes back as it was, with its hash and without', () => {
    using model = make();
    const bytes = saveModel(model);
    for (const file of [bytes, withConfig(bytes, (config) => config)]) {
      using copy = loadModel(file);
      expect(weightBits(copy)).toEqual(weightBits(model));
      expect(outputOf(copy)).toEqual(outputOf(model));
      expect(copy.summary()).toBe(model.summary());
      expect(saveModel(copy)).toEqual(bytes);
    }
  });

  test('any number, text or entry of the graph changed is refused, or makes no difference', () => {
    using model = make();
    const bytes = saveModel(model);
    const expected = outputOf(model);
    const { layers } = configOf(bytes);
    const changes: [string, (config: Config) => unknown][] = [];
    const top = ['inputShape', 'inputShapes', 'outputShapes', 'inputNames', 'outputNames'];
    const values = [[], [1], [2], [3], [7], [50], [[2]], [[3]], [[3], [9]], [[2], [3]], [[3], [2]], [[4, 2], [3]], 0, 'x', null, ['a'], ['a', 'b'], ['a', 'a'], undefined]; // prettier-ignore
    for (const key of top) for (const value of values) changes.push([key, (config) => ({ ...config, [key]: value })]);
    const references = [
      undefined,
      [],
      [0],
      [1],
      [2],
      [3],
      [0, 0],
      [0, 1],
      [1, 2],
      [2, 1],
      [3, 4],
      [99],
      [-1],
      [0.5],
      3,
    ];
    layers.forEach((_, i) => {
      const set = (entry: Record<string, unknown>) => (config: Config) => ({ ...config, layers: config.layers.map((layer, k) => (k === i ? { ...layer, ...entry } : layer)) }); // prettier-ignore
      for (const inputs of references) changes.push([`inputs of ${i}`, set({ inputs })]);
      for (const shares of [undefined, 0, 1, 2, 3, 4, 9, null]) changes.push([`shares of ${i}`, set({ shares })]);
      for (const kind of ['inputPart', 'outputRow', 'addLayers', 'flatten'])
        changes.push([`kind of ${i}`, set({ kind })]);
      for (const config of [{}, { begin: 1, shape: [2] }, { begin: 0, shape: [5] }, { begin: 0, shape: [[2]] }])
        changes.push([`config of ${i}`, set({ config })]);
      changes.push([`without ${i}`, (config) => ({ ...config, layers: config.layers.filter((_, k) => k !== i) })]);
      changes.push([`${i} twice`, (config) => ({ ...config, layers: [...config.layers.slice(0, i + 1), ...config.layers.slice(i)] })]); // prettier-ignore
    });
    const before = memory();
    const counts = { refused: 0, equal: 0, other: 0 };
    for (const [what, change] of changes) {
      const kind = tried(withConfig(bytes, change as (config: Record<string, unknown>) => unknown), expected, what);
      counts[kind]++;
      expect(memory().liveTensors, what).toBe(before.liveTensors);
      expect(memory().used, what).toBe(before.used);
    }
    expect(counts.refused).toBeGreaterThan(changes.length / 2);
    expect(counts.equal).toBeGreaterThan(0);
  });
});

function configOf(bytes: Uint8Array): Config {
  let found: Config | undefined;
  withConfig(bytes, (config) => (found = config as Config));
  if (!found) throw new Error('no configuration');
  return found;
}

/** Loads a file: refused, equal to the model, or another model, which then must predict. */
function tried(bytes: Uint8Array, expected: Float32Array, what: string): 'refused' | 'equal' | 'other' {
  let copy: Model;
  try {
    copy = loadModel(bytes);
  } catch (error) {
    expect(error, what).toBeInstanceOf(FormatError);
    return 'refused';
  }
  try {
    const output = outputOf(copy); // throws for a model that is not one
    using again = loadModel(saveModel(copy));
    expect(outputOf(again), what).toEqual(output);
    return String(output) === String(expected) ? 'equal' : 'other';
  } catch (cause) {
    throw new Error(what, { cause });
  } finally {
    copy.dispose();
  }
}

describe('the contradictions that were found', () => {
  const load = (over: object) => (): Model => {
    using model = graphs['inOrder']!();
    return loadModel(withConfig(saveModel(model), (config) => ({ ...config, ...over })));
  };
  test.each<[object, RegExp]>([
    [{ inputShape: [3] }, /loadModel: expected inputShape \[5\] for inputs of \[2\], \[3\], got \[3\]/],
    [{ inputShape: [50] }, /expected inputShape \[5\]/],
    [{ inputShapes: [[2], [9]] }, /expected layer 2 to take out .*\[9\]/],
    [{ inputShapes: [[2]] }, /inputShapes of at least two inputs, got 1/],
    [{ inputShapes: undefined }, /expected layer 1 to use what layers give/],
    [{ outputShapes: [[3], [2]] }, /expected output 0 of shape \[2\], got \[3\]/],
    [{ outputShapes: [[2], [2], [1]] }, /expected 3 outputs/],
    [{ outputShapes: undefined }, /several outputs side by side at the end only/],
    [{ outputNames: ['a', 'a'] }, /2 distinct outputNames/],
  ])('%j', (over, message) => {
    expect(load(over)).toThrow(typed(FormatError, message));
  });
});
