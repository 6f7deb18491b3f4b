// An update that makes a weight overflow is caught in the step that made it, and taken back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { add, grad, mul, sum, tensor, tidy, NonFiniteError, type Tensor } from '../../src/index.js';
import { batchNorm, dense, dropout } from '../../src/layers/index.js';
import { meanAbsoluteError, meanSquaredError } from '../../src/losses/index.js';
import { sequential, type FitOptions, type Model } from '../../src/models/index.js';
import { adagrad, adam, adamw, rmsprop, sgd, type Optimizer } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const inputs = Float32Array.from({ length: 24 }, (_, i) => (((i * 7) % 11) - 5) / 5);
const targets = Float32Array.from({ length: 8 }, (_, i) => (i % 3) - 1);

const network = (): Model =>
  sequential({ inputShape: [3], seed: 3 }, [
    dense({ units: 5, activation: 'tanh' }),
    batchNorm(),
    dropout({ rate: 0.2 }),
    dense({ units: 1 }),
  ]);

const isFinite = (model: Model): boolean =>
  Object.values(model.getWeights()).every((values) => values.every(Number.isFinite));

/** Optimisers that make weights overflow sooner or later, each by another of its numbers. */
const explosive: readonly (readonly [string, () => Optimizer])[] = [
  ['sgd', () => sgd({ learningRate: 1e38 })],
  ['sgd with momentum', () => sgd({ learningRate: 1e30, momentum: 0.9 })],
  ['a momentum that grows', () => sgd({ learningRate: 0.1, momentum: 1e20 })],
  ['nesterov', () => sgd({ learningRate: 3e37, momentum: 0.9, nesterov: true })],
  ['weight decay', () => sgd({ learningRate: 0.1, weightDecay: 1e30 })],
  ['a schedule', () => sgd({ learningRate: (step) => (step < 3 ? 0.01 : 3e38) })],
  ['adam', () => adam({ learningRate: 3e38 })],
  ['adamw', () => adamw({ learningRate: 1, weightDecay: 1e25 })],
  ['rmsprop', () => rmsprop({ learningRate: 3e38, momentum: 0.9, centered: true })],
  ['adagrad', () => adagrad({ learningRate: 3e38 })],
  ['clipped sgd', () => sgd({ learningRate: 3e38, clipNorm: 1e3 })],
];

