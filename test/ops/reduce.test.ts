import { describe, expect, it } from 'vitest';
import { grad, jvp } from '../../src/ops/differentiation.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { argmax } from '../../src/ops/argmax.js';
import { argmin } from '../../src/ops/argmin.js';
import { cumprod } from '../../src/ops/cumprod.js';
import { logSumExp } from '../../src/ops/logSumExp.js';
import { max } from '../../src/ops/max.js';
import { mean } from '../../src/ops/mean.js';
import { min } from '../../src/ops/min.js';
import { norm } from '../../src/ops/norm.js';
import { prod } from '../../src/ops/prod.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { std } from '../../src/ops/std.js';
import { sum } from '../../src/ops/sum.js';
import { variance } from '../../src/ops/variance.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const reductions = { sum, mean, max, min, variance, logSumExp };

it.each(Object.entries({ mean, variance, logSumExp }))('%s refuses integers', (name, reduce) => {
  tidy(() => {
    expect(() => reduce(wrong(tensor([1, 2], [2], 'i32')))).toThrow(
      new DTypeError(`${name}: expected f32, got i32 of shape [2]`),
    );
  });
});

it('integers are summed modulo 2^32', () => {
  tidy(() => {
    expect(sum(tensor(Int32Array.of(2 ** 31 - 1, 1))).item()).toBe(-(2 ** 31));
  });
});

describe.each(Object.entries(reductions))('%s', (name, reduce) => {
  it('checks axis, options and type', () => {
    tidy(() => {
      const x = zeros([2, 3]);
      expect(() => reduce(x, { axis: 2 })).toThrow(new RangeError(`${name}: expected axis between -2 and 1, got 2`));
      expect(() => reduce(x, { axis: [0, -2] })).toThrow('distinct axes');
      expect(() => reduce(x, { axis: 0.5 })).toThrow(
        new TypeError(`${name}: expected axis to be a whole number, got 0.5`),
      );
      // @ts-expect-error a misspelt option
      expect(() => reduce(x, { keepdims: true })).toThrow("unknown option 'keepdims'");
      expect(() => reduce(wrong<Tensor>([1, 2]))).toThrow(new TypeError(`${name}: expected a tensor, got [1, 2]`));
    });
  });
});

describe('sum', () => {
  it('stays within rounding of the exact sum over a million elements', () => {
    tidy(() => {
      const x = numbers(1_000_000, 5, -1, 2);
      const exact = x.reduce((total, value) => total + value, 0);
      expect(Math.abs(sum(tensor(x)).item() / exact - 1)).toBeLessThan(1e-7);
    });
  });
});

describe('nothing to reduce', () => {
  it('is 0 for a sum, NaN for a mean, -Infinity for logSumExp, an error for an extremum', () => {
    tidy(() => {
      const none = zeros([2, 0]);
      expect(sum(none, { axis: 1 }).toArray()).toEqual([0, 0]);
      expect(mean(none).item()).toBeNaN();
      expect(variance(none).item()).toBeNaN();
      expect(logSumExp(none).item()).toBe(-Infinity);
      for (const [name, reduce] of Object.entries({ max, min })) {
        expect(() => reduce(none, { axis: 1 })).toThrow(
          new ShapeError(`${name}: expected at least one element to choose from, got [2, 0]`),
        );
        expect(reduce(none, { axis: 0 }).shape).toEqual([0]);
      }
      expect(() => argmax(none)).toThrow('argmax: expected at least one element to choose from, got [2, 0]');
      expect(() => argmax(none, 1)).toThrow(
        new ShapeError('argmax: expected at least one element to choose from, got [2, 0]'),
      );
      expect(argmax(none, 0).shape).toEqual([0]);
    });
  });
});

describe('max and min', () => {
  it('share their gradient equally between ties', () => {
    tidy(() => {
      const x = tensor([
        [1, 3, 3],
        [2, 0, 0],
      ]);
      expect(grad((v: typeof x) => sum(max(v, { axis: 1 })))(x).toArray()).toEqual([
        [0, 0.5, 0.5],
        [1, 0, 0],
      ]);
      expect(grad((v: typeof x) => sum(min(v, { axis: 1 })))(x).toArray()).toEqual([
        [1, 0, 0],
        [0, 0.5, 0.5],
      ]);
    });
  });

  it('carry NaN through', () => {
    tidy(() => {
      const x = tensor([
        [1, NaN],
        [2, 3],
      ]);
      expect(max(x, { axis: 1 }).toArray()).toEqual([NaN, 3]);
      expect(min(x, { axis: 1 }).toArray()).toEqual([NaN, 2]);
      expect(argmax(x, 1).toArray()).toEqual([1, 1]);
    });
  });
});

