// What the table of test/ops/generic.test.ts cannot say: points where derivatives are chosen, special values, errors.
import { describe, expect, it } from 'vitest';
import { grad, vjp } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import { DisposedError, DTypeError, ShapeError } from '../../src/core/errors.js';
import * as ops from '../../src/index.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { eluDerivative } from '../../src/ops/elu.js';
import { leakyReluDerivative } from '../../src/ops/leakyRelu.js';
import { reluDerivative } from '../../src/ops/relu.js';
import { sigmoidDerivative } from '../../src/ops/sigmoid.js';
import { siluDerivative } from '../../src/ops/silu.js';
import { softplusDerivative } from '../../src/ops/softplus.js';
import { tanhDerivative } from '../../src/ops/tanh.js';
import { liveHandles } from '../../src/runtime/statistics.js';
import type { DType, Tensor } from '../../src/tensors/tensor.js';
import { activationFunction, activations64, type ActivationName } from '../support/samples/activation.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

const { tensor, tidy } = ops;
/** An argument the types would not let through. */
const wrong = <T>(value: unknown): T => value as T;
type Unary = (x: Tensor) => Tensor;

/** The values of an operation on a list. */
const values = (f: Unary, x: readonly number[]): number[] => tidy(() => [...f(tensor(x)).data()]);
/** Derivatives of an elementwise function at several points, by order. */
function slopes(f: Unary, x: readonly number[], order = 1): number[] {
  let derivative = f;
  for (let i = 0; i < order; i++) {
    const below = derivative;
    derivative = (at) => grad((point: Tensor) => sumTo(below(point), []))(at);
  }
  return values(derivative, x).map((value) => value + 0); // -0 is as good as 0
}
const forwardSlopes = (f: Unary, x: readonly number[]): number[] =>
  tidy(() => [...jvp(f, [tensor(x)], [tensor(x.map(() => 1))])[1].data()]);

describe('derivatives where they are a choice', () => {
  withRuntime();

  it.each([
    ['relu', ops.relu, 0],
    ['abs', ops.abs, 0],
    ['sign', ops.sign, 0],
    ['leakyRelu', ops.leakyRelu, Math.fround(0.2)],
    ['elu', ops.elu, 1],
    ['sqrt', ops.sqrt, Infinity],
    ['clip at its lower bound', (x: Tensor) => ops.clip(x, 0, 1), 1],
    ['clip at its upper bound', (x: Tensor) => ops.clip(x, -1, 0), 1],
    ['clip between equal bounds', (x: Tensor) => ops.clip(x, 0, 0), 1],
  ])('%s at 0', (_, f, expected) => {
    expect(slopes(f, [0])).toEqual([expected]);
    expect(forwardSlopes(f, [0])).toEqual([expected]);
  });

  it('splits the gradient of maximum and minimum at ties', () => {
    for (const f of [ops.maximum, ops.minimum]) {
      tidy(() => {
        const [, pull] = vjp(f, [tensor([1, 2, 3]), tensor([1, 2, 4])]);
        const [da, db] = pull(tensor([1, 6, 1]));
        pull.dispose();
        expect([...da!.data()].slice(0, 2)).toEqual([0.5, 3]);
        expect([...db!.data()].slice(0, 2)).toEqual([0.5, 3]);
        expect([...da!.data()][2]! + [...db!.data()][2]!).toBe(1);
      });
    }
  });

  it('differentiates whole powers at 0 and below any number of times', () => {
    const cube = (x: Tensor): Tensor => ops.pow(x, 3);
    expect(slopes(cube, [0, -2])).toEqual([0, 12]);
    expect(slopes(cube, [0, -2], 2)).toEqual([0, -12]);
    expect(slopes(cube, [0, -2], 3)).toEqual([6, 6]);
    expect(slopes(cube, [0, -2], 4)).toEqual([0, 0]);
    expect(slopes((x) => ops.pow(x, 0), [0, -2])).toEqual([0, 0]);
    expect(slopes((x) => ops.pow(x, 1), [0, -2])).toEqual([1, 1]);
  });

  it('takes the derivative of pow by its exponent as 0 at base 0', () => {
    expect(slopes((b) => ops.pow(0, b), [0, 0.5, 2])).toEqual([0, 0, 0]);
    expect(slopes((b) => ops.pow(2, b), [0])[0]).toBeCloseTo(Math.LN2, 6);
  });

  it('mixes the second derivatives of pow: d/db d/da a^b = a^(b-1) (1 + b log a)', () => {
    for (const b of [0, 1, 2.5]) {
      const mixed = slopes((e) => grad((a: Tensor) => sumTo(ops.pow(a, e), []))(tensor(3)), [b]);
      expect(mixed[0]).toBeCloseTo(3 ** (b - 1) * (1 + b * Math.log(3)), 5);
    }
  });

  it('keeps what is not taken out of the gradient of where', () => {
    tidy(() => {
      const [, pull] = vjp(
        (a, b) => ops.where(tensor([1, 0, 1, 0]), a, b),
        [tensor([1, NaN, 2, Infinity]), tensor([NaN, 5, Infinity, 6])],
      );
      const [da, db] = pull(tensor([Infinity, 1, NaN, 2]));
      pull.dispose();
      expect([...da!.data()]).toEqual([Infinity, 0, NaN, 0]);
      expect([...db!.data()]).toEqual([0, 1, 0, 2]);
    });
  });

  it('passes no gradient through comparisons, sign or integers', () => {
    expect(slopes((x) => ops.mul(x, ops.greater(x, 0)), [-1, 2])).toEqual([0, 1]);
    expect(slopes((x) => ops.mul(x, ops.sign(x)), [-1, 2])).toEqual([-1, 1]);
    expect(slopes((x) => ops.mul(x, ops.cast(ops.cast(x, 'i32'), 'f32')), [2.5])).toEqual([2]);
  });
});

