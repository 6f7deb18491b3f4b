import { describe, expect, it } from 'vitest';
import { jvp } from '../../src/ops/differentiation.js';
import { currentFrame } from '../../src/autodiff/op.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { exp } from '../../src/ops/exp.js';
import { mul } from '../../src/ops/mul.js';
import { memory } from '../../src/runtime/init.js';
import { liveHandles } from '../../src/runtime/statistics.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';

describe('jvp', () => {
  withRuntime();

  it('gives value and directional derivative of several inputs', () => {
    tidy(() => {
      const [out, dout] = jvp(mul, [tensor([1, 2]), tensor([3, 4])], [tensor([1, 0]), tensor([0, 1])]);
      expect([out.toArray(), dout.toArray()]).toEqual([
        [3, 8],
        [3, 2],
      ]);
    });
  });

  it('gives zeros where nothing depends on the input', () => {
    tidy(() => {
      const captured = tensor([[5, 6]]);
      const [out, dout] = jvp(() => captured, [tensor(1)], [tensor(1)]);
      expect([out.toArray(), dout.toArray()]).toEqual([[[5, 6]], [[0, 0]]]);
      out.dispose();
      expect(captured.toArray()).toEqual([[5, 6]]);
    });
  });

  it('gives the direction when the result is the input', () => {
    tidy(() => {
      const direction = tensor([3, 4]);
      const [out, dout] = jvp((x) => x, [tensor([1, 2])], [direction]);
      dout.dispose();
      expect([out.toArray(), direction.toArray()]).toEqual([
        [1, 2],
        [3, 4],
      ]);
    });
  });

  it('works with tidy and dispose inside the function', () => {
    tidy(() => {
      const f = (x: Tensor): Tensor =>
        tidy(() => {
          const square = mul(x, x);
          const cube = mul(square, x);
          square.dispose();
          return tidy(() => mul(cube, 2));
        });
      expect(jvp(f, [tensor([1, 2])], [tensor([1, 10])])[1].toArray()).toEqual([6, 240]);
    });
  });

  it('leaves two results, and nothing when the function throws', () => {
    const [x, dx] = [tensor([1, 2]), tensor([1, 1])];
    const { used } = memory();
    expect(() =>
      jvp(
        (input) => {
          mul(exp(input), input);
          throw new Error('on purpose');
        },
        [x],
        [dx],
      ),
    ).toThrow('on purpose');
    expect([liveHandles(), memory().used]).toEqual([2, used]);
    expect(currentFrame()).toBeUndefined();
    const results = jvp((input) => mul(exp(input), input), [x], [dx]);
    expect(liveHandles()).toBe(4);
    for (const each of [x, dx, ...results]) each.dispose();
  });

  it('checks its directions', () => {
    tidy(() => {
      const x = tensor([1, 2]);
      expect(() => jvp(exp, [x], [])).toThrow('jvp: expected as many tangents as inputs (1), got 0');
      expect(() => jvp(exp, [x], [tensor([1])])).toThrow(
        new ShapeError('jvp: expected tangent 0 of shape [2], got [1]'),
      );
      expect(() => jvp(exp, [x], [wrong(tensor(Int32Array.of(1, 2)))])).toThrow(
        new DTypeError('jvp: expected tangent 0 to be f32, got i32'),
      );
      expect(() => jvp(exp, [wrong(tensor(Int32Array.of(1)))], [tensor([1])])).toThrow(
        new DTypeError('jvp: expected f32 tensors to differentiate by, got i32 of shape [1]'),
      );
      // @ts-expect-error the function has to return a tensor
      expect(() => jvp(() => 1, [x], [x])).toThrow('jvp: expected the function to return a tensor, got 1');
    });
  });
});
