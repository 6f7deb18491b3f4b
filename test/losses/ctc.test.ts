// CTC against PyTorch in float64, against the sum over all paths, and what it refuses.
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { ctc } from '../../src/losses/index.js';
import { grad, hessian, jvp, valueAndGrad } from '../../src/ops/differentiation.js';
import { sum } from '../../src/ops/sum.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import references from './references/ctc.json' with { type: 'json' };

withRuntime();

const options = (given: { blank: number; reduction: string; zeroInfinity: boolean }) => ({
  ...given,
  reduction: given.reduction === 'sum' ? ('sum' as const) : ('mean' as const),
});
const i32 = (values: readonly number[], shape: readonly number[]): Tensor<'i32'> => tensor(values, shape, 'i32');

/** The probability of the labels as the sum over all paths. */
function byPaths(logits: ArrayLike<number>, steps: number, classes: number, labels: readonly number[]): number {
  const rows = Array.from({ length: steps }, (_, t) => {
    const e = Array.from({ length: classes }, (_, k) => Math.exp(logits[t * classes + k]!));
    return e.map((each) => each / e.reduce((a, b) => a + b));
  });
  let total = 0;
  for (let path = 0; path < classes ** steps; path++) {
    const said = rows.map((_, t) => Math.floor(path / classes ** t) % classes);
    const kept = said.filter((label, t) => label !== 0 && label !== said[t - 1]);
    if (kept.join() === labels.join()) total += rows.reduce((p, row, t) => p * row[said[t]!]!, 1);
  }
  return total;
}

