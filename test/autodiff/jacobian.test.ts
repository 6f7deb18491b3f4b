import { describe, expect, it } from 'vitest';
import { hessian, jacobian } from '../../src/ops/differentiation.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { broadcastTo, sumTo } from '../../src/ops/broadcast.js';
import { mul } from '../../src/ops/mul.js';
import { sin } from '../../src/ops/trigonometry.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';

const modes = [{}, { mode: 'reverse' }, { mode: 'forward' }] as const;

describe.each(modes)('jacobian %o', (options) => {
  withRuntime();

  it('is the matrix of partial derivatives', () => {
    tidy(() => {
      const c = tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      const f = (x: Tensor): Tensor => sumTo(mul(c, mul(x, x)), [2, 1]);
      const result = jacobian(f, options)(tensor([1, 10, 100]));
      expect(result.toArray()).toEqual([[[2, 40, 600]], [[8, 100, 1200]]]);
    });
  });

  it('has the shape [...output, ...input]', () => {
    tidy(() => {
      const shape = (f: (x: Tensor) => Tensor, input: number[]): readonly number[] =>
        jacobian(f, options)(zeros(input)).shape;
      expect(shape((x) => broadcastTo(x, [4, 2, 3]), [2, 3])).toEqual([4, 2, 3, 2, 3]);
      expect(shape((x) => sumTo(x, []), [2, 3])).toEqual([2, 3]);
      expect(shape((x) => x, [])).toEqual([]);
      expect(shape((x) => broadcastTo(x, [3, 0]), [0])).toEqual([3, 0, 0]);
      expect(shape((x) => sumTo(x, []), [0])).toEqual([0]);
    });
  });

  it('is zero for a function that does not depend on its input', () => {
    tidy(() => {
      const captured = tensor([1, 2]);
      expect(jacobian(() => captured, options)(tensor([1, 2, 3])).toArray()).toEqual([
        [0, 0, 0],
        [0, 0, 0],
      ]);
    });
  });

  it('checks input and result', () => {
    tidy(() => {
      expect(() => jacobian(sin, options)(wrong(tensor(Int32Array.of(1))))).toThrow(
        new DTypeError('jacobian: expected f32 tensors to differentiate by, got i32 of shape [1]'),
      );
      // @ts-expect-error the function has to return a tensor
      expect(() => jacobian(() => 1, options)(tensor([1]))).toThrow(
        new TypeError('jacobian: expected the function to return a tensor, got 1'),
      );
    });
  });
});

describe('options of jacobian', () => {
  withRuntime();
  it('are checked', () => {
    // @ts-expect-error the option is misspelt
    expect(() => jacobian(sin, { mod: 'forward' })).toThrow(
      "jacobian: expected options mode, got unknown option 'mod'",
    );
    // @ts-expect-error no such mode
    expect(() => jacobian(sin, { mode: 'sideways' })).toThrow(
      new RangeError("jacobian: expected mode to be one of 'reverse', 'forward', got 'sideways'"),
    );
  });
});

describe('hessian', () => {
  withRuntime();

  it('is the symmetric matrix of second derivatives', () => {
    tidy(() => {
      // f = sum_i x_i^3 + (sum_i x_i)^2: d2f = 6 x_i on the diagonal, plus 2 everywhere
      const f = (x: Tensor): Tensor => {
        const total = sumTo(x, []);
        return add(sumTo(mul(x, mul(x, x)), []), mul(total, total));
      };
      expect(hessian(f)(tensor([1, 2])).toArray()).toEqual([
        [8, 2],
        [2, 14],
      ]);
    });
  });

  it('keeps the axes of a matrix apart', () => {
    tidy(() => {
      const result = hessian((x) => sumTo(mul(x, mul(x, x)), []))(tensor([[1, 2]]));
      expect(result.shape).toEqual([1, 2, 1, 2]);
      expect(result.toArray()).toEqual([[[[6, 0]], [[0, 12]]]].map(([a, b]) => [a, b]));
    });
  });

  it('needs a scalar function', () => {
    tidy(() => {
      expect(() => hessian(sin)(tensor([1, 2]))).toThrow(
        new ShapeError('hessian: expected the function to return an f32 scalar, got f32 of shape [2]'),
      );
    });
  });
});
