import { describe, expect, expectTypeOf, it } from 'vitest';
import { grad, valueAndGrad, vjp } from '../../src/ops/differentiation.js';
import { currentFrame } from '../../src/autodiff/op.js';
import { DisposedError, DTypeError, ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { exp } from '../../src/ops/exp.js';
import { mul } from '../../src/ops/mul.js';
import { sub } from '../../src/ops/sub.js';
import { memory } from '../../src/runtime/init.js';
import { liveHandles } from '../../src/runtime/statistics.js';
import { ones, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';

const total = (x: Tensor): Tensor => sumTo(x, []);

describe('grad and valueAndGrad', () => {
  withRuntime();

  it('gives value and gradient by a tensor', () => {
    tidy(() => {
      const [value, gradient] = valueAndGrad((x: Tensor) => total(mul(x, x)))(tensor([1, 2, 3]));
      expect(value.item()).toBe(14);
      expect(gradient.toArray()).toEqual([2, 4, 6]);
      expect(grad((x: Tensor) => total(mul(x, x)))(tensor([[1, 2]])).toArray()).toEqual([[2, 4]]);
    });
  });

  it('mirrors a tree of tensors and leaves other values alone', () => {
    tidy(() => {
      const weights = { layers: [{ w: tensor([2, 3]), b: tensor(1) }], scale: 10, name: 'net' };
      const loss = ({ layers: [layer], scale }: typeof weights, x: Tensor): Tensor =>
        total(mul(add(mul(layer!.w, x), layer!.b), scale));
      const gradients = grad(loss)(weights, tensor([4, 5]));
      expectTypeOf(gradients).toEqualTypeOf<typeof weights>();
      expect(gradients.layers[0]!.w.toArray()).toEqual([40, 50]);
      expect(gradients.layers[0]!.b.item()).toBe(20);
      expect([gradients.scale, gradients.name]).toEqual([10, 'net']);
    });
  });

  it('takes the type of a plain function of a tensor for granted, and any interface as a tree', () => {
    interface Line {
      readonly slope: Tensor;
    }
    tidy(() => {
      expect(grad((x) => mul(x, x))(tensor(3)).item()).toBe(6);
      const line: Line = { slope: tensor(2) };
      expect(grad((l: Line) => mul(l.slope, l.slope))(line).slope.item()).toBe(4);
    });
  });

  it('passes further arguments through without differentiating by them', () => {
    tidy(() => {
      const f = (x: Tensor, y: Tensor, times: number): Tensor => mul(mul(x, y), times);
      expect(grad(f)(tensor(2), tensor(3), 5).item()).toBe(15);
    });
  });

  it('gives zeros for inputs that are not used', () => {
    tidy(() => {
      const { a, b } = grad((t: { a: Tensor; b: Tensor }) => total(t.a))({ a: tensor([1, 2]), b: tensor([[3, 4]]) });
      expect(a.toArray()).toEqual([1, 1]);
      expect(b.toArray()).toEqual([[0, 0]]);
    });
  });

  it('gives zeros when the result is a captured tensor, ones when it is the input', () => {
    tidy(() => {
      const captured = tensor(7);
      const [value, gradient] = valueAndGrad((_: Tensor) => captured)(tensor([1, 2]));
      expect([value.item(), gradient.toArray()]).toEqual([7, [0, 0]]);
      value.dispose();
      expect(captured.item()).toBe(7); // the value was a handle of its own
      const x = tensor(3);
      const [same, one] = valueAndGrad((input: Tensor) => input)(x);
      same.dispose();
      expect([x.item(), one.item()]).toEqual([3, 1]);
    });
  });

  it('tells the input from the same tensor captured', () => {
    tidy(() => {
      const x = tensor(3);
      expect(grad((input: Tensor) => mul(input, x))(x).item()).toBe(3);
      expect(grad((_: Tensor) => mul(x, x))(x).item()).toBe(0);
      expect(grad((t: { a: Tensor; b: Tensor }) => mul(t.a, mul(t.b, t.b)))({ a: x, b: x }).b.item()).toBe(18);
    });
  });

  it('adds up gradients over every use', () => {
    tidy(() => {
      const f = (x: Tensor): Tensor => add(mul(x, x), add(x, add(x, mul(x, 3))));
      expect(grad(f)(tensor(2)).item()).toBe(9);
    });
  });

  it('accepts any scalar of one element', () => {
    tidy(() => {
      expect(grad((x: Tensor) => mul(x, x))(tensor([[3]])).toArray()).toEqual([[6]]);
    });
  });

  it('works with tidy and dispose inside the function', () => {
    tidy(() => {
      const f = (x: Tensor): Tensor =>
        tidy(() => {
          const square = mul(x, x);
          const cube = mul(square, x);
          square.dispose();
          return total(tidy(() => mul(cube, 2)));
        });
      expect(grad(f)(tensor([1, 2])).toArray()).toEqual([6, 24]);
      expect(grad((y: Tensor) => total(grad(f)(y)))(tensor([1, 2])).toArray()).toEqual([12, 24]);
    });
  });

  it('frees what the function made, results excepted', () => {
    const x = tensor([1, 2]);
    let inside: Tensor | undefined;
    const [value, gradient] = valueAndGrad((input: Tensor) => {
      inside = exp(input);
      return total(inside);
    })(x);
    expect(inside?.disposed).toBe(true);
    expect(liveHandles()).toBe(3);
    for (const each of [x, value, gradient]) each.dispose();
    expect(memory().liveTensors).toBe(0);
  });

  it('gives the memory back when the function throws, and leaves no frame behind', () => {
    const x = tensor([1, 2]);
    const { used } = memory();
    const failing = (input: Tensor): Tensor => {
      mul(exp(input), input);
      throw new Error('on purpose');
    };
    expect(() => grad(failing)(x)).toThrow('on purpose');
    expect(() => grad((y: Tensor) => total(grad(failing)(mul(y, y))))(x)).toThrow('on purpose');
    expect(() => vjp(failing, [x])).toThrow('on purpose');
    expect(currentFrame()).toBeUndefined();
    expect([liveHandles(), memory().used]).toEqual([1, used]);
    expect(tidy(() => grad(total)(x).toArray())).toEqual([1, 1]);
    x.dispose();
  });

  it('refuses anything but an f32 scalar of f32 tensors', () => {
    tidy(() => {
      const x = tensor([1, 2]);
      expect(() => grad((input: Tensor) => mul(input, 2))(x)).toThrow(
        new ShapeError('grad: expected the function to return an f32 scalar, got f32 of shape [2]'),
      );
      expect(() => grad(total)(wrong(tensor(Int32Array.of(1))))).toThrow(
        new DTypeError('grad: expected f32 tensors to differentiate by, got i32 of shape [1]'),
      );
      expect(() => grad(() => wrong(tensor(Int32Array.of(1))))(x)).toThrow(
        new ShapeError('grad: expected the function to return an f32 scalar, got i32 of shape [1]'),
      );
      // @ts-expect-error a number is no tensor
      expect(() => grad(() => 3)(x)).toThrow('grad: expected the function to return a tensor, got 3');
      // @ts-expect-error a number is no tensor
      expect(() => grad(total)(3)).toThrow(
        new TypeError('grad: expected a tensor, or a tree of tensors, to differentiate by, got 3'),
      );
      // @ts-expect-error a tensor is no function
      expect(() => grad(x)).toThrow(new TypeError('grad: expected f to be a function, got an f32 tensor [2]'));
      const gone = tensor(1);
      gone.dispose();
      expect(() => grad(total)(gone)).toThrow(
        new DisposedError('grad: expected a live tensor, got one of shape [] after dispose()'),
      );
    });
  });
});

describe('vjp', () => {
  withRuntime();

  it('pulls cotangents back as often as asked', () => {
    tidy(() => {
      const [x, y] = [tensor([1, 2]), tensor([3, 4])];
      const before = liveHandles();
      const [out, pull] = vjp(mul, [x, y]);
      expect(out.toArray()).toEqual([3, 8]);
      expect(pull(ones([2])).map((t) => t.toArray())).toEqual([
        [3, 4],
        [1, 2],
      ]);
      expect(pull(tensor([0, 2])).map((t) => t.toArray())).toEqual([
        [0, 8],
        [0, 4],
      ]);
      pull.dispose();
      pull.dispose();
      expect(liveHandles()).toBe(before + 1 + 4 + 2); // out, four results, two cotangents
      expect(() => pull(ones([2]))).toThrow(
        new DisposedError('vjp: expected a live tensor, got one of shape [2] after dispose()'),
      );
    });
  });

  it('survives the disposal of inputs and output', () => {
    tidy(() => {
      const x = tensor([1, 2]);
      const [out, pull] = vjp((input) => exp(mul(input, input)), [x]);
      x.dispose();
      out.dispose();
      expect(pull(ones([2]))[0]!.data()[0]).toBeCloseTo(2 * Math.E, 5);
      pull.dispose();
    });
  });

  it('keeps its memory out of scopes until pull.dispose()', () => {
    const x = tensor([1, 2]);
    const pull = tidy(() => vjp((input) => mul(input, input), [x])[1]);
    const [gradient] = pull(x);
    expect(gradient!.toArray()).toEqual([2, 8]);
    gradient!.dispose();
    pull.dispose();
    x.dispose();
  });

  it('checks the cotangent', () => {
    tidy(() => {
      const [, pull] = vjp((x) => sub(x, 1), [tensor([1, 2])]);
      expect(() => pull(tensor([1, 2, 3]))).toThrow('vjp: expected the cotangent of shape [2], got [3]');
      expect(() => pull(wrong(tensor(Int32Array.of(1, 2))))).toThrow(
        new DTypeError('vjp: expected the cotangent to be f32, got i32'),
      );
      // @ts-expect-error a number is no tensor
      expect(() => pull(1)).toThrow(new TypeError('vjp: expected the cotangent to be a tensor, got 1'));
      pull.dispose();
    });
  });
});
