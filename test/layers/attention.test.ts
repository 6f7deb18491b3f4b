// Attention and positional encoding against their definitions in float64; masks; a transformer that learns.
import { describe, expect, it } from 'vitest';
import { grad } from '../../src/ops/differentiation.js';
import {
  dense,
  embedding,
  layerNorm,
  multiHeadAttention,
  positionalEncoding,
  type Layer,
  type MultiHeadAttentionOptions,
} from '../../src/layers/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { mul } from '../../src/ops/mul.js';
import { sum } from '../../src/ops/sum.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { gradient64 } from '../support/arrays.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';

withRuntime();

const [B, T, D] = [2, 5, 4];
const x = numbers(B * T * D, 1);

/** Weights in the order of the model, one after the other; sizes as the options say. */
function attention64(
  input: ArrayLike<number>,
  flat: ArrayLike<number>,
  { heads, keyDim, valueDim = keyDim, causal = false }: MultiHeadAttentionOptions,
  lengths: readonly number[] = Array.from({ length: B }, () => T),
): Float64Array {
  let offset = 0;
  const take = (n: number): number[] => Array.from({ length: n }, () => flat[offset++]!);
  const pair = (rows: number, columns: number) => ({ w: take(rows * columns), b: take(columns), rows, columns });
  const [q, k, v] = [pair(D, heads * keyDim), pair(D, heads * keyDim), pair(D, heads * valueDim)];
  const o = pair(heads * valueDim, D);
  const through = (row: number[], { w, b, rows, columns }: ReturnType<typeof pair>): number[] =>
    Array.from({ length: columns }, (_, j) => {
      let total = b[j]!;
      for (let i = 0; i < rows; i++) total += row[i]! * w[i * columns + j]!;
      return total;
    });
  const out = new Float64Array(B * T * D);
  for (let b = 0; b < B; b++) {
    const rows = Array.from({ length: lengths[b]! }, (_, t) =>
      Array.from({ length: D }, (__, j) => input[(b * T + t) * D + j]!),
    );
    const [Q, K, V] = [q, k, v].map((weights) => rows.map((row) => through(row, weights))) as [
      number[][],
      number[][],
      number[][],
    ];
    rows.forEach((_, t) => {
      const mixed: number[] = [];
      for (let h = 0; h < heads; h++) {
        const scores = K.slice(0, causal ? t + 1 : undefined).map((key) => {
          let dot = 0;
          for (let j = 0; j < keyDim; j++) dot += Q[t]![h * keyDim + j]! * key[h * keyDim + j]!;
          return Math.exp(dot / Math.sqrt(keyDim));
        });
        const total = scores.reduce((a, c) => a + c, 0);
        for (let j = 0; j < valueDim; j++)
          mixed.push(scores.reduce((a, score, s) => a + (score / total) * V[s]![h * valueDim + j]!, 0));
      }
      out.set(through(mixed, o), (b * T + t) * D);
    });
  }
  return out;
}

const build = (...layers: Layer[]): Model => sequential({ inputShape: [T, D], seed: 3 }, layers);
const flatWeights = (model: Model): number[] =>
  model.weights.flatMap(({ tensor: values }) => Array.from(values.data()));

const cases: readonly MultiHeadAttentionOptions[] = [
  { heads: 1, keyDim: 4 },
  { heads: 2, keyDim: 3, valueDim: 2 },
  { heads: 2, keyDim: 3, causal: true },
  // Narrow enough for one product, which makes queries, keys and values together.
  { heads: 1, keyDim: 3 },
  { heads: 2, keyDim: 1, valueDim: 3, causal: true },
];

