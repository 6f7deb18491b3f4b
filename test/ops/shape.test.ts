import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad } from '../../src/ops/differentiation.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { concat, stack } from '../../src/ops/concat.js';
import { dropoutMask } from '../../src/ops/dropoutMask.js';
import { gather } from '../../src/ops/gather.js';
import { oneHot } from '../../src/ops/oneHot.js';
import { reshape } from '../../src/ops/reshape.js';
import { pad, slice } from '../../src/ops/slice.js';
import { sum } from '../../src/ops/sum.js';
import { transpose } from '../../src/ops/transpose.js';
import { memory } from '../../src/runtime/init.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { holed, wrong } from '../support/wrong.js';

withRuntime();

describe('reshape', () => {
  it('shares memory', () => {
    tidy(() => {
      const x = zeros([1000]);
      const { used } = memory();
      reshape(x, [10, 100]);
      expect(memory().used).toBe(used);
    });
  });

  it('refuses shapes of another size', () => {
    tidy(() => {
      const x = zeros([2, 3]);
      expect(() => reshape(x, [4])).toThrow('reshape: expected a shape of 6 elements for [2, 3], got [4]');
      expect(() => reshape(x, [4, -1])).toThrow(
        new ShapeError('reshape: expected a shape of 6 elements for [2, 3], got [4, -1]'),
      );
      expect(() => reshape(x, [-1, -1])).toThrow(
        new ShapeError('reshape: expected sizes to be whole numbers >= 0, got [1, -1]'),
      );
      expect(() => reshape(x, [0, -1])).toThrow(
        new ShapeError('reshape: expected a shape of 6 elements for [2, 3], got [0, -1]'),
      );
      expect(() => reshape(x, [1.5, 4])).toThrow(
        new ShapeError('reshape: expected sizes to be whole numbers >= 0, got [1.5, 4]'),
      );
      expect(() => reshape(x, wrong(6))).toThrow(
        new TypeError('reshape: expected shape to be an array of sizes, got 6'),
      );
    });
  });
});

describe('transpose', () => {
  it('takes permutations only', () => {
    tidy(() => {
      const x = zeros([2, 3]);
      expect(() => transpose(x, [0])).toThrow('transpose: expected 2 axes for [2, 3], got [0]');
      expect(() => transpose(x, [0, 0])).toThrow(new RangeError('transpose: expected distinct axes, got [0, 0]'));
      expect(() => transpose(x, [0, 2])).toThrow(new RangeError('transpose: expected axis between -2 and 1, got 2'));
      expect(() => transpose(x, wrong(1))).toThrow(new TypeError('transpose: expected axes to be an array, got 1'));
    });
  });
});

describe('slice and pad', () => {
  it('stay within the tensor', () => {
    tidy(() => {
      const x = zeros([2, 3]);
      expect(() => slice(x, [0, 2], [1, 2])).toThrow(
        'slice: expected a box within [2, 3], got begin [0, 2] and size [1, 2]',
      );
      expect(() => slice(x, [3])).toThrow(
        new RangeError('slice: expected a box within [2, 3], got begin [3] and size []'),
      );
      expect(() => slice(x, [-3])).toThrow(
        new RangeError('slice: expected a box within [2, 3], got begin [-3] and size []'),
      );
      expect(() => slice(x, [0.5])).toThrow(new RangeError('slice: expected begin to hold whole numbers, got [0.5]'));
      expect(() => slice(x, [0, 1], [1, 3], [1, -1])).toThrow(
        new RangeError('slice: expected a box within [2, 3], got begin [0, 1] and size [1, 3] and strides [1, -1]'),
      );
      expect(() => slice(x, [0], [1], [0])).toThrow(
        new RangeError('slice: expected strides to hold whole numbers other than 0, got [0]'),
      );
      expect(() => slice(x, [0], [-2])).toThrow(
        new RangeError('slice: expected size to hold whole numbers >= -1, got [-2]'),
      );
      expect(() => slice(x, [0, 0, 0])).toThrow(
        new ShapeError('slice: expected begin for 2 axes of [2, 3], got [0, 0, 0]'),
      );
      expect(() => slice(x, wrong([null]))).toThrow(
        new RangeError('slice: expected begin to hold whole numbers, got [null]'),
      );
      expect(() => slice(x, holed(0), [1, 2])).toThrow(
        new RangeError('slice: expected begin to hold whole numbers, got [undefined, 0]'),
      );
      expect(() => slice(x, [0], holed(1))).toThrow(
        new RangeError('slice: expected size to hold whole numbers >= -1, got [undefined, 1]'),
      );
      expect(() => slice(x, wrong(1))).toThrow(new TypeError('slice: expected begin to be an array, got 1'));
      for (const padding of [holed([1, 1]), [[0, 1], holed(1)]])
        expect(() => pad(x, wrong(padding))).toThrow(
          typed(RangeError, /^pad: expected \[before, after\] >= 0 for each axis of \[2, 3\], got .*undefined/),
        );
      expect(() => pad(x, [[1, 1]])).toThrow(
        new RangeError('pad: expected [before, after] >= 0 for each axis of [2, 3], got [[1, 1]]'),
      );
      expect(() =>
        pad(x, [
          [1, 1],
          [-1, 0],
        ]),
      ).toThrow('pad: expected [before, after] >= 0 for each axis of [2, 3]');
      expect(() => pad(tensor([1], [1], 'i32'), [[0, 1]], 0.5)).toThrow(
        new TypeError('pad: expected value to be a number of type i32, got 0.5'),
      );
    });
  });
});

