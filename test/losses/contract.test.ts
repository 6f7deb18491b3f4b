// What losses say of themselves, what they refuse, and which of them a model's last activation turns into a fused one.
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { valueAndGrad } from '../../src/ops/differentiation.js';
import { DTypeError, DisposedError, ShapeError } from '../../src/core/errors.js';
import {
  binaryCrossEntropy,
  crossEntropy,
  fusedLoss,
  huber,
  meanSquaredError,
  type NamedLoss,
} from '../../src/losses/index.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { softmax } from '../../src/ops/softmax.js';
import { ones, tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { typed } from '../support/typed.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { wrong } from '../support/wrong.js';
import { factories } from './factories.js';

withRuntime();

describe.each(Object.entries(factories))('%s', (name, factory) => {
  it('tells its name and options', () => {
    expect({ ...factory() }).toMatchObject({ kind: name, reduction: 'mean', config: { reduction: 'mean' } });
    expect({ ...factory({ reduction: 'sum' }) }).toMatchObject({
      kind: name,
      reduction: 'sum',
      config: { reduction: 'sum' },
    });
  });

  it('refuses unknown options and reductions', () => {
    // @ts-expect-error a misspelt option
    expect(() => factory({ reductoin: 'sum' })).toThrow(
      new RegExp(`^${name}: expected options reduction.*, got unknown option 'reductoin'`),
    );
    // @ts-expect-error no such reduction
    expect(() => factory({ reduction: 'none' })).toThrow(
      new RangeError(`${name}: expected reduction to be one of 'mean', 'sum', got 'none'`),
    );
  });

  it('names itself and both shapes when they differ', () => {
    tidy(() => {
      const loss = factory();
      const expected =
        name === 'crossEntropy'
          ? 'one-hot targets [2, 3] or class indices [2]'
          : "target of the prediction's shape [2, 3]";
      expect(() => loss(zeros([2, 3]), zeros([3, 2]))).toThrow(
        new ShapeError(`${name}: expected ${expected}, got [3, 2]`),
      );
      expect(() => loss(zeros([0, 3]), zeros([0, 3]))).toThrow(`${name}: expected at least one row`);
    });
  });

  it('refuses other types and disposed tensors', () => {
    tidy(() => {
      const loss = factory();
      const p = zeros([2, 2]);
      const whole = tensor([1, 0, 0, 1], [2, 2], 'i32');
      const expected =
        name === 'crossEntropy' ? 'expected one-hot targets f32, or class indices [2]' : 'target: expected f32';
      expect(() => loss(p, whole)).toThrow(new DTypeError(`${name}: ${expected}, got i32 of shape [2, 2]`));
      expect(() => loss(wrong(whole), p)).toThrow(
        new DTypeError(`${name}: prediction: expected f32, got i32 of shape [2, 2]`),
      );
      expect(() =>
        loss(
          p,
          wrong([
            [1, 0],
            [0, 1],
          ]),
        ),
      ).toThrow(new TypeError(`${name}: expected target to be a tensor, got [[1, 0], [0, 1]]`));
      const gone = zeros([2, 2]);
      gone.dispose();
      expect(() => loss(p, gone)).toThrow(
        new DisposedError(`${name}: expected a live tensor, got one of shape [2, 2] after dispose()`),
      );
    });
  });
});

describe.each(Object.entries(factories))('weights of %s', (name, factory) => {
  it('are checked', () => {
    tidy(() => {
      const loss = factory();
      const [p, t] = [ones([2, 3]), ones([2, 3])];
      const of = (weights: Tensor) => () => loss(p, t, weights);
      expect(of(tensor([1, -1]))).toThrow(new RangeError(`${name}: expected finite weights >= 0, got -1`));
      expect(of(tensor([NaN, 1]))).toThrow(new RangeError(`${name}: expected finite weights >= 0, got NaN`));
      expect(of(tensor([1, 2, 3]))).toThrow(
        typed(ShapeError, /: expected weights of the first axes of \[2.*, got \[3\]$/),
      );
      expect(of(wrong(tensor([1, 2], [2], 'i32')))).toThrow(
        new DTypeError(`${name}: weights: expected f32, got i32 of shape [2]`),
      );
      expect(of(wrong(0))).toThrow(new TypeError(`${name}: expected weights to be a tensor, got 0`));
    });
  });

  it('of 0 make loss and gradient 0', () => {
    tidy(() => {
      const [loss, slope] = valueAndGrad((p: Tensor) => factory()(p, ones([2, 3]), zeros([2])))(tensor([0.1, 0.2, 0.7, 0.3, 0.3, 0.4], [2, 3])); // prettier-ignore
      expect(Math.abs(loss.item())).toBe(0);
      expect(slope.data().every((value) => value === 0)).toBe(true);
    });
  });

  it('have gradients themselves', () => {
    tidy(() => {
      const p = tensor([0.1, 0.2, 0.7, 0.3, 0.3, 0.4], [2, 3]);
      for (const options of [{}, { fromLogits: true }])
        if (Object.keys(options).every((key) => key in factory().config)) {
          const loss = Reflect.apply(factory, undefined, [{ reduction: 'sum', ...options }]) as NamedLoss;
          const t = tensor([0, 1, 0, 1, 0, 0], [2, 3]);
          const [, slope] = valueAndGrad((w: Tensor) => loss(p, t, w))(tensor([2, 3]));
          for (const k of [0, 1])
            expectClose([slope.data()[k]!], [loss(p, t, tensor([Number(k === 0), k])).item()], 2e-6);
        }
    });
  });
});

it('huber and the cross-entropies check and tell their own options', () => {
  expect(() => huber({ delta: 0 })).toThrow(new RangeError('huber: expected delta to be a finite number > 0, got 0'));
  expect(huber({ delta: 2 }).config).toEqual({ reduction: 'mean', delta: 2 });
  for (const [name, factory] of Object.entries({ crossEntropy, binaryCrossEntropy })) {
    expect(factory().fromLogits).toBe(false);
    expect({ ...factory({ fromLogits: true }) }).toMatchObject({ fromLogits: true, config: { fromLogits: true } });
    expect(() => factory({ fromLogits: wrong('yes') })).toThrow(
      new TypeError(`${name}: expected fromLogits to be true or false, got 'yes'`),
    );
  }
});

describe('labels of crossEntropy', () => {
  it('lie in 0..classes-1', () => {
    tidy(() => {
      for (const loss of [crossEntropy(), crossEntropy({ fromLogits: true })]) {
        const p = zeros([2, 3]);
        expect(() => loss(p, tensor([0, 3], [2], 'i32'))).toThrow(
          'crossEntropy: expected class indices in 0..2, got 3',
        );
        expect(() => loss(p, tensor([-1, 0], [2], 'i32'))).toThrow(
          new RangeError('crossEntropy: expected class indices in 0..2, got -1'),
        );
        expect(() => loss(p, tensor([0, 1.5]))).toThrow('got 1.5');
        expect(() => loss(p, tensor([0, NaN]))).toThrow(
          new RangeError('crossEntropy: expected class indices in 0..2, got NaN'),
        );
        expect(() => loss(p, tensor([0]))).toThrow(
          new ShapeError('crossEntropy: expected one-hot targets [2, 3] or class indices [2], got [1]'),
        );
        expect(() => loss(tensor(1), tensor(1))).toThrow(
          new ShapeError('crossEntropy: expected prediction [..., classes], got a scalar'),
        );
      }
    });
  });

  it('make the loss NaN when only a recorded program sees them', () => {
    tidy(() => {
      for (const fromLogits of [true, false]) {
        const loss = crossEntropy({ fromLogits });
        const p = tensor([[0.5, 0.5]]);
        const step = compile((labels: Tensor<'i32'>) => loss(p, labels));
        expect(step(tensor([1], [1], 'i32')).item()).toBeCloseTo(Math.LN2, 6);
        expect(step(tensor([2], [1], 'i32')).item()).toBeNaN();
        step.dispose();
      }
    });
  });
});

describe('fusedLoss', () => {
  it('pairs softmax with crossEntropy and sigmoid with binaryCrossEntropy, of probabilities', () => {
    expect(fusedLoss(crossEntropy(), 'softmax')).toBeDefined();
    expect(fusedLoss(binaryCrossEntropy(), 'sigmoid')).toBeDefined();
    expect(fusedLoss(crossEntropy(), 'sigmoid')).toBeUndefined();
    expect(fusedLoss(binaryCrossEntropy(), 'softmax')).toBeUndefined();
    expect(fusedLoss(crossEntropy({ fromLogits: true }), 'softmax')).toBeUndefined();
    expect(fusedLoss(meanSquaredError(), 'softmax')).toBeUndefined();
    expect(fusedLoss((p) => p, 'softmax')).toBeUndefined();
  });

  it.each([
    ['softmax', crossEntropy, softmax],
    ['sigmoid', binaryCrossEntropy, sigmoid],
  ] as const)('gives the same loss and gradient through %s', (name, factory, activation) => {
    for (const reduction of ['mean', 'sum'] as const) {
      tidy(() => {
        const loss = factory({ reduction });
        const fused = fusedLoss(loss, name)!;
        const z = tensor(numbers(12, 1, -3, 3), [4, 3]);
        const t = tensor([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0], [4, 3]);
        const [value, gradient] = valueAndGrad((x: Tensor) => fused(x, t))(z);
        const [slow, chained] = valueAndGrad((x: Tensor) => loss(activation(x), t))(z);
        expectClose([value.item()], [slow.item()], 1e-6);
        expectClose(gradient.data(), chained.data(), 1e-6);
      });
    }
  });
});