describe('multiHeadAttention', () => {
  it.each(cases)('values and gradients, %o', (options) => {
    const model = build(multiHeadAttention({ ...options, biasInitializer: 'randomNormal' }));
    const flat = flatWeights(model);
    for (const lengths of [undefined, [3, 5]]) {
      const y = model.predict(x, lengths ? { lengths } : {});
      expectClose(y.data(), attention64(x, flat, options, lengths), 5e-6);
      y.dispose();
    }
    const weighting = numbers(B * T * D, 9);
    const [input, weights] = [tensor(x, [B, T, D]), tensor(weighting, [B, T, D])];
    const tree = Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
    const loss = (at: Record<string, Tensor>): Tensor => sum(mul(model.apply(at, input, { lengths: [3, 5] }), weights));
    const gradients = grad(loss)(tree);
    const expected = gradient64(
      (moved) => attention64(x, moved, options, [3, 5]).reduce((total, value, i) => total + value * weighting[i]!, 0),
      Float64Array.from(flat),
      1e-4,
    );
    expectClose(
      model.weights.flatMap(({ name }) => Array.from(gradients[name]!.data())),
      expected,
      5e-5,
    );
    for (const made of [input, weights, ...Object.values(gradients)]) made.dispose();
    model.dispose();
  });

  it('padding influences nothing, and causal steps see nothing later', () => {
    const lengths = [3, 5];
    const run = (filling: number): unknown => {
      const model = build(multiHeadAttention({ heads: 2, keyDim: 2 }), dense({ units: 2, activation: 'tanh' }));
      const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.1 }), batchSize: B });
      const padded = (values: Float32Array, width: number): Float32Array =>
        values.map((value, i) => (Math.floor(i / width) % T < lengths[Math.floor(i / (width * T))]! ? value : filling));
      const losses = [1, 2].map(() => trainer.step(padded(x, D), padded(numbers(B * T * 2, 4), 2), { lengths }));
      const weights = Object.values(model.getWeights()).map(bitPatterns);
      trainer.dispose();
      model.dispose();
      return [losses, weights];
    };
    expect(run(NaN)).toEqual(run(0));
    const model = build(
      multiHeadAttention({ heads: 2, keyDim: 2, causal: true }),
      multiHeadAttention({ heads: 1, keyDim: 2, causal: true }),
    );
    const changed = x.map((value, i) => (i % (T * D) >= 3 * D ? value + 1 : value));
    const [a, b] = [model.predict(x), model.predict(changed)];
    const [before, after] = [a.data(), b.data()];
    for (let i = 0; i < before.length; i++) {
      if (i % (T * D) < 3 * D) expect(after[i]).toBe(before[i]);
      else expect(after[i]).not.toBe(before[i]);
    }
    a.dispose();
    b.dispose();
    model.dispose();
  });

  it('bad options', () => {
    expect(() => multiHeadAttention({ heads: 0, keyDim: 2 })).toThrow(
      new RangeError('multiHeadAttention: expected heads to be a whole number >= 1, got 0'),
    );
    // @ts-expect-error the option is misspelt
    expect(() => multiHeadAttention({ heads: 1, keydim: 2 })).toThrow(
      typed(TypeError, /^multiHeadAttention: expected options .*, got unknown option 'keydim'$/),
    );
    expect(() => multiHeadAttention({ heads: 1, keyDim: 2, dropout: 1 })).toThrow(
      new RangeError('multiHeadAttention: expected dropout to be a finite number >= 0 and < 1, got 1'),
    );
    expect(() => sequential({ inputShape: [4] }, [multiHeadAttention({ heads: 1, keyDim: 2 })])).toThrow(
      'multiHeadAttention_1: multiHeadAttention: expected input [batch, steps, features], got [batch, 4]',
    );
    expect(() => sequential({ inputShape: [4] }, [positionalEncoding()])).toThrow(
      'positionalEncoding_1: positionalEncoding: expected input [batch, steps, features], got [batch, 4]',
    );
    expect(() => positionalEncoding({ base: 1 })).toThrow(
      new RangeError('positionalEncoding: expected base to be a finite number > 1, got 1'),
    );
  });
});

it('positionalEncoding adds sines and cosines', () => {
  for (const features of [4, 5]) {
    const model = sequential({ inputShape: [300, features] }, [positionalEncoding({ base: 100 })]);
    const y = model.predict(new Float32Array(300 * features));
    const expected = Array.from({ length: 300 * features }, (_, i) => {
      const [t, j] = [Math.floor(i / features), i % features];
      const angle = t / 100 ** ((2 * Math.floor(j / 2)) / features);
      return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    expectClose(y.data(), expected, 2e-7);
    y.dispose();
    model.dispose();
  }
});

it('a small transformer learns to continue a periodic text, and is saved and loaded', () => {
  const text = 'abacabad';
  const symbols = [...new Set(text)];
  const steps = 12;
  const model = sequential({ inputShape: [steps], seed: 1 }, [
    embedding({ inputDim: symbols.length, outputDim: 16 }),
    positionalEncoding(),
    layerNorm(),
    multiHeadAttention({ heads: 2, keyDim: 8, causal: true, dropout: 0.05 }),
    layerNorm(),
    dense({ units: 32, activation: 'gelu' }),
    dense({ units: symbols.length, activation: 'softmax' }),
  ]);
  const index = (i: number): number => symbols.indexOf(text[i % text.length]!);
  const rows = text.length;
  const input = Float32Array.from({ length: rows * steps }, (_, i) => index(Math.floor(i / steps) + (i % steps)));
  const target = Int32Array.from({ length: rows * steps }, (_, i) => index(Math.floor(i / steps) + (i % steps) + 1));
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), batchSize: rows });
  const losses = Array.from({ length: 200 }, () => trainer.step(input, target));
  expect(losses[0]!).toBeGreaterThan(1.2);
  const copy = loadModel(saveModel(model));
  const [a, b] = [model.predict(input), copy.predict(input)];
  expect(bitPatterns(b.data())).toEqual(bitPatterns(a.data()));
  const p = a.data();
  for (let row = 0; row < rows; row++) {
    const last = (row + 1) * steps - 1;
    const scores = p.subarray(last * symbols.length, (last + 1) * symbols.length);
    expect(scores.indexOf(Math.max(...scores))).toBe(target[last]);
  }
  for (const made of [a, b]) made.dispose();
  trainer.dispose();
  copy.dispose();
  model.dispose();
});