describe('concat and stack', () => {
  it('want tensors that fit', () => {
    tidy(() => {
      const [a, b] = [zeros([2, 3]), zeros([3, 3])];
      expect(concat([a, b]).shape).toEqual([5, 3]);
      expect(() => concat([a, b], 1)).toThrow(
        'concat: expected shapes that differ in axis 1 only, got [2, 3] and [3, 3]',
      );
      expect(() => concat([a, zeros([2])])).toThrow(
        new ShapeError('concat: expected shapes that differ in axis 0 only, got [2, 3] and [2]'),
      );
      expect(() => concat([])).toThrow(new ShapeError('concat: expected at least one tensor, got none'));
      expect(() => concat([tensor(1)])).toThrow(new RangeError('concat: expected axis between 0 and -1, got 0'));
      expect(() => concat([a, tensor([[1, 2, 3]], [1, 3], 'i32')])).toThrow(
        new DTypeError('concat: expected tensors of one dtype, got f32 and i32'),
      );
      expect(() => stack([a, b])).toThrow('stack: expected tensors of one shape, got [2, 3] and [3, 3]');
      expect(() => stack([a], 3)).toThrow(new RangeError('stack: expected axis between -3 and 2, got 3'));
      expect(() => concat(wrong<Tensor[]>(a))).toThrow(
        new TypeError('concat: expected an array of tensors, got an f32 tensor [2, 3]'),
      );
      for (const join of [concat, stack]) {
        expect(() => join([])).toThrow(new ShapeError(`${join.name}: expected at least one tensor, got none`));
        expect(() => join(holed(a))).toThrow(
          new TypeError(`${join.name}: expected an array of tensors, got undefined`),
        );
      }
      expect(() => stack(wrong<Tensor[]>([1, 2]))).toThrow(new TypeError('stack: expected an array of tensors, got 1'));
    });
  });

  it('give the same tensor joined to itself both gradients', () => {
    tidy(() => {
      const both = grad((x: Tensor) => sum(concat([x, x])));
      expect(both(zeros([2])).toArray()).toEqual([2, 2]);
    });
  });
});

