// Files that are damaged, foreign or hostile: FormatError or a whole model, never anything else, and no memory lost.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { loadModel, loadOptimizer, saveModel, type WeightPrecision } from '../../src/io/index.js';
import { adam } from '../../src/optimizers/index.js';
import { memory } from '../../src/runtime/init.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { graphs } from './graphs.js';
import { container, smallModel, withConfig, withHeader, withoutHash } from './support.js';

withRuntime();

function savedBytes(weights: WeightPrecision = 'f32'): Uint8Array {
  using model = smallModel();
  return saveModel(model, { optimizer: adam({ learningRate: 0.01 }), weights });
}

/** Loads, frees, and tells whether it worked. Anything but FormatError fails the test. */
function attempt(bytes: Uint8Array): boolean {
  const before = memory();
  try {
    loadModel(bytes).dispose();
    return true;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return false;
  } finally {
    expect(memory().liveTensors).toBe(before.liveTensors);
    expect(memory().used).toBe(before.used);
    expect(memory().reserved - before.reserved).toBeLessThan(2 ** 20);
  }
}

test.each<WeightPrecision>(['f32', 'f16', 'int8'])('cut off at any byte, %s', (weights) => {
  const bytes = savedBytes(weights);
  for (let end = 0; end < bytes.length; end++) expect(attempt(bytes.subarray(0, end)), `${end} bytes`).toBe(false);
  expect(attempt(bytes)).toBe(true);
  expect(attempt(new Uint8Array([...bytes, 0]))).toBe(false);
});

test.each([
  ['with a hash', () => savedBytes()],
  ['without one', () => withoutHash(savedBytes())],
])('any byte changed, %s', (_, save) => {
  const bytes = save();
  const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const damaged = bytes.slice();
      for (const { at, to } of changes) damaged[at] = to;
      attempt(damaged);
    }),
    { numRuns: 1500 },
  );
});

/** Tries the file with every bit flipped, and counts those that load. */
function loadsWithFlips(bytes: Uint8Array, bits: number): number {
  let loads = 0;
  for (let bit = 0; bit < bits; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    if (attempt(damaged)) loads++;
  }
  return loads;
}

test.each<WeightPrecision>(['f32', 'f16', 'int8'])('every bit flipped: none loads, %s', (weights) => {
  const bytes = savedBytes(weights);
  expect(loadsWithFlips(bytes, 8 * bytes.length)).toBe(0);
});

test('every bit of the header flipped, without a hash: some load, nothing is lost', () => {
  const bytes = withoutHash(savedBytes());
  const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(attempt(bytes)).toBe(true);
  expect(loadsWithFlips(bytes, 8 * header)).toBeGreaterThan(0);
});

test('random bytes and random headers', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => !attempt(bytes)));
  fc.assert(fc.property(fc.json(), (text) => !attempt(container(text))));
});

/** A JSON value with one of its parts replaced. */
function mutate(value: unknown, path: number, replacement: unknown): unknown {
  const parts: ((with_: unknown) => unknown)[] = [];
  const walk = (node: unknown, rebuild: (with_: unknown) => unknown): void => {
    parts.push(rebuild);
    if (Array.isArray(node)) node.forEach((item, i) => walk(item, (x) => rebuild(node.with(i, x))));
    else if (typeof node === 'object' && node !== null) {
      const entries = Object.entries(node);
      entries.forEach(([, item], i) =>
        walk(item, (x) => rebuild(Object.fromEntries(entries.map(([key, old], k) => [key, k === i ? x : old])))),
      );
    }
  };
  walk(value, (x) => x);
  return parts[path % parts.length]?.(replacement);
}

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    1e12,
    2 ** 53,
    -1,
    0,
    0.5,
    1e308,
    '',
    'dense',
    'custom',
    '__proto__',
    [],
    {},
    null,
    [1e9, 1e9],
    true,
  ),
);

test.each(Object.entries({ 'a row of layers': () => smallModel(), ...graphs }))(
  'any part of the configuration replaced: %s; what loads predicts, and comes back the same',
  (_, make) => {
    using model = make();
    const bytes = saveModel(model, { optimizer: adam() });
    let loaded = 0;
    fc.assert(
      fc.property(fc.nat(1000), values, (path, value) => {
        const damaged = withConfig(bytes, (config) => mutate(config, path, value));
        if (!attempt(damaged)) return;
        loaded++;
        using copy = loadModel(damaged);
        const width = copy.inputShape.reduce((size, axis) => size * axis, 1);
        const outputs = copy.network.outputShapes ?? [copy.network.outputShape];
        const total = outputs.reduce((sum, shape) => sum + shape.reduce((size, axis) => size * axis, 1), 0);
        if (width + total > 1e6) return; // such a model is right, but its rows do not fit in memory
        const [x, y, again] = [new Float32Array(width).fill(0.5), new Float32Array(total), new Float32Array(total)];
        using second = loadModel(saveModel(copy));
        for (const [own, output] of [
          [copy, y],
          [second, again],
        ] as const) {
          // prettier-ignore
          const predictor = own.predictor({ batchSize: 1 });
          predictor(x, output);
          predictor.dispose();
        }
        expect(again).toEqual(y);
      }),
      { numRuns: 600 },
    );
    expect(loaded).toBeGreaterThan(0);
  },
);

