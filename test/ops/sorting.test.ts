// What the table of test/ops/generic.test.ts cannot say of sorting, picking by index, and rules of one's own.
import { describe, expect, it } from 'vitest';
import * as api from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';

withRuntime();
const { tensor, tidy } = api;

describe('topK', () => {
  it('takes the first of equal elements, and NaN as largest', () => {
    tidy(() => {
      const [values, indices] = api.topK(tensor([1, NaN, 5, 5, -Infinity, NaN]), 4);
      expect(values.toArray()).toEqual([NaN, NaN, 5, 5]);
      expect(indices.toArray()).toEqual([1, 5, 2, 3]);
      expect(indices.dtype).toBe('i32');
    });
  });
});

describe('sort', () => {
  it('sorts a hundred thousand numbers', () => {
    tidy(() => {
      const x = numbers(1e5, 1);
      expect([...api.sort(tensor(x)).data()]).toEqual([...x.sort()]);
    });
  });

  it('moves the gradient back to where each element was', () => {
    tidy(() => {
      const f = (x: api.Tensor): api.Tensor => api.sum(api.mul(api.sort(x), tensor([1, 10, 100])));
      expect(
        api
          .grad(f)(tensor([3, 1, 2]))
          .toArray(),
      ).toEqual([100, 1, 10]);
    });
  });
});

it('indices out of range in a program pick NaN and add nothing', () => {
  tidy(() => {
    const x = tensor([1, 2]);
    const [right, wrong] = [tensor(Int32Array.of(1, 0)), tensor(Int32Array.of(1, 2))];
    const take = api.compile((i: api.Tensor<'i32'>) => api.takeAlongAxis(x, i));
    const add = api.compile((i: api.Tensor<'i32'>) => api.scatterAdd(x, i, x));
    const total = api.compile((i: api.Tensor<'i32'>) => api.segmentSum(x, i, 2));
    expect([take(right), take(wrong)].map((y) => y.toArray())).toEqual([[2, 1], [2, NaN]]); // prettier-ignore
    expect([add(right), add(wrong)].map((y) => y.toArray())).toEqual([[3, 3], [1, 3]]); // prettier-ignore
    expect([total(right), total(wrong)].map((y) => y.toArray())).toEqual([[2, 1], [0, 1]]); // prettier-ignore
    for (const program of [take, add, total]) program.dispose();
  });
});

describe('stopGradient and customGradient', () => {
  it('stops both modes at every order', () => {
    tidy(() => {
      const f = (x: api.Tensor): api.Tensor => api.mul(api.stopGradient(api.mul(x, x)), x);
      expect(api.grad(f)(tensor(3)).item()).toBe(9);
      expect(api.jvp(f, [tensor(3)], [tensor(1)])[1].item()).toBe(9);
      expect(
        api
          .grad((x: api.Tensor) => api.grad(f)(x))(tensor(3))
          .item(),
      ).toBe(0);
    });
  });

  it('uses the rule given, not that of the function, in both modes and when compiled', () => {
    tidy(() => {
      const clipped = api.customGradient(
        (x) => api.square(x),
        (cotangent) => [api.clip(cotangent, -1, 1)],
      );
      const f = (x: api.Tensor): api.Tensor => api.mul(clipped(x), 5);
      const gradient = api.compile(api.grad(f));
      expect(clipped(tensor(3)).item()).toBe(9);
      expect(api.grad(f)(tensor(3)).item()).toBe(1);
      expect(gradient(tensor(3)).item()).toBe(1);
      const linear = api.customGradient(
        (x) => api.round(x),
        (cotangent) => [api.mul(cotangent, 2)],
      );
      expect(api.jvp((x: api.Tensor) => linear(x), [tensor(1.2)], [tensor(4)])[1].item()).toBe(8);
      gradient.dispose();
    });
  });

  it('takes tensors from outside as constants, and undefined as zeros', () => {
    tidy(() => {
      const f = (x: api.Tensor): api.Tensor =>
        api.customGradient(
          (a, b) => api.mul(api.mul(a, b), x),
          (cotangent) => [cotangent, undefined],
        )(x, x);
      expect(api.grad(f)(tensor(2)).item()).toBe(1);
    });
  });
});