describe('ctc', () => {
  it('has the values and gradients of PyTorch', () => {
    expect(references.length).toBeGreaterThan(20);
    for (const { shape, logits, labels, longest, lengths, value, gradient, ...rest } of references) {
      tidy(() => {
        const loss = ctc(options(rest.options));
        const own = lengths ? i32(lengths, [lengths.length]) : undefined;
        const z = tensor(logits, shape);
        const y = i32(labels, [shape[0]!, longest]);
        const [mine, slope] = valueAndGrad((x: Tensor) => loss(x, y, undefined, own))(z);
        expectClose([mine.item()], [value ?? Infinity], 2e-6);
        expectClose([loss(z, y, undefined, own).item()], [value ?? Infinity], 2e-6); // without the gradient
        if (gradient) expectClose(slope.data(), gradient, 5e-6);
        else expect([...slope.data()].some(Number.isNaN)).toBe(true);
      });
    }
  });

  it('is -log of the sum over all paths', () => {
    tidy(() => {
      for (const labels of [[], [1], [2, 1], [1, 1], [2, 2, 1]]) {
        const z = numbers(15, labels.length, -2, 2);
        const y = i32([...labels, ...new Array<number>(4 - labels.length).fill(-1)], [1, 4]);
        const value = ctc({ reduction: 'sum' })(tensor(z, [1, 5, 3]), y).item();
        expectClose([value], [-Math.log(byPaths(z, 5, 3, labels))], 1e-6);
      }
    });
  });

  it('has the slope of central differences, forward and backward, through weights', () => {
    tidy(() => {
      const loss = ctc();
      const y = i32([1, 2, 2, 3, -1, 0], [2, 3]);
      const lengths = i32([5, 3], [2]);
      const weights = tensor([0.5, 2]);
      const z = numbers(2 * 5 * 4, 3, -2, 2);
      const f = (x: Tensor): Tensor => loss(x, y, weights, lengths);
      const slope = grad(f)(tensor(z, [2, 5, 4])).data();
      const direction = numbers(z.length, 4);
      const along = (h: number): number =>
        f(
          tensor(
            z.map((value, i) => value + h * direction[i]!),
            [2, 5, 4],
          ),
        ).item();
      const expected = (along(1e-2) - along(-1e-2)) / 2e-2;
      expectClose([slope.reduce((sum, each, i) => sum + each * direction[i]!, 0)], [expected], 3e-4);
      const [, tangent] = jvp(f, [tensor(z, [2, 5, 4])], [tensor(direction, [2, 5, 4])]);
      expectClose([tangent.item()], [expected], 3e-4);
      for (let step = 3; step < 5; step++) expect([...slope.slice(20 + 4 * step, 24 + 4 * step)]).toEqual([0, 0, 0, 0]);
      const byWeights = grad((w: Tensor) => loss(tensor(z, [2, 5, 4]), y, w, lengths))(weights).data();
      const atWeights = (a: number): number => loss(tensor(z, [2, 5, 4]), y, tensor([a, 2]), lengths).item();
      expectClose([byWeights[0]!], [(atWeights(0.51) - atWeights(0.49)) / 0.02], 1e-3);
    });
  });

  it('takes padding of -1, of the blank and of f32, and any width', () => {
    tidy(() => {
      const z = tensor(numbers(2 * 6 * 4, 5, -1, 1), [2, 6, 4]);
      const value = ctc()(z, i32([3, 1, 2, -1], [2, 2])).item();
      expect(ctc()(z, i32([3, 1, 2, 0], [2, 2])).item()).toBe(value);
      expect(ctc()(z, tensor([3, 1, 2, 0], [2, 2])).item()).toBe(value);
      expect(ctc()(z, i32([3, 1, -1, -1, -1, -1, -1, -1, 2, 0, -1, 0, 0, -1, -1, 0], [2, 8])).item()).toBe(value);
    });
  });

  it('counts a row of weight 0 like no row, whatever it holds', () => {
    tidy(() => {
      const z = numbers(3 * 4 * 3, 6, -1, 1);
      const y = i32([1, 2, 1, 1, 2, 2], [3, 2]);
      const lengths = i32([4, 2, 4], [3]); // the second does not fit
      const weights = tensor([2, 0, 1]);
      const [value, slope] = valueAndGrad((x: Tensor) => ctc()(x, y, weights, lengths))(tensor(z, [3, 4, 3]));
      const rest = tensor([...z.slice(0, 12), ...z.slice(24)], [2, 4, 3]);
      expectClose([value.item()], [ctc()(rest, i32([1, 2, 2, 2], [2, 2]), tensor([2, 1])).item()], 1e-6);
      expect([...slope.data().slice(12, 24)]).toEqual(new Array(12).fill(0));
      expect(ctc()(tensor(z, [3, 4, 3]), y, zeros([3]), lengths).item()).toBe(0);
    });
  });

  it('is infinite for labels that do not fit, also for more labels than steps', () => {
    tidy(() => {
      expect(ctc()(zeros([1, 2, 3]), i32([1, 2, 1], [1, 3])).item()).toBe(Infinity);
      expect(ctc()(zeros([1, 2, 3]), i32([1, 1], [1, 2])).item()).toBe(Infinity);
      expect(ctc({ zeroInfinity: true })(zeros([1, 2, 3]), i32([1, 1], [1, 2])).item()).toBe(0);
      expect(ctc()(zeros([1, 2, 3]), i32([1], [1, 1]), undefined, i32([0], [1])).item()).toBe(Infinity);
      expect(ctc()(zeros([1, 2, 3]), i32([-1], [1, 1]), undefined, i32([0], [1])).item()).toBe(0);
      for (const wrong of [NaN, Infinity])
        expect(ctc({ zeroInfinity: true })(tensor([0, wrong, 0, 0], [1, 2, 2]), i32([1], [1, 1])).item()).toBeNaN();
      expect(ctc()(tensor([-Infinity, 0, 0, -Infinity], [1, 2, 2]), i32([1], [1, 1])).item()).toBe(0);
    });
  });

  it('has first derivatives only', () => {
    tidy(() => {
      const f = (x: Tensor): Tensor => ctc()(x, i32([1], [1, 1]));
      const z = zeros([1, 2, 2]);
      const slopes = (x: Tensor): Tensor => sum(grad(f)(x));
      for (const second of [() => hessian(f)(z), () => grad(slopes)(z), () => jvp(slopes, [z], [z])])
        expect(second).toThrow(typed(TypeError, /ctc: expected a first derivative, got one of higher order$/));
    });
  });

  it('refuses what are no labels, lengths and shapes', () => {
    tidy(() => {
      const loss = ctc({ blank: 2 });
      const z = zeros([2, 3, 4]);
      const labels = 'ctc: expected labels from 0 to 3, then -1 or 2, got';
      expect(() => loss(z, i32([0, 1, 4, 1], [2, 2]))).toThrow(new RangeError(`${labels} 4 in row 1`));
      expect(() => loss(z, i32([-2, 1, 0, 1], [2, 2]))).toThrow(new RangeError(`${labels} -2 in row 0`));
      expect(() => loss(z, tensor([0.5, 1], [2, 1]))).toThrow(new RangeError(`${labels} 0.5 in row 0`));
      expect(() => loss(z, i32([2, 1, 0, 1], [2, 2]))).toThrow(
        new RangeError('ctc: expected padding behind the labels, got 1 behind it in row 0'),
      );
      expect(() => loss(z, i32([0, 1], [2]))).toThrow(new ShapeError('ctc: expected target [2, labels], got [2]'));
      expect(() => loss(zeros([3, 4]), i32([0], [1, 1]))).toThrow(
        new ShapeError('ctc: expected prediction [batch, steps, classes], got [3, 4]'),
      );
      expect(() => loss(zeros([1, 3, 1]), i32([0], [1, 1]))).toThrow(
        new ShapeError('ctc: expected predictions [steps, classes >= 2] of each row, got [3, 1]'),
      );
      expect(() => loss(zeros([1, 3, 2]), i32([0], [1, 1]))).toThrow(
        new RangeError('ctc: expected blank < 2, the number of classes, got 2'),
      );
      const y = i32([0, 1], [2, 1]);
      expect(() => loss(z, y, undefined, i32([3], [1]))).toThrow(new ShapeError('ctc: expected lengths [2], got [1]'));
      expect(() => loss(z, y, undefined, i32([3, 4], [2]))).toThrow(
        new RangeError('ctc: expected lengths from 0 to 3, got 4'),
      );
      expect(() => loss(z, y, zeros([2, 3]))).toThrow(
        new ShapeError('ctc: expected weights of the first axes of [2], got [2, 3]'),
      );
      // @ts-expect-error lengths of another type
      expect(() => loss(z, y, undefined, tensor([1, 2]))).toThrow(typed(DTypeError, /^ctc: lengths: expected i32/));
      for (const blank of [-1, 0.5, NaN])
        expect(() => ctc({ blank })).toThrow(typed(RangeError, /^ctc: expected blank to be/));
      // @ts-expect-error a number is no flag
      expect(() => ctc({ zeroInfinity: 1 })).toThrow(
        new TypeError('ctc: expected zeroInfinity to be true or false, got 1'),
      );
    });
  });

  it('is NaN when only a recorded program sees junk, and never reads past the steps', () => {
    tidy(() => {
      const z = tensor(numbers(12, 1), [1, 4, 3]);
      const step = compile((y: Tensor<'i32'>, lengths: Tensor<'i32'>) => ctc()(z, y, undefined, lengths));
      const run = (labels: readonly number[], length: number): number =>
        step(i32(labels, [1, 2]), i32([length], [1])).item();
      expect(run([1, 2], 4)).toBeCloseTo(ctc()(z, i32([1, 2], [1, 2])).item(), 6);
      for (const junk of [
        [3, 1],
        [1, 3],
        [-3, 1],
        [0, 1],
        [1, 2 ** 31 - 1],
      ])
        expect(run(junk, 4)).toBeNaN();
      expect(run([1, 2], 2 ** 30)).toBe(run([1, 2], 4));
      expect(run([1, 2], -1)).toBe(Infinity);
      step.dispose();
    });
  });
});
