// Whole trainings against float64, step by step from the same weights.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { init, memory } from '../../src/index.js';
import { dense } from '../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy, halfMeanSquaredError, type Loss } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { numbers, step64, type Activation64, type Layer64, type Loss64 } from './reference.js';

beforeAll(async () => {
  await init();
});
afterEach(() => {
  expect(memory().liveTensors).toBe(0);
});

interface Case {
  readonly name: string;
  readonly widths: readonly number[];
  readonly activations: readonly Activation64[];
  readonly loss: Loss64;
  readonly rows: number;
  readonly rate: number;
  readonly steps: number;
  /** Largest difference of loss and weights after all steps. */
  readonly tolerance: number;
}

const losses: Record<Loss64, Loss> = {
  bce: binaryCrossEntropy(),
  ce: crossEntropy(),
  halfMse: halfMeanSquaredError(),
};

const cases: readonly Case[] = [
  {
    name: 'XOR 2-2-1',
    widths: [2, 2, 1],
    activations: ['sigmoid', 'sigmoid'],
    loss: 'bce',
    rows: 4,
    rate: 1,
    steps: 3000,
    tolerance: 2e-4,
  },
  {
    name: 'logistic regression',
    widths: [5, 1],
    activations: ['sigmoid'],
    loss: 'bce',
    rows: 33,
    rate: 0.5,
    steps: 300,
    tolerance: 2e-5,
  },
  {
    name: 'one hidden layer, tanh',
    widths: [7, 9, 1],
    activations: ['tanh', 'sigmoid'],
    loss: 'bce',
    rows: 17,
    rate: 0.3,
    steps: 300,
    tolerance: 5e-5,
  },
  {
    name: 'deep, softmax',
    widths: [6, 13, 10, 8, 3],
    activations: ['relu', 'tanh', 'sigmoid', 'linear'],
    loss: 'ce',
    rows: 21,
    rate: 0.1,
    steps: 300,
    tolerance: 1e-4,
  },
  {
    name: 'regression with two outputs',
    widths: [4, 16, 2],
    activations: ['tanh', 'linear'],
    loss: 'halfMse',
    rows: 30,
    rate: 0.05,
    steps: 300,
    tolerance: 5e-5,
  },
];

function makeData({ widths, loss, rows, name }: Case): { x: Float32Array; y: Float32Array } {
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!];
  if (name.startsWith('XOR')) return { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float32Array.of(0, 1, 1, 0) };
  const x = Float32Array.from(numbers(rows * inputs, 1));
  const y = new Float32Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    if (loss === 'ce') y[r * outputs + (r % outputs)] = 1;
    else for (let u = 0; u < outputs; u++) y[r * outputs + u] = loss === 'bce' ? r % 2 : Math.fround(Math.sin(r + u));
  }
  return { x, y };
}

describe.each(cases)('$name', (spec) => {
  const { widths, activations, loss, rows, rate, steps, tolerance } = spec;

  function makeLayers(): Layer64[] {
    return activations.map((activation, i) => {
      const [inputs, units] = [widths[i]!, widths[i + 1]!];
      const scaled = (values: Float64Array): Float64Array => values.map((value) => Math.fround(value));
      return {
        inputs,
        units,
        activation,
        kernel: scaled(numbers(inputs * units, 10 + i)),
        bias: scaled(numbers(units, 20 + i)),
      };
    });
  }

  it(`follows float64 for ${steps} steps`, () => {
    const reference = makeLayers();
    const last = activations.length - 1;
    const model = sequential(
      { inputShape: [widths[0]!] },
      reference.map(({ units, activation }, i) =>
        dense({ units, activation: i === last && loss === 'ce' ? 'softmax' : activation }),
      ),
    );
    const values = reference.flatMap(({ kernel, bias }, i) => [
      [`dense_${i + 1}/kernel`, Float32Array.from(kernel)] as const,
      [`dense_${i + 1}/bias`, Float32Array.from(bias)] as const,
    ]);
    model.setWeights(Object.fromEntries(values));
    const trainer = model.trainer({ loss: losses[loss], optimizer: sgd({ learningRate: rate }), batchSize: rows });
    const { x, y } = makeData(spec);
    let worst = 0;
    for (let i = 0; i < steps; i++) {
      const expected = step64(reference, x, y, rows, rate, loss);
      worst = Math.max(worst, Math.abs(trainer.step(x, y) - expected));
    }
    expect(worst).toBeLessThan(tolerance);
    const weights = model.getWeights();
    reference.forEach(({ kernel, bias }, i) => {
      for (const [short, want] of [
        ['kernel', kernel],
        ['bias', bias],
      ] as const) {
        const got = weights[`dense_${i + 1}/${short}`]!;
        want.forEach((value, k) => {
          expect(Math.abs(got[k]! - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
        });
      }
    });
    trainer.dispose();
    model.dispose();
  });
});

describe('XOR', () => {
  it.each([1, 2, 3])('converges from a seeded initialisation (seed %d) with three hidden units', (seed) => {
    const model = sequential({ inputShape: [2], seed }, [
      dense({ units: 3, activation: 'sigmoid' }),
      dense({ units: 1, activation: 'sigmoid' }),
    ]);
    const trainer = model.trainer({ loss: binaryCrossEntropy(), optimizer: sgd({ learningRate: 2 }), batchSize: 4 });
    const x = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
    const y = Float32Array.of(0, 1, 1, 0);
    let loss = NaN;
    for (let i = 0; i < 20_000; i++) loss = trainer.step(x, y);
    expect(loss).toBeLessThan(0.01);
    trainer.dispose();
    model.dispose();
  });
});