test('any part of the header replaced', () => {
  const bytes = savedBytes();
  fc.assert(
    fc.property(fc.nat(1000), values, (path, value) => {
      attempt(withHeader(bytes, (header) => mutate(header, path, value)));
      try {
        loadOptimizer(withHeader(bytes, (header) => mutate(header, path, value)));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1500 },
  );
});

describe('the message tells what is wrong', () => {
  const layer = (over: object) => (config: Record<string, unknown>) => {
    const [first, ...rest] = config['layers'] as { config: object }[];
    return { ...config, layers: [{ ...first, config: { ...first?.config, ...over } }, ...rest] };
  };
  const entry = (over: object) => (config: Record<string, unknown>) => {
    const [first, ...rest] = config['layers'] as object[];
    return { ...config, layers: [{ ...first, ...over }, ...rest] };
  };
  const set = (over: object) => (config: Record<string, unknown>) => ({ ...config, ...over });
  const cases: [string, (config: Record<string, unknown>) => unknown, RegExp][] = [
    ['another version', set({ version: 2 }), /^loadModel: expected version 1, got 2$/],
    [
      'an unknown entry',
      set({ more: 1 }),
      /^loadModel: expected keys hash, version, inputShape, layers, optimizer, inputShapes, outputShapes, inputNames, outputNames, preprocessing, frozen, name, got 'more'$/,
    ],
    ['no layers', set({ layers: undefined }), /^loadModel: expected an array, got undefined$/],
    ['fewer layers', set({ layers: [] }), /^loadModel: expected only the model's weights, got 'hidden\/kernel' too$/],
    [
      'another input',
      set({ inputShape: [4] }),
      /^loadModel: expected 'hidden\/kernel' of shape \[4, 5\], got \[3, 5\]$/,
    ],
    [
      'an absurd input',
      set({ inputShape: [1e15] }),
      /^loadModel: expected 'hidden\/kernel' of shape \[1000000000000000, 5\], got \[3, 5\]$/,
    ],
    [
      'absurd units',
      layer({ units: 1e12 }),
      /^loadModel: expected 'hidden\/kernel' of shape \[3, 1000000000000\], got \[3, 5\]$/,
    ],
    ['negative units', layer({ units: -1 }), /^loadModel: dense: expected units to be a whole number >= 1, got -1$/],
    ['units as text', layer({ units: '5' }), /^loadModel: dense: expected units to be a whole number >= 1, got '5'$/],
    ['an unknown option', layer({ unit: 5 }), /^loadModel: dense: expected options .*, got unknown option 'unit'$/],
    [
      'an unknown activation',
      layer({ activation: 'rely' }),
      /^loadModel: dense: expected activation to be one of .*, got 'rely'$/,
    ],
    ['no bias', layer({ useBias: false }), /^loadModel: expected only the model's weights, got 'hidden\/bias' too$/],
    ['a layer without inputs', entry({ inputs: [] }), /^loadModel: expected inputs for layer 1, got none$/],
    [
      'a layer on a later one',
      entry({ inputs: [1] }),
      /^loadModel: expected layer 1 to come after what it uses, got 1$/,
    ],
    [
      'a layer shared with itself',
      entry({ shares: 0 }),
      /^loadModel: expected layer 1 to come after what it uses, got 0$/,
    ],
    ['a name of a number', entry({ name: 5 }), /^loadModel: expected a string, got 5$/],
    ['another name', entry({ name: 'other' }), /^loadModel: expected weight 'other\/kernel', got none in the file$/],
    [
      'an unknown kind',
      entry({ kind: 'toString' }),
      /^loadModel: expected a known kind of layer, or its factory in option layers, got 'toString'$/,
    ],
  ];
  test.each(cases)('%s', (_, change, message) => {
    const damaged = withConfig(savedBytes(), change);
    expect(() => loadModel(damaged)).toThrow(typed(FormatError, message));
  });

  test('a foreign file', () => {
    const foreign = container('{"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4));
    expect(() => loadModel(foreign)).toThrow(
      new FormatError(
        "loadModel: expected a file of saveModel, with 'wasmgrad' in its metadata, got an object with keys (none)",
      ),
    );
  });

  test('8-bit weights without their scales, with scales that do not fit', () => {
    const message =
      "loadModel: expected 'hidden/kernel' of dtype F32, F16, or I8 with scales for its last axes, got I8";
    const renamed = (change: (entry: Record<string, unknown>) => [string, unknown][]) =>
      withHeader(savedBytes('int8'), ({ ['hidden/kernel:scale']: scale, ...rest }) => ({
        ...rest,
        ...Object.fromEntries(change(scale as Record<string, unknown>)),
      }));
    expect(() => loadModel(renamed((scale) => [['other', scale]]))).toThrow(new FormatError(message));
    for (const shape of [
      [1, 5],
      [5, 1],
      [1, 1, 5],
    ])
      // prettier-ignore
      expect(() => loadModel(renamed((scale) => [['hidden/kernel:scale', { ...scale, shape }]]))).toThrow(
        new FormatError(message),
      );
    const whole = renamed((scale) => [['hidden/kernel:scale', { ...scale, dtype: 'I32' }]]);
    expect(() => loadModel(whole)).toThrow(new FormatError(message));
  });

  test('contents that have changed', () => {
    const bytes = savedBytes();
    bytes[bytes.length - 1]! ^= 1;
    expect(() => loadModel(bytes)).toThrow(/expected contents with the hash '[0-9a-f]{32}', got a changed file/);
    expect(() => loadOptimizer(bytes)).toThrow(/got a changed file/);
  });

  test('weights that are not finite', () => {
    const bytes = withoutHash(savedBytes());
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true);
    expect(() => loadModel(bytes)).toThrow(
      new FormatError("loadModel: expected finite weights, got NaN in 'dense_2/bias', element 1"),
    );
  });
});