describe('far from 0', () => {
  withRuntime();
  const far = [-1e30, -200, 200, 1e30];

  it.each([
    ['sigmoid', ops.sigmoid, [0, 0, 1, 1], [0, 0, 0, 0]],
    ['tanh', ops.tanh, [-1, -1, 1, 1], [0, 0, 0, 0]],
    ['softplus', ops.softplus, [0, 0, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['silu', ops.silu, [0, 0, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['gelu', ops.gelu, [0, 0, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['gelu tanh', (x: Tensor) => ops.gelu(x, { approximate: 'tanh' }), [0, 0, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['elu', ops.elu, [-1, -1, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['celu', (x: Tensor) => ops.celu(x, 0.5), [-0.5, -0.5, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['mish', ops.mish, [0, 0, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['relu6', ops.relu6, [0, 0, 6, 6], [0, 0, 0, 0]],
    ['hardSigmoid', ops.hardSigmoid, [0, 0, 1, 1], [0, 0, 0, 0]],
    ['hardSwish', ops.hardSwish, [0, 0, 200, Math.fround(1e30)], [0, 0, 1, 1]],
    ['erf', ops.erf, [-1, -1, 1, 1], [0, 0, 0, 0]],
  ])('%s, its slope and its curvature are finite', (_, f, expected, slope) => {
    expect(values(f, far).map((value) => value + 0)).toEqual(expected);
    expect(slopes(f, far)).toEqual(slope);
    expect(slopes(f, far, 2)).toEqual([0, 0, 0, 0]);
    expect(slopes(f, far, 3)).toEqual([0, 0, 0, 0]);
  });
});

describe('third derivatives of the fused gradients', () => {
  withRuntime();
  const points = [-1.5, -0.3, 0.4, 2];
  const sigmoid3 = (x: number): number => {
    const s = 1 / (1 + Math.exp(-x));
    return s * (1 - s) * (1 - 6 * s + 6 * s * s);
  };
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

  it.each([
    ['sigmoid', ops.sigmoid, sigmoid3],
    ['tanh', ops.tanh, (x: number) => (1 - Math.tanh(x) ** 2) * (6 * Math.tanh(x) ** 2 - 2)],
    ['relu', ops.relu, () => 0],
    ['leakyRelu', ops.leakyRelu, () => 0],
    ['elu', ops.elu, (x: number) => (x > 0 ? 0 : Math.exp(x))],
    ['gelu', ops.gelu, (x: number) => density(x) * (x ** 3 - 4 * x)],
    ['softplus', ops.softplus, (x: number) => (Math.exp(-x) - Math.exp(-2 * x)) * (-1 / (1 + Math.exp(-x)) ** 3)],
  ])('%s', (_, f, expected) => {
    slopes(f, points, 3).forEach((slope, i) => {
      expect(slope).toBeCloseTo(expected(points[i]!), 5);
    });
  });
});

describe('gradient operations on their own', () => {
  withRuntime();
  it('multiply a direction by the derivative', () => {
    tidy(() => {
      const [direction, v] = [tensor([2, 2, 2]), tensor([-0.5, 0, 0.5])];
      expect(reluDerivative.along(direction, v).toArray()).toEqual([0, 0, 2]);
      expect(leakyReluDerivative.along(direction, v, 0.25).toArray()).toEqual([0.5, 0.5, 2]);
      expect(tanhDerivative.along(direction, v).toArray()).toEqual([1.5, 2, 1.5]);
      expect(sigmoidDerivative.along(direction, v).toArray()).toEqual([-1.5, 0, 0.5]);
      expect(eluDerivative.along(direction, v, 3).data()[1]).toBe(6);
      expect(siluDerivative.along(direction, v).data()[1]).toBe(1);
      expect(softplusDerivative.along(direction, v).data()[1]).toBe(1);
    });
  });
});

describe('activations at the edges', () => {
  withRuntime();
  it.each(Object.entries(activations64))(
    '%s has its limits at the infinities, and lets NaN through',
    (name, { ends }) => {
      const f = activationFunction(name as ActivationName);
      expect(values(f, [-Infinity, Infinity]).map((value) => value + 0)).toEqual(ends.values.map(Math.fround));
      expect(slopes(f, [-Infinity, Infinity]).map((value) => value + 0)).toEqual(ends.slopes.map(Math.fround));
      expect(values(f, [NaN])).toEqual([NaN]);
    },
  );

  it.each<[string, (x: Tensor) => Tensor, number[], number[]]>([
    ['relu', ops.relu, [0], [0]],
    ['leakyRelu', ops.leakyRelu, [0], [Math.fround(0.2)]],
    ['elu', (x) => ops.elu(x, 3), [0], [3]],
    ['celu', (x) => ops.celu(x, 3), [0], [1]],
    ['selu', ops.selu, [0], [1.7580993175506592]],
    ['relu6', ops.relu6, [0, 6], [0, 0]],
    ['hardSigmoid', ops.hardSigmoid, [-3, 3], [0, 0]],
    ['hardSwish', ops.hardSwish, [-3, 0, 3], [0, 0.5, 1]],
    ['softsign', ops.softsign, [0, 1], [1, 0.25]],
  ])('%s has the documented slope at its kinks', (_, f, at, expected) => {
    expect(slopes(f, at)).toEqual(expected);
  });

  it('softsign has its slope far out, where the value is 1', () => {
    slopes(ops.softsign, [-1e6, 1e6, 1e15]).forEach((slope, i) => {
      expect(slope * [1e12, 1e12, 1e30][i]!).toBeCloseTo(1, 4);
    });
    expect(values(ops.softsign, [-1e30, 1e30])).toEqual([-1, 1]);
  });
});

describe('special values', () => {
  withRuntime();
  it('lets NaN through', () => {
    for (const f of [
      ops.relu,
      ops.sign,
      ops.abs,
      (x: Tensor) => ops.clip(x, 0, 1),
      (x: Tensor) => ops.maximum(x, 1),
      (x: Tensor) => ops.minimum(1, x),
    ]) {
      expect(values(f, [NaN])).toEqual([NaN]);
    }
    expect(values((x) => ops.equal(x, x), [NaN, 1])).toEqual([0, 1]);
  });
  it('divides and takes powers as IEEE 754 has it', () => {
    expect(values((x) => ops.div(x, 0), [1, -1, 0])).toEqual([Infinity, -Infinity, NaN]);
    expect(values((x) => ops.pow(x, 0.5), [-1, 0, 4])).toEqual([NaN, 0, 2]);
    expect(values((x) => ops.pow(x, -1), [0, 2])).toEqual([Infinity, 0.5]);
  });
  it('counts -0 as false and NaN as true in where', () => {
    expect(values((c) => ops.where(c, 1, 2), [-0, 0, NaN, 0.5])).toEqual([2, 2, 1, 1]);
  });
  it('cuts off towards 0 and saturates in cast', () => {
    expect(values((x) => wrong(ops.cast(x, 'i32')), [1.9, -1.9, 1e20, -1e20, NaN])).toEqual([
      1,
      -1,
      2 ** 31 - 1,
      -(2 ** 31),
      0,
    ]);
  });
  it('gives cast to the same type a handle of its own', () => {
    const x = tensor([1]);
    const same = ops.cast(x, 'f32');
    x.dispose();
    expect(same.toArray()).toEqual([1]);
    same.dispose();
  });
  it('takes numbers alone', () => {
    tidy(() => {
      expect(ops.add(1, 2).item()).toBe(3);
      expect(ops.exp(0).item()).toBe(1);
      expect(ops.gelu(0).item()).toBe(0);
      expect(ops.greater(2, 1).item()).toBe(1);
    });
  });
  it('adds whole numbers to i32 tensors', () => {
    tidy(() => {
      const sum = ops.add(tensor(Int32Array.of(1, 2)), 3);
      expect([sum.dtype, sum.toArray()]).toEqual(['i32', [4, 5]]);
    });
  });
});

describe('errors come before any work', () => {
  withRuntime();
  const cases: [string, (f: Tensor, i: Tensor) => unknown, new (message: string) => Error, string][] = [
    ['shapes', (f) => ops.sub(f, tensor([1, 2])), ShapeError, 'sub: expected shapes that broadcast, got [3] and [2]'],
    [
      'mixed types',
      (f, i) => ops.maximum(f, i),
      DTypeError,
      'maximum: expected operands of one dtype, got f32 and i32',
    ],
    [
      'a fraction for integers',
      (_, i) => ops.mul(i, 0.5),
      DTypeError,
      'mul: expected operands of one dtype, got i32 and f32',
    ],
    ['integers in div', (_, i) => ops.div(i, i), DTypeError, 'div: expected f32, got i32 of shapes [3] and [3]'],
    ['integers in exp', (_, i) => ops.exp(i), DTypeError, 'exp: expected f32, got i32 of shape [3]'],
    ['integers in sign', (_, i) => ops.sign(i), DTypeError, 'sign: expected f32, got i32 of shape [3]'],
    [
      'branches of two types',
      (f, i) => ops.where(f, f, i),
      DTypeError,
      'where: expected branches of one dtype, got f32 and i32',
    ],
    [
      'branches of two shapes',
      (f) => ops.where(f, tensor([1, 2]), 0),
      ShapeError,
      'where: expected shapes that broadcast, got [3] and [2]',
    ],
    ['crossed bounds', (f) => ops.clip(f, 1, 0), RangeError, 'clip: expected min <= max, got 1 and 0'],
    ['a bound that is NaN', (f) => ops.clip(f, NaN, 0), RangeError, 'clip: expected min to be a number, got NaN'],
    [
      'an infinite slope',
      (f) => ops.leakyRelu(f, Infinity),
      RangeError,
      'leakyRelu: expected slope to be a finite number, got Infinity',
    ],
    ['an alpha that is NaN', (f) => ops.elu(f, NaN), RangeError, 'elu: expected alpha to be a finite number, got NaN'],
    ['an alpha of 0', (f) => ops.celu(f, 0), RangeError, 'celu: expected alpha to be a finite number > 0, got 0'],
    ['integers in selu', (_, i) => ops.selu(i), DTypeError, 'selu: expected f32, got i32 of shape [3]'],
    ['integers in mish', (_, i) => ops.mish(i), DTypeError, 'mish: expected f32, got i32 of shape [3]'],
    [
      'an array in hardSigmoid',
      () => ops.hardSigmoid(wrong<Tensor>([1])),
      TypeError,
      'hardSigmoid: expected a tensor or a number, got [1]',
    ],
    [
      'another shape',
      (f) => ops.broadcastTo(f, [2]),
      ShapeError,
      'broadcastTo: expected shapes that broadcast, got [3] and [2]',
    ],
    [
      'a smaller shape',
      (f) => ops.broadcastTo(f, []),
      ShapeError,
      'broadcastTo: expected a shape that [3] broadcasts to, got []',
    ],
    [
      'a misspelt option',
      (f) => ops.gelu(f, wrong<object>({ approximat: 'tanh' })),
      TypeError,
      "gelu: expected options approximate, got unknown option 'approximat'",
    ],
    [
      'an unknown approximation',
      (f) => ops.gelu(f, wrong<object>({ approximate: 'erf' })),
      TypeError,
      "gelu: expected approximate to be false or 'tanh', got 'erf'",
    ],
    [
      'an unknown type',
      (f) => ops.cast(f, wrong<DType>('f64')),
      RangeError,
      "cast: expected dtype to be one of 'f32', 'i32', got 'f64'",
    ],
    ['an array', () => ops.exp(wrong<Tensor>([1])), TypeError, 'exp: expected a tensor or a number, got [1]'],
    [
      'an array among operands',
      (f) => ops.add(f, wrong<Tensor>([1])),
      TypeError,
      'add: expected tensors or numbers, got [1]',
    ],
    [
      'a number as condition',
      (f) => ops.where(wrong<Tensor>(1), f, f),
      TypeError,
      'where: expected the condition to be a tensor, got 1',
    ],
  ];

  it.each(cases)('%s', (_, act, type, message) => {
    tidy(() => {
      const [f, i] = [tensor([1, 2, 3]), tensor(Int32Array.of(1, 2, 3))];
      const before = liveHandles();
      expect(() => tidy(() => void act(f, wrong(i)))).toThrow(typed(type, message));
      expect(liveHandles()).toBe(before);
    });
  });

  it('names the operation that got a disposed tensor', () => {
    const x = tensor([1]);
    x.dispose();
    expect(() => ops.tanh(x)).toThrow(
      new DisposedError('tanh: expected a live tensor, got one of shape [1] after dispose()'),
    );
    expect(() => ops.add(1, x)).toThrow('add: expected a live tensor');
  });
});
