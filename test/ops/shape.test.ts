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
import { wrong } from '../support/wrong.js';

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
      expect(() => reshape(x, [4, -1])).toThrow(ShapeError);
      expect(() => reshape(x, [-1, -1])).toThrow(ShapeError);
      expect(() => reshape(x, [0, -1])).toThrow(ShapeError);
      expect(() => reshape(x, [1.5, 4])).toThrow(ShapeError);
      expect(() => reshape(x, wrong(6))).toThrow(TypeError);
    });
  });
});

describe('transpose', () => {
  it('takes permutations only', () => {
    tidy(() => {
      const x = zeros([2, 3]);
      expect(() => transpose(x, [0])).toThrow('transpose: expected 2 axes for [2, 3], got [0]');
      expect(() => transpose(x, [0, 0])).toThrow(RangeError);
      expect(() => transpose(x, [0, 2])).toThrow(RangeError);
      expect(() => transpose(x, wrong(1))).toThrow(TypeError);
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
      expect(() => slice(x, [3])).toThrow(RangeError);
      expect(() => slice(x, [-1])).toThrow(RangeError);
      expect(() => slice(x, [0], [-2])).toThrow(RangeError);
      expect(() => slice(x, [0, 0, 0])).toThrow(ShapeError);
      expect(() => slice(x, wrong(1))).toThrow(TypeError);
      expect(() => pad(x, [[1, 1]])).toThrow(RangeError);
      expect(() =>
        pad(x, [
          [1, 1],
          [-1, 0],
        ]),
      ).toThrow('pad: expected [before, after] >= 0 for each axis of [2, 3]');
      expect(() => pad(tensor([1], [1], 'i32'), [[0, 1]], 0.5)).toThrow(TypeError);
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
      expect(() => concat([a, zeros([2])])).toThrow(ShapeError);
      expect(() => concat([])).toThrow(ShapeError);
      expect(() => concat([tensor(1)])).toThrow(RangeError);
      expect(() => concat([a, tensor([[1, 2, 3]], [1, 3], 'i32')])).toThrow(DTypeError);
      expect(() => stack([a, b])).toThrow('stack: expected tensors of one shape, got [2, 3] and [3, 3]');
      expect(() => stack([a], 3)).toThrow(RangeError);
      expect(() => concat(wrong<Tensor[]>(a))).toThrow(TypeError);
      expect(() => stack(wrong<Tensor[]>([1, 2]))).toThrow(TypeError);
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
      expect(() => gather(x, tensor([-1], [1], 'i32'))).toThrow(RangeError);
      expect(() => gather(x, wrong(tensor([0])))).toThrow(DTypeError);
      expect(() => gather(x, tensor([0], [1], 'i32'), 2)).toThrow(RangeError);
      expect(() => oneHot(tensor([2], [1], 'i32'), 2)).toThrow(RangeError);
      expect(() => oneHot(wrong(tensor([2])), 3)).toThrow(DTypeError);
      expect(() => oneHot(tensor([0], [1], 'i32'), 1.5)).toThrow(RangeError);
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
      expect(() => dropoutMask(wrong(tensor([1, 2])), [2], 0.5, 0)).toThrow(DTypeError);
      expect(() => dropoutMask(tensor([1], [1], 'i32'), [2], 0.5, 0)).toThrow(ShapeError);
      expect(() => dropoutMask(key(1, 2), [2], 1, 0)).toThrow(RangeError);
      expect(() => dropoutMask(key(1, 2), [-2], 0.5, 0)).toThrow(ShapeError);
      expect(() => dropoutMask(key(1, 2), [2], 0.5, -1)).toThrow(RangeError);
    });
  });
});
