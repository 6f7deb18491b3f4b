import { describe, expect, it } from 'vitest';
import {
  DisposedError,
  memory,
  mul,
  NonFiniteError,
  ShapeError,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '../../src/index.js';
import { activation, dense, dropout, l1, l2, l1l2 } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { numbers } from './reference.js';

withRuntime();

const classifier = (seed = 1): Model =>
  sequential({ inputShape: [5], seed }, [
    dense({ units: 7, activation: 'relu' }),
    dense({ units: 3, activation: 'softmax' }),
  ]);
const batch = (rows: number): { x: Float32Array; y: Int32Array } => ({
  x: Float32Array.from(numbers(rows * 5, 3)),
  y: Int32Array.from({ length: rows }, (_, i) => i % 3),
});

/** Runs `body` with a model and a trainer and frees both. */
function training(body: (step: Model, trainer: ReturnType<Model['trainer']>) => void, rows = 8): void {
  const model = classifier();
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), batchSize: rows });
  try {
    body(model, trainer);
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

describe('trainer', () => {
  it('learns, with class indices and with one-hot targets alike to the bit', () => {
    const { x, y } = batch(8);
    const oneHot = Float32Array.from({ length: 24 }, (_, i) => Number(i % 3 === y[Math.floor(i / 3)]));
    const losses: number[][] = [[], []];
    [y, oneHot].forEach((targets, k) => {
      training((_, trainer) => {
        for (let i = 0; i < 200; i++) losses[k]!.push(trainer.step(x, targets));
      });
    });
    expect(losses[0]).toEqual(losses[1]);
    expect(losses[0]!.at(-1)).toBeLessThan(0.5 * losses[0]![0]!);
  });

  it('takes shorter batches and keeps memory constant over 100,000 steps of changing size', () => {
    training((_, trainer) => {
      const full = batch(8);
      const short = batch(3);
      for (let i = 0; i < 100; i++) trainer.step((i % 2 ? full : short).x, (i % 2 ? full : short).y);
      const before = memory();
      for (let i = 0; i < 100_000; i++) trainer.step((i % 7 ? full : short).x, (i % 7 ? full : short).y);
      expect(memory()).toEqual(before);
      expect(trainer.steps).toBe(100_100);
    });
  });

  it('frees programs of batch sizes not used lately', () => {
    const model = classifier();
    const trainer = model.trainer({ loss: crossEntropy(), optimizer: sgd(), batchSize: 64 });
    for (let rows = 1; rows <= 40; rows++) trainer.step(batch(rows).x, batch(rows).y);
    const { used } = memory();
    for (let rows = 1; rows <= 40; rows++) trainer.step(batch(rows).x, batch(rows).y);
    expect(memory().used).toBe(used);
    trainer.dispose();
    model.dispose();
  });

  it('refuses batches that do not fit and goes on as if nothing had happened', () => {
    training((model, trainer) => {
      const { x, y } = batch(8);
      trainer.step(x, y);
      const before = model.getWeights();
      expect(() => trainer.step(x.subarray(1), y)).toThrow(
        new ShapeError('step: expected x of whole rows of 5 values ([5]), got 39 values'),
      );
      expect(() => trainer.step(new Float32Array(0), [])).toThrow(
        new ShapeError('step: expected x of whole rows of 5 values ([5]), got 0 values'),
      );
      expect(() => trainer.step(x, y.subarray(1))).toThrow(
        new ShapeError('step: expected 24 targets ([8, 3]) or 8 class indices, got 7'),
      );
      expect(() => trainer.step(batch(9).x, batch(9).y)).toThrow(
        new RangeError('step: expected at most 8 rows, got 9'),
      );
      expect(() =>
        trainer.step(
          x,
          Int32Array.from(y, () => 3),
        ),
      ).toThrow(new RangeError('step: expected labels from 0 to 2, got 3 at position 0'));
      expect(() =>
        trainer.step(
          x,
          Float32Array.from(y, (v) => v + 0.5),
        ),
      ).toThrow(new RangeError('step: expected labels from 0 to 2, got 0.5 at position 0'));
      // @ts-expect-error plain arrays are not accepted for x
      expect(() => trainer.step([...x], y)).toThrow(
        typed(TypeError, /^step: expected x to be a Float32Array, got .*$/),
      );
      expect(model.getWeights()).toEqual(before);
      expect(trainer.steps).toBe(1);
      expect(trainer.step(x, y)).toBeGreaterThan(0);
    });
  });

  it('names NaN in inputs and targets before anything changes', () => {
    training((model, trainer) => {
      const { x, y } = batch(8);
      trainer.step(x, y);
      const before = model.getWeights();
      const bad = Float32Array.from(x);
      bad[13] = NaN;
      expect(() => trainer.step(bad, y)).toThrow(new NonFiniteError('step: expected finite x, got NaN at position 13'));
      const targets = new Float32Array(24);
      targets[5] = Infinity;
      expect(() => trainer.step(x, targets)).toThrow(
        new NonFiniteError('step: expected finite y, got Infinity at position 5'),
      );
      expect(model.getWeights()).toEqual(before);
    });
  });

  it('leaves the weights alone when the loss or a gradient is not finite', () => {
    const model = sequential({ inputShape: [1] }, [dense({ units: 1 })]);
    model.setWeights({ 'dense_1/kernel': [[1e20]] });
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: 1 });
    const before = model.getWeights();
    expect(Number.isFinite(trainer.step(Float32Array.of(1e10), [0]))).toBe(false);
    expect(model.getWeights()).toEqual(before);
    expect(trainer.steps).toBe(0);
    trainer.dispose();
    // At 0 the loss is 0, and its gradient infinity times 0.
    const steep = model.trainer({
      loss: (p, t) => sum(sqrt(square(sub(p, t)))),
      optimizer: sgd({ learningRate: 1 }),
      batchSize: 1,
    });
    model.setWeights({ 'dense_1/kernel': [[0]] });
    const kept = model.getWeights();
    expect(steep.step(Float32Array.of(1), [0])).toBeNaN();
    expect(model.getWeights()).toEqual(kept);
    expect(steep.steps).toBe(0);
    steep.dispose();
    model.dispose();
  });

  it('adds penalties to loss and gradient by the lecture: lambda theta^2 and lambda |theta|', () => {
    const kernel = Float32Array.of(0.5, -2);
    for (const regularizer of [
      l1(0.25),
      l2(0.5),
      l1l2({ l1: 0.25, l2: 0.5 }),
      (w: Tensor) => mul(sum(square(w)), 0.5),
    ]) {
      const model = sequential({ inputShape: [2] }, [
        dense({ units: 1, useBias: false, kernelRegularizer: regularizer }),
      ]);
      model.setWeights({ 'dense_1/kernel': kernel });
      const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: 1 });
      const [a, b] = typeof regularizer === 'function' ? [0, 0.5] : [regularizer.l1, regularizer.l2];
      expect(trainer.step(new Float32Array(2), [0])).toBeCloseTo(a * 2.5 + b * 4.25, 5);
      const expected = [...kernel].map((theta) => theta - (a * Math.sign(theta) + 2 * b * theta));
      [...model.getWeights()['dense_1/kernel']!].forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      trainer.dispose();
      model.dispose();
    }
  });

  it('drops the same elements again under the same seed, others under another, other ones each step', () => {
    const losses = (seed: number): number[] => {
      const model = sequential({ inputShape: [5], seed: 1 }, [
        dense({ units: 40, activation: 'relu' }),
        dropout({ rate: 0.5 }),
        dense({ units: 3 }),
        activation('softmax'),
      ]);
      const trainer = model.trainer({ loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), batchSize: 8, seed });
      const { x, y } = batch(8);
      const found = Array.from({ length: 5 }, () => trainer.step(x, y));
      trainer.dispose();
      model.dispose();
      return found;
    };
    expect(losses(1)).toEqual(losses(1));
    expect(losses(1)).not.toEqual(losses(2));
    expect(new Set(losses(1)).size).toBe(5);
  });

  it('refuses bad options and use after dispose', () => {
    const model = classifier();
    const good = { loss: crossEntropy(), optimizer: sgd(), batchSize: 4 };
    expect(() => model.trainer({ ...good, batchSize: 0 })).toThrow(
      new RangeError('trainer: expected batchSize to be a whole number >= 1, got 0'),
    );
    // @ts-expect-error the option is misspelt
    expect(() => model.trainer({ ...good, batchsize: 4 })).toThrow(
      typed(TypeError, /^trainer: expected options .*, got unknown option 'batchsize'$/),
    );
    // @ts-expect-error not an optimiser
    expect(() => model.trainer({ ...good, optimizer: 'sgd' })).toThrow(
      new TypeError("trainer: expected optimizer to be made by sgd(...), adam(...) or the like, got 'sgd'"),
    );
    // @ts-expect-error not a loss
    expect(() => model.trainer({ ...good, loss: 'mse' })).toThrow(
      new TypeError("trainer: expected loss to be a function, got 'mse'"),
    );
    const trainer = model.trainer(good);
    trainer.dispose();
    trainer.dispose();
    expect(() => trainer.step(batch(4).x, batch(4).y)).toThrow(
      new DisposedError('step: expected a live trainer, got one after dispose()'),
    );
    model.dispose();
  });
});
