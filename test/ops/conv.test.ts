import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad } from '../../src/ops/differentiation.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { avgPool2d } from '../../src/ops/avgPool2d.js';
import { conv1d } from '../../src/ops/conv1d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { conv2dAffine } from '../../src/ops/conv2dAffine.js';
import { conv2dTranspose } from '../../src/ops/conv2dTranspose.js';
import { depthwiseConv2d } from '../../src/ops/depthwiseConv2d.js';
import { maxPool2d } from '../../src/ops/maxPool2d.js';
import { matmul } from '../../src/ops/matmul.js';
import { mul } from '../../src/ops/mul.js';
import { reshape } from '../../src/ops/reshape.js';
import { sum } from '../../src/ops/sum.js';
import { memory } from '../../src/runtime/init.js';
import { ones, randomNormal, tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

describe('conv2d', () => {
  it('names what it expected and what it got', () => {
    tidy(() => {
      const x = zeros([1, 5, 5, 2]);
      const f = zeros([3, 3, 2, 4]);
      expect(() => conv2d(zeros([28, 28]), f)).toThrow(
        'conv2d: expected input [batch, height, width, channels], got [28, 28]',
      );
      expect(() => conv2d(x, zeros([3, 3]))).toThrow(
        'conv2d: expected filter [height, width, in / groups, out], got [3, 3]',
      );
      expect(() => conv2d(x, zeros([3, 3, 3, 4]))).toThrow(
        'conv2d: expected input [batch, height, width, 3] for filter [3, 3, 3, 4], got [1, 5, 5, 2]',
      );
      expect(() => conv2d(x, zeros([6, 3, 2, 4]))).toThrow(
        'conv2d: expected a kernel that fits into the padded input, got [6, 3] on [5, 5]',
      );
      expect(() => conv2d(x, f, { dilations: 3 })).toThrow('got [3, 3] with dilations [3, 3] on [5, 5]');
      expect(() => conv2d(x, zeros([0, 3, 2, 4]))).toThrow(
        new ShapeError('conv2d: expected sizes >= 1, got kernel [0, 3] on [5, 5]'),
      );
      expect(() => conv2d(zeros([1, 0, 5, 2]), f)).toThrow(
        new ShapeError('conv2d: expected sizes >= 1, got kernel [3, 3] on [0, 5]'),
      );
      expect(() => conv2d(x, zeros([3, 3, 0, 4]))).toThrow(
        new ShapeError('conv2d: expected sizes >= 1, got filter [3, 3, 0, 4]'),
      );
      expect(() => conv2d(x, zeros([3, 3, 1, 3]), { groups: 2 })).toThrow(
        'conv2d: expected groups to divide 3 output channels, got 2 for filter [3, 3, 1, 3]',
      );
      expect(() => conv2d(wrong(tensor(new Int32Array(4), [1, 2, 2, 1])), ones([1, 1, 1, 1]))).toThrow(
        new DTypeError('conv2d: expected f32, got i32 of shape [1, 2, 2, 1]'),
      );
    });
  });

  it.each([
    [7, 9],
    [40, 33],
    [300, 6],
    [3, 8],
  ])('with 1 x 1 filters over many pixels is the product of the pixels, %d to %d channels', (from, to) => {
    tidy(() => {
      const shape = [2, 23, 19, from];
      const weights = [1, 1, from, to];
      const x = randomNormal(shape, { seed: 1 });
      const filter = randomNormal(weights, { seed: 2 });
      const dy = randomNormal([2, 23, 19, to], { seed: 3 });
      const asProduct = (u: Tensor, f: Tensor): Tensor =>
        reshape(matmul(reshape(u, [-1, from]), reshape(f, [from, to])), [2, 23, 19, to]);
      const same = (got: Tensor, wanted: Tensor | undefined): boolean => {
        const [values, others] = [got.data(), wanted?.data()]; // toEqual takes a minute for so many
        return values.length === others?.length && values.every((value, i) => Object.is(value, others[i]));
      };
      expect(same(conv2d(x, filter), asProduct(x, filter))).toBe(true);
      const gradients = (y: (u: Tensor, f: Tensor) => Tensor): Tensor[] => [
        grad((u: Tensor) => sum(mul(y(u, filter), dy)))(x),
        grad((f: Tensor) => sum(mul(y(x, f), dy)))(filter),
      ];
      const expected = gradients(asProduct);
      expect(gradients(conv2d).map((got, i) => same(got, expected[i]))).toEqual([true, true]);
    });
  });

  it('refuses bad options', () => {
    tidy(() => {
      const x = zeros([1, 5, 5, 2]);
      const f = zeros([3, 3, 2, 4]);
      expect(() => conv2d(x, f, wrong({ stride: 2 }))).toThrow(
        typed(TypeError, /^conv2d: expected options .*, got unknown option 'stride'$/),
      );
      expect(() => conv2d(x, f, { strides: 0 })).toThrow('conv2d: expected strides to be a whole number >= 1, got 0');
      expect(() => conv2d(x, f, { strides: [1, -1] })).toThrow(
        new RangeError('conv2d: expected strides to be a whole number >= 1, got -1'),
      );
      expect(() => conv2d(x, f, { dilations: 1.5 })).toThrow(
        new RangeError('conv2d: expected dilations to be a whole number >= 1, got 1.5'),
      );
      expect(() => conv2d(x, f, { strides: wrong([1]) })).toThrow(
        new RangeError('conv2d: expected strides to be [height, width], got [1]'),
      );
      expect(() => conv2d(x, f, { strides: wrong('2') })).toThrow(
        new TypeError("conv2d: expected strides to be a whole number >= 1, got '2'"),
      );
      expect(() => conv2d(x, f, { padding: wrong('full') })).toThrow(
        new RangeError("conv2d: expected padding to be 'valid', 'same' or [[top, bottom], [left, right]], got 'full'"),
      );
      expect(() => conv2d(x, f, { padding: wrong([1, 1]) })).toThrow(
        new TypeError("conv2d: expected padding to be 'valid', 'same' or [[top, bottom], [left, right]], got [1, 1]"),
      );
      expect(() =>
        conv2d(x, f, {
          padding: [
            [0, -1],
            [0, 0],
          ],
        }),
      ).toThrow(new RangeError('conv2d: expected padding to be a whole number >= 0, got -1'));
      expect(() => conv2d(x, f, { groups: 0 })).toThrow(
        new RangeError('conv2d: expected groups to be a whole number >= 1, got 0'),
      );
      expect(() => conv2dAffine(x, f, zeros([3]))).toThrow(
        'conv2dAffine: expected bias [4] for filter [3, 3, 2, 4], got [3]',
      );
      expect(() => conv2dAffine(x, f, undefined, { activation: wrong('softmax') })).toThrow(
        typed(RangeError, /^conv2dAffine: expected activation to be one of .*, got 'softmax'$/),
      );
    });
  });

  it('makes nothing larger than its result', () => {
    tidy(() => {
      const x = randomNormal([4, 16, 16, 8]);
      const f = randomNormal([3, 3, 8, 8]);
      const before = memory().used;
      const y = conv2d(x, f, { padding: 'same' });
      expect(memory().used - before).toBeLessThanOrEqual(4 * y.size + 64);
    });
  });

  it('replays in a compiled step with constant memory', () => {
    const step = compile(grad((f: Parameters<typeof conv2d>[1]) => sum(maxPool2d(conv2d(ones([2, 6, 6, 1]), f)))));
    const f = randomNormal([3, 3, 1, 2], { seed: 1 });
    step(f).dispose();
    const before = memory().used;
    for (let i = 0; i < 10; i++) step(f).dispose();
    expect(memory().used).toBe(before);
    f.dispose();
    step.dispose();
  });
});

describe('relatives of conv2d', () => {
  it('check their operands', () => {
    tidy(() => {
      const x = zeros([1, 5, 5, 2]);
      expect(() => depthwiseConv2d(x, zeros([3, 3, 2]))).toThrow(
        'depthwiseConv2d: expected filter [height, width, channels, multiplier], got [3, 3, 2]',
      );
      expect(() => depthwiseConv2d(x, zeros([3, 3, 3, 1]))).toThrow(
        new ShapeError(
          'depthwiseConv2d: expected input [batch, height, width, 3] for filter [3, 3, 1, 3] in 3 groups, got [1, 5, 5, 2]',
        ),
      );
      expect(() => depthwiseConv2d(x, zeros([3, 3, 2, 1]), wrong({ groups: 2 }))).toThrow(
        typed(TypeError, /^depthwiseConv2d: expected options .*, got unknown option 'groups'$/),
      );
      expect(() => conv2dTranspose(x, zeros([3, 3, 2, 3]))).toThrow(
        'conv2dTranspose: expected filter [height, width, out, 2] for input [1, 5, 5, 2], got [3, 3, 2, 3]',
      );
      expect(() => conv2dTranspose(zeros([5, 5]), zeros([3, 3, 2, 3]))).toThrow(
        new ShapeError('conv2dTranspose: expected input [batch, height, width, channels], got [5, 5]'),
      );
      expect(() => conv1d(x, zeros([3, 2, 3]))).toThrow(
        'conv1d: expected input [batch, steps, channels], got [1, 5, 5, 2]',
      );
      expect(() => conv1d(zeros([1, 5, 2]), zeros([3, 2]))).toThrow(
        new ShapeError('conv1d: expected filter [taps, in / groups, out], got [3, 2]'),
      );
      expect(() => conv1d(zeros([1, 2, 2]), zeros([3, 2, 4]))).toThrow(
        new ShapeError('conv1d: expected a kernel that fits into the padded input, got [1, 3] on [1, 2]'),
      );
      expect(() => conv1d(zeros([1, 5, 2]), zeros([3, 2, 4]), { padding: wrong('full') })).toThrow(
        new RangeError("conv1d: expected padding to be 'valid', 'same', 'causal' or [before, after], got 'full'"),
      );
      expect(() => conv1d(zeros([1, 5, 2]), zeros([3, 2, 4]), { strides: 0 })).toThrow(
        new RangeError('conv1d: expected strides to be a whole number >= 1, got 0'),
      );
    });
  });

  it('conv2dTranspose has the shapes of Keras, and of the convolution it undoes', () => {
    tidy(() => {
      const shape = (size: number, k: number, options: Parameters<typeof conv2dTranspose>[2]): number =>
        conv2dTranspose(zeros([1, size, size, 1]), zeros([k, k, 1, 1]), options).shape[1]!;
      expect(shape(4, 3, {})).toBe(6);
      expect(shape(4, 3, { strides: 2 })).toBe(9);
      expect(shape(4, 1, { strides: 2 })).toBe(8);
      expect(shape(4, 3, { strides: 2, padding: 'same' })).toBe(8);
      expect(
        shape(4, 3, {
          strides: 2,
          padding: [
            [1, 1],
            [1, 1],
          ],
        }),
      ).toBe(7);
      expect(() =>
        shape(1, 1, {
          padding: [
            [1, 1],
            [1, 1],
          ],
        }),
      ).toThrow(new ShapeError('conv2dTranspose: expected sizes >= 1, got kernel [1, 1] on [-1, -1]'));
    });
  });
});

describe('pools', () => {
  it('check their operands', () => {
    tidy(() => {
      const x = zeros([1, 4, 4, 1]);
      for (const [name, pool] of [
        ['maxPool2d', maxPool2d],
        ['avgPool2d', avgPool2d],
      ] as const) {
        expect(() => pool(zeros([4, 4]))).toThrow(
          `${name}: expected input [batch, height, width, channels], got [4, 4]`,
        );
        expect(() => pool(x, { poolSize: 5 })).toThrow(
          new ShapeError(`${name}: expected a kernel that fits into the padded input, got [5, 5] on [4, 4]`),
        );
        expect(() => pool(x, { poolSize: 0 })).toThrow(
          new RangeError(`${name}: expected poolSize to be a whole number >= 1, got 0`),
        );
        expect(() => pool(x, wrong({ size: 2 }))).toThrow(
          typed(TypeError, new RegExp(`^${name}: expected options .*, got unknown option 'size'$`)),
        );
        expect(() =>
          pool(x, {
            padding: [
              [2, 0],
              [0, 0],
            ],
          }),
        ).toThrow(`${name}: expected padding below poolSize [2, 2], so that no window is empty`);
        expect(() => pool(wrong(tensor(new Int32Array(4), [1, 2, 2, 1])))).toThrow(
          new DTypeError(`${name}: expected f32, got i32 of shape [1, 2, 2, 1]`),
        );
      }
    });
  });

  it('give the gradient of equal cells to the first, and of windows all below zero to the largest', () => {
    tidy(() => {
      const x = tensor([-2, -1, -1, -3, -5, -5, -5, -5], [1, 2, 4, 1]);
      const gradient = grad((t: typeof x) => sum(maxPool2d(t)))(x);
      expect([...gradient.data()]).toEqual([0, 1, 1, 0, 0, 0, 0, 0]);
    });
  });
});
