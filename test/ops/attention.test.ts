// Attention where no kernel has room, with dropout's factors, and its errors.
import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { grad, jvp } from '../../src/ops/differentiation.js';
import { attention } from '../../src/ops/attention.js';
import { composeAttention } from '../../src/ops/support/composedAttention.js';
import { attend, attendJointly } from '../../src/ops/support/fusedAttention.js';
import { mul } from '../../src/ops/mul.js';
import { slice } from '../../src/ops/slice.js';
import { square } from '../../src/ops/square.js';
import { sum } from '../../src/ops/sum.js';
import { ones, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const random = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    shape,
  );

describe('attention', () => {
  it.each([
    ['heads larger than the workspace', 257, 1],
    ['several heads with factors', 6, 2],
  ])('%s: values and gradients of the composition', (_, width, heads) => {
    const [query, key, value] = [random([2, 3, width], 1), random([2, 4, width], 2), random([2, 4, width], 3)];
    const [factors, weights] = [random([2, heads, 3, 4], 4), random([2, 3, width], 5)];
    const attributes = { heads, causal: true, masked: false, dropped: true };
    const run = (f: (q: Tensor, k: Tensor, v: Tensor) => Tensor): Float32Array[] => {
      const y = f(query, key, value);
      const gradients = grad((all: readonly Tensor[]) => sum(mul(f(all[0]!, all[1]!, all[2]!), weights)))([
        query,
        key,
        value,
      ]);
      const results = [y, ...gradients];
      const values = results.map((result) => result.data());
      for (const result of results) result.dispose();
      return values;
    };
    const fused = run((q, k, v) => attend({ query: q, key: k, value: v, factors }, { heads, causal: true }));
    const composed = run((q, k, v) =>
      tidy(() => composeAttention({ query: q, key: k, value: v, factors }, attributes)),
    );
    fused.forEach((values, i) => {
      expectClose(values, composed[i]!, 1e-5);
    });
    for (const made of [query, key, value, factors, weights]) made.dispose();
  });

  it('of queries, keys and values side by side is that of three tensors, with all derivatives', () => {
    const sizes = { heads: 2, causal: true, keyDim: 3, valueDim: 2 };
    const [all, direction, factors] = [random([2, 5, 16], 1), random([2, 5, 16], 2), random([2, 2, 5, 5], 3)];
    const lengths = tensor([5, 3], [2], 'i32');
    const limits = { lengths, factors };
    const apart = (x: Tensor): Tensor => {
      const part = (begin: number, size: number): Tensor => slice(x, [0, 0, begin], [-1, -1, size]);
      return attend({ query: part(0, 6), key: part(6, 6), value: part(12, 4), ...limits }, sizes);
    };
    const derivatives = (f: (x: Tensor) => Tensor): Float32Array[] =>
      [
        tidy(() => f(all)),
        grad((x: Tensor) => sum(square(f(x))))(all),
        ...jvp(f, [all], [direction]),
        grad((x: Tensor) => sum(mul(grad((z: Tensor) => sum(square(f(z))))(x), direction)))(all),
      ].map((result) => {
        const values = result.data();
        result.dispose();
        return values;
      });
    const expected = derivatives(apart);
    derivatives((x) => attendJointly(x, limits, sizes)).forEach((values, i) => {
      expectClose(values, expected[i]!, 1e-5);
    });
    for (const made of [all, direction, factors, lengths]) made.dispose();
  });

  it('refuses what does not fit', () => {
    const [x, flat, other] = [ones([2, 3, 4]), ones([3, 4]), ones([2, 5, 4])];
    const floats = ones([2]);
    expect(() => attention(flat, x, x)).toThrow(
      new ShapeError('attention: expected query [batch, steps, size], got [3, 4]'),
    );
    expect(() => attention(x, x, x, { heads: 3 })).toThrow(
      new ShapeError('attention: expected a query whose size is a multiple of 3 heads, got [2, 3, 4]'),
    );
    expect(() => attention(x, flat, x)).toThrow(new ShapeError('attention: expected key [2, steps, 4], got [3, 4]'));
    expect(() => attention(x, x, other)).toThrow(
      typed(ShapeError, /^attention: expected value \[2, 3, a multiple of 1\]/),
    );
    expect(() => attention(x, x, x, { lengths: wrong(floats) })).toThrow(
      new DTypeError('attention: expected lengths i32, got f32'),
    );
    expect(() => attention(x, x, x, { heads: 0 })).toThrow(
      new RangeError('attention: expected heads to be a whole number >= 1, got 0'),
    );
    // @ts-expect-error the option is misspelt
    expect(() => attention(x, x, x, { causual: true })).toThrow(typed(TypeError, /^attention: /));
    for (const made of [x, flat, other, floats]) made.dispose();
  });
});