describe('argmax', () => {
  it('is i32, takes the first of ties, and has no derivative', () => {
    tidy(() => {
      const x = tensor([
        [5, 5, 1],
        [0, 7, 7],
      ]);
      const best = argmax(x, -1);
      expect(best.dtype).toBe('i32');
      expect(best.toArray()).toEqual([0, 1]);
      expect(argmax(x).item()).toBe(4);
      expect(() => argmax(x, 2)).toThrow(new RangeError('argmax: expected axis between -2 and 1, got 2'));
      expect(argmax(tensor([-5, 2 ** 31 - 1, 2 ** 31 - 2, 2 ** 31 - 1], [4], 'i32')).item()).toBe(1); // not as floats
    });
  });
});

describe('stability', () => {
  it('of the variance far from 0', () => {
    tidy(() => {
      expect(variance(tensor([10001, 10002, 10003, 10004])).item()).toBe(1.25);
    });
  });

  it('of logSumExp and softmax for large logits', () => {
    tidy(() => {
      const x = tensor([
        [1000, 1000],
        [-1000, -1000],
        [0, -Infinity],
      ]);
      expectClose(logSumExp(x, { axis: 1 }).data(), [1000 + Math.LN2, -1000 + Math.LN2, 0], 1e-7);
      expect(logSumExp(tensor([-Infinity, -Infinity])).item()).toBe(-Infinity);
      expect(logSumExp(tensor([Infinity, 0])).item()).toBe(Infinity);
      expect(softmax(x).toArray()).toEqual([
        [0.5, 0.5],
        [0.5, 0.5],
        [1, 0],
      ]);
      expectClose(logSoftmax(tensor([300, 0])).data(), [0, -300], 1e-7);
      expect(grad((v: typeof x) => logSumExp(v))(tensor([1000, 1000])).toArray()).toEqual([0.5, 0.5]);
    });
  });

  it('checks softmax axes and types', () => {
    tidy(() => {
      expect(() => softmax(tensor(1))).toThrow(new RangeError('softmax: expected axis between 0 and -1, got -1'));
      expect(() => logSoftmax(zeros([2]), 1)).toThrow('logSoftmax: expected axis between -1 and 0, got 1');
      expect(() => softmax(wrong(tensor([1], [1], 'i32')))).toThrow(
        new DTypeError('softmax: expected f32, got i32 of shape [1]'),
      );
    });
  });
});

describe('derivatives where factors or lengths are 0', () => {
  const slopes = (f: (x: Tensor) => Tensor, x: readonly number[]): number[] =>
    tidy(() => [...grad((at: Tensor) => sum(f(at)))(tensor(x)).data()].map((slope) => slope + 0));

  it('prod and cumprod multiply the other factors, however many are 0', () => {
    expect(slopes(prod, [2, 3, 4])).toEqual([12, 8, 6]);
    expect(slopes(prod, [2, 0, 4])).toEqual([0, 8, 0]);
    expect(slopes(prod, [0, 3, 0])).toEqual([0, 0, 0]);
    expect(slopes(cumprod, [2, 0, 4])).toEqual([1, 2 + 8, 0]);
    expect(slopes(cumprod, [0, 3, 0, 5])).toEqual([1 + 3, 0, 0, 0]);
    expect(slopes((x) => grad((y: Tensor) => prod(y))(x), [0, 0, 5])).toEqual([5, 5, 0]);
  });

  it('std and norm are flat where they are 0, to every order', () => {
    for (const [f, x] of [
      [std, [3, 3, 3]],
      [norm, [0, 0]],
    ] as const) {
      expect(slopes(f, x)).toEqual(x.map(() => 0));
      expect(slopes((y) => grad((z: Tensor) => f(z))(y), x)).toEqual(x.map(() => 0));
      const tangent = tidy(() => jvp((y: Tensor) => f(y), [tensor(x)], [tensor(x.map((_, i) => i))])[1].item());
      expect(tangent).toBe(0);
    }
  });

  it('norm has the direction as derivative', () => {
    expect(slopes(norm, [3, 4])).toEqual([Math.fround(0.6), Math.fround(0.8)]);
  });
});

it.each([argmin, argmax])('%o says what it expected', (choose) => {
  const { name } = choose;
  tidy(() => {
    expect(() => choose(zeros([2, 0]), 1)).toThrow(
      new ShapeError(`${name}: expected at least one element to choose from, got [2, 0]`),
    );
    expect(() => choose(zeros([2]), 1)).toThrow(new RangeError(`${name}: expected axis between -1 and 0, got 1`));
    expect(() => choose(wrong(3))).toThrow(new TypeError(`${name}: expected a tensor, got 3`));
  });
});