describe('gather and oneHot', () => {
  it('refuse indices out of range', () => {
    tidy(() => {
      const x = zeros([3, 2]);
      expect(() => gather(x, tensor([0, 3], [2], 'i32'))).toThrow('gather: expected indices in 0..2, got 3');
      expect(() => gather(x, tensor([-1], [1], 'i32'))).toThrow(
        new RangeError('gather: expected indices in 0..2, got -1'),
      );
      expect(() => gather(x, wrong(tensor([0])))).toThrow(new DTypeError('gather: expected i32, got f32 of shape [1]'));
      expect(() => gather(x, tensor([0], [1], 'i32'), 2)).toThrow(
        new RangeError('gather: expected axis between -2 and 1, got 2'),
      );
      expect(() => oneHot(tensor([2], [1], 'i32'), 2)).toThrow(
        new RangeError('oneHot: expected indices in 0..1, got 2'),
      );
      expect(() => oneHot(wrong(tensor([2])), 3)).toThrow(new DTypeError('oneHot: expected i32, got f32 of shape [1]'));
      expect(() => oneHot(tensor([0], [1], 'i32'), 1.5)).toThrow(
        new RangeError('oneHot: expected depth to be a whole number >= 0, got 1.5'),
      );
    });
  });

  it('mark them where only a recorded program sees them', () => {
    tidy(() => {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      const pick = compile((i: Tensor<'i32'>) => gather(x, i));
      const mark = compile((i: Tensor<'i32'>) => oneHot(i, 2));
      const bad = tensor([1, 2], [2], 'i32');
      expect(pick(bad).toArray()).toEqual([
        [3, 4],
        [NaN, NaN],
      ]);
      expect(mark(bad).toArray()).toEqual([
        [0, 1],
        [0, 0],
      ]);
      pick.dispose();
      mark.dispose();
    });
  });

  it('add up the gradient of an entry that is picked twice', () => {
    tidy(() => {
      const indices = tensor([1, 1, 0], [3], 'i32');
      const pulled = grad((x: Tensor) => sum(gather(x, indices)));
      expect(pulled(zeros([3, 2])).toArray()).toEqual([
        [1, 1],
        [2, 2],
        [0, 0],
      ]);
    });
  });
});

describe('dropoutMask', () => {
  const key = (seed: number, step: number): Tensor<'i32'> => tensor([seed, step], [2], 'i32');

  it('drops about the rate and keeps the mean', () => {
    tidy(() => {
      const mask = dropoutMask(key(3, 0), [100, 100], 0.25, 0).data();
      const kept = Math.fround(1 / 0.75);
      expect(mask.every((value) => value === 0 || value === kept)).toBe(true);
      expect(mask.filter((value) => value === 0).length / mask.length).toBeCloseTo(0.25, 1.5);
    });
  });

  it('differs by seed, step and stream, and repeats with them', () => {
    tidy(() => {
      const draw = (seed: number, step: number, stream: number): string =>
        dropoutMask(key(seed, step), [64], 0.5, stream).data().join();
      expect(draw(1, 2, 3)).toBe(draw(1, 2, 3));
      expect(new Set([draw(1, 2, 3), draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)]).size).toBe(4);
    });
  });

  it('reads its key anew at each replay', () => {
    tidy(() => {
      const step = compile((k: Tensor<'i32'>) => dropoutMask(k, [64], 0.5, 0));
      expect(step(key(1, 0)).data()).toEqual(dropoutMask(key(1, 0), [64], 0.5, 0).data());
      expect(step(key(1, 1)).data()).toEqual(dropoutMask(key(1, 1), [64], 0.5, 0).data());
      step.dispose();
    });
  });

  it('checks its arguments', () => {
    tidy(() => {
      expect(() => dropoutMask(wrong(tensor([1, 2])), [2], 0.5, 0)).toThrow(
        new DTypeError('dropoutMask: expected i32, got f32 of shape [2]'),
      );
      expect(() => dropoutMask(tensor([1], [1], 'i32'), [2], 0.5, 0)).toThrow(
        new ShapeError('dropoutMask: expected key [2], got [1]'),
      );
      expect(() => dropoutMask(key(1, 2), [2], 1, 0)).toThrow(
        new RangeError('dropoutMask: expected rate to be a finite number >= 0 and < 1, got 1'),
      );
      expect(() => dropoutMask(key(1, 2), [-2], 0.5, 0)).toThrow(
        new ShapeError('dropoutMask: expected sizes to be whole numbers >= 0, got [-2]'),
      );
      expect(() => dropoutMask(key(1, 2), [2], 0.5, -1)).toThrow(
        new RangeError('dropoutMask: expected stream to be a whole number >= 0 and <= 4294967295, got -1'),
      );
    });
  });
});