describe('a step', () => {
  it.each(explosive)('of %s that overflows gives NaN and changes no weight', (_, make) => {
    using model = network();
    using trainer = model.trainer({ loss: meanSquaredError(), optimizer: make(), batchSize: 8 });
    let failed = false;
    for (let step = 0; step < 60 && !failed; step++) {
      const before = model.getWeights();
      const { steps } = trainer;
      failed = Number.isNaN(trainer.step(inputs, targets));
      expect(isFinite(model)).toBe(true);
      if (!failed) continue;
      expect(model.getWeights()).toEqual(before);
      expect(trainer.steps).toBe(steps);
    }
    expect(failed).toBe(true);
  });

  it('whose gradients are large is watched as well', () => {
    using model = sequential({ inputShape: [1], seed: 1 }, [dense({ units: 1, kernelInitializer: 'ones' })]);
    using trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1000 }), batchSize: 1 });
    const before = model.getWeights();
    expect(trainer.step(Float32Array.of(1e18), [0])).toBeNaN(); // the gradient 2e36 is finite, a thousand times as much is not
    expect(model.getWeights()).toEqual(before);
    expect(trainer.step(Float32Array.of(1), [0])).toBe(1);
  });

  it('of any rate, decay and data leaves finite weights', () => {
    const size = fc.double({ min: 0, max: 3e38, noNaN: true });
    const power = fc.integer({ min: -30, max: 38 }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(
        fc.oneof(power, size),
        fc.oneof(fc.constant(0), power),
        power,
        fc.integer(),
        (rate, decay, scale, seed) => {
          for (const optimizer of [
            sgd({ learningRate: rate, momentum: 0.9, weightDecay: decay }),
            adam({ learningRate: rate, weightDecay: decay, epsilon: seed % 2 === 0 ? 0 : 1e-8 }),
          ]) {
            using model = sequential({ inputShape: [3], seed: 1 }, [
              dense({ units: 4, activation: 'relu' }),
              dense({ units: 1 }),
            ]);
            using trainer = model.trainer({ loss: meanAbsoluteError(), optimizer, batchSize: 8 });
            for (let step = 0; step < 6; step++) {
              const before = model.getWeights();
              const loss = trainer.step(
                inputs.map((x) => x * scale),
                targets,
              );
              expect(isFinite(model)).toBe(true);
              if (!Number.isFinite(loss)) expect(model.getWeights()).toEqual(before);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('fit', () => {
  const data = dataset(inputs, targets, { shape: [3] });

  /** Weights after so many whole steps, and the error of one more that overflows. */
  async function trained(optimizer: Optimizer, options: Partial<FitOptions>) {
    using model = network();
    const history: number[] = [];
    const error: unknown = await model
      .fit(data, {
        loss: meanSquaredError(),
        optimizer,
        batchSize: 2,
        epochs: 3,
        onBatchEnd: ({ loss }) => {
          history.push(loss);
        },
        ...options,
      })
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    return { weights: model.getWeights(), steps: history.length, error };
  }

  it.each([
    ['on this thread', {}],
    ['in a worker', { worker: true }],
  ] as const)('%s ends with the weights before the step that overflowed', async (_, where) => {
    for (const bad of [0, 3, 5, 7]) {
      const rate = (step: number): number => (step === bad ? 3e38 : 0.01);
      const { weights, steps, error } = await trained(sgd({ learningRate: rate, momentum: 0.5 }), where);
      expect(error).toBeInstanceOf(NonFiniteError);
      expect(error).toMatchObject({ epoch: 1 + Math.floor(bad / 4), batch: 1 + (bad % 4) });
      expect(steps).toBe(bad);
      // The same training with a rate that never grows, stopped after as many steps.
      const stop = new AbortController();
      let done = 0;
      const calm = await trained(sgd({ learningRate: 0.01, momentum: 0.5 }), {
        signal: stop.signal,
        onBatchEnd: () => {
          if (++done === bad) stop.abort();
        },
      });
      if (bad > 0) expect(weights).toEqual(calm.weights);
    }
  });
});

describe('gradients that share memory', () => {
  it('are clipped once', () => {
    tidy(() => {
      const [a, b] = [tensor([1, 2, 3]), tensor([4, 5, 6])];
      const gradients = grad(({ p, q }: { p: Tensor; q: Tensor }) => sum(mul(add(p, q), tensor([3, 4, 0]))))({
        p: a,
        q: b,
      });
      const state = sgd({ learningRate: 1, clipNorm: 1 }).create([a, b]);
      state.prepare(0);
      state.update([gradients.p, gradients.q]);
      state.dispose();
      const norm = Math.sqrt(50);
      a.data().forEach((value, i) => expect(value).toBeCloseTo([1 - 3 / norm, 2 - 4 / norm, 3][i] ?? NaN, 6));
      b.data().forEach((value, i) => expect(value).toBeCloseTo([4 - 3 / norm, 5 - 4 / norm, 6][i] ?? NaN, 6));
    });
  });

  it('are not those of another after an update that can be taken back', () => {
    const pair = (shape: readonly number[]) => ({
      p: { shape, initializer: 'zeros' as const },
      q: { shape, initializer: 'ones' as const },
    });
    using model = sequential({ inputShape: [2], seed: 1 }, [
      { kind: 'pair', outputShape: (shape) => shape, init: pair, apply: ({ p, q }, x) => add(add(x, p!), q!) },
    ]);
    using trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 2000 }), batchSize: 1 });
    trainer.step(Float32Array.of(1, 2), [0, 0]);
    const { 'pair_1/p': p, 'pair_1/q': q } = model.getWeights();
    expect(Array.from(q ?? [], (value, i) => value - (p?.[i] ?? NaN))).toEqual([1, 1]);
  });
});
