import { describe, expect, it } from 'vitest';
import {
  add,
  checkGradients,
  compile,
  concat,
  DTypeError,
  grad,
  graph,
  greater,
  hessian,
  jacobian,
  jvp,
  matmul,
  memory,
  mul,
  ones,
  reshape,
  scan,
  ShapeError,
  sin,
  slice,
  square,
  stack,
  sub,
  sum,
  tanh,
  tensor,
  tidy,
  vjp,
  where,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const random = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    numbers(
      shape.reduce((size, n) => size * n, 1),
      seed,
      -1,
      1,
    ),
    shape,
  );
const row = (xs: Tensor, i: number): Tensor =>
  reshape(slice(xs, [i, ...xs.shape.slice(1).map(() => 0)], [1, ...xs.shape.slice(1)]), xs.shape.slice(1));

interface Network {
  readonly w: Tensor;
  readonly u: Tensor;
}

/** A recurrent network: h' = tanh(h w + x u), y = sin(h' w). */
const cell = ({ w, u }: Network, h: Tensor, x: Tensor): [Tensor, Tensor] => {
  const next = tanh(add(matmul(h, w), matmul(x, u)));
  return [next, sin(matmul(next, w))];
};
const looped = (net: Network, h: Tensor, xs: Tensor, reverse = false): [Tensor, Tensor] =>
  scan((carry: Tensor, x: Tensor) => cell(net, carry, x), h, xs, { reverse });
/** The same without a loop. */
const unrolled = (net: Network, h: Tensor, xs: Tensor, reverse = false): [Tensor, Tensor] => {
  const ys: Tensor[] = [];
  let carry = h;
  for (let step = 0; step < (xs.shape[0] ?? 0); step++) {
    const i = reverse ? (xs.shape[0] ?? 0) - 1 - step : step;
    [carry, ys[i]] = cell(net, carry, row(xs, i));
  }
  return [carry, stack(ys)];
};
const problem = (): [Network, Tensor, Tensor] => [
  { w: random([3, 3], 1), u: random([2, 3], 2) },
  random([4, 3], 3),
  random([5, 4, 2], 4),
];
const close = (a: Tensor, b: Tensor, tolerance = 2e-6): void => {
  expect(a.shape).toEqual(b.shape);
  expectClose(a.data(), b.data(), tolerance);
};
type Loop = typeof looped;
const loss = (f: Loop, net: Network, h: Tensor, xs: Tensor, reverse = false): Tensor => {
  const [last, ys] = f(net, h, xs, reverse);
  return add(sum(square(last)), sum(mul(ys, tensor(numbers(ys.size, 9), ys.shape))));
};

describe('values', () => {
  it.each([false, true])('are those of the steps one after the other, reverse %s', (reverse) => {
    tidy(() => {
      const [net, h, xs] = problem();
      const [carry, ys] = looped(net, h, xs, reverse);
      const [expectedCarry, expectedYs] = unrolled(net, h, xs, reverse);
      expect(bitPatterns(carry.data())).toEqual(bitPatterns(expectedCarry.data()));
      expect(bitPatterns(ys.data())).toEqual(bitPatterns(expectedYs.data()));
    });
  });

  it('trees, integers, nothing to stack and nothing to carry', () => {
    tidy(() => {
      const [carry, ys] = scan(
        ({ a, b: [n] }: { a: Tensor; b: readonly [Tensor<'i32'>] }, { x, y }: { x: Tensor; y: Tensor }) => [
          { a: add(a, mul(x, y)), b: [add(n, tensor(new Int32Array([1]), []))] as const },
          [n, { sum: add(x, y) }] as const,
        ],
        { a: zeros([2]), b: [tensor(new Int32Array([7]), [])] as const },
        { x: tensor([[1, 2], [3, 4]]), y: ones([2, 2]) }, // prettier-ignore
      );
      expect(carry.a.toArray()).toEqual([4, 6]);
      expect([carry.b[0].dtype, carry.b[0].item()]).toEqual(['i32', 9]);
      expect([ys[0].dtype, ys[0].toArray(), ys[1].sum.toArray()]).toEqual(['i32', [7, 8], [[2, 3], [4, 5]]]); // prettier-ignore
      const [powers, none] = scan((x: Tensor) => [mul(x, 2), undefined], tensor(1), undefined, { length: 10 });
      expect([powers.item(), none]).toEqual([1024, undefined]);
      expect(scan((_: null, x: Tensor) => [null, square(x)], null, tensor([1, 2, 3]))[1].toArray()).toEqual([1, 4, 9]);
    });
  });

  it('a carry whose parts change places, or that does not change', () => {
    tidy(() => {
      const swap = scan(([a, b, c]: readonly Tensor[]) => [[b!, reshape(a!, [2]), c!], a!], [tensor([1, 2]), tensor([3, 4]), tensor([5, 6])], undefined, { length: 3 }); // prettier-ignore
      expect(swap[0].map((x) => x.toArray())).toEqual([[3, 4], [1, 2], [5, 6]]); // prettier-ignore
      expect(swap[1].toArray()).toEqual([[1, 2], [3, 4], [1, 2]]); // prettier-ignore
    });
  });

  it('no steps', () => {
    tidy(() => {
      const [net, h] = problem();
      const [carry, ys] = looped(net, h, zeros([0, 4, 2]));
      expect(carry.toArray()).toEqual(h.toArray());
      expect(ys.shape).toEqual([0, 4, 3]);
      const gradients = grad((x: Tensor) => loss(looped, net, x, zeros([0, 4, 2])))(h);
      close(gradients, mul(2, h));
    });
  });
});

describe('derivatives', () => {
  it.each([false, true])('are those of the unrolled loop, reverse %s', (reverse) => {
    tidy(() => {
      const [net, h, xs] = problem();
      const of = (f: Loop) => (p: { net: Network; h: Tensor; xs: Tensor }) => loss(f, p.net, p.h, p.xs, reverse);
      const found = grad(of(looped))({ net, h, xs });
      const expected = grad(of(unrolled))({ net, h, xs });
      close(found.net.w, expected.net.w, 1e-5);
      close(found.net.u, expected.net.u, 1e-5);
      close(found.h, expected.h, 1e-5);
      close(found.xs, expected.xs, 1e-5);
      const along = [random([3, 3], 5), random([2, 3], 6), random([4, 3], 7), random([5, 4, 2], 8)];
      const flat = (f: Loop) => (w: Tensor, u: Tensor, start: Tensor, x: Tensor) => f({ w, u }, start, x, reverse)[1];
      const [, rate] = jvp(flat(looped), [net.w, net.u, h, xs], along);
      close(rate, jvp(flat(unrolled), [net.w, net.u, h, xs], along)[1], 1e-5);
    });
  });

  it('of the second order, in all nestings', () => {
    tidy(() => {
      const [{ u }, h, xs] = problem();
      const w = random([3, 3], 1);
      const direction = random([3, 3], 5);
      const of = (f: Loop) => (x: Tensor) => loss(f, { w: x, u }, h, xs);
      const expected = jvp(grad(of(unrolled)), [w], [direction])[1];
      close(jvp(grad(of(looped)), [w], [direction])[1], expected, 2e-5);
      close(grad((x: Tensor) => sum(mul(grad(of(looped))(x), direction)))(w), expected, 2e-5);
      close(grad((x: Tensor) => jvp(of(looped), [x], [direction])[1])(w), expected, 2e-5);
      close(hessian(of(looped))(w), hessian(of(unrolled))(w), 2e-5);
      close(jacobian((x: Tensor) => looped({ w: x, u }, h, xs)[0])(w), jacobian((x: Tensor) => unrolled({ w: x, u }, h, xs)[0])(w), 1e-5); // prettier-ignore
    });
  });

  it('of the third order', () => {
    tidy(() => {
      const powers = (x: Tensor): Tensor => scan((carry: Tensor) => [mul(carry, x), undefined], ones([]), undefined, { length: 4 })[0]; // prettier-ignore
      const third = grad(grad(grad(powers)));
      expect(third(tensor(2)).item()).toBeCloseTo(48, 3);
    });
  });

  it('agree with finite differences, where a loop is in a loop and a gradient in it', () => {
    tidy(() => {
      const inner = (x: Tensor): Tensor =>
        scan((s: Tensor, k: Tensor) => [sin(add(s, mul(k, x))), undefined], x, tensor([0.5, -0.3, 0.8]))[0];
      const outer = (x: Tensor): Tensor =>
        scan((s: Tensor, k: Tensor) => [add(mul(0.5, inner(s)), mul(k, x)), grad((z: Tensor) => sum(inner(z)))(s)], x, tensor([1, 2]))[1]; // prettier-ignore
      checkGradients(outer, [random([2], 1)], { tolerance: 1e-2 });
      const compiled = compile(grad((x: Tensor) => sum(square(outer(x)))));
      const x = random([2], 2);
      close(compiled(x), grad((z: Tensor) => sum(square(outer(z))))(x));
      compiled.dispose();
    });
  });

  it('pass through integers, and branches by values', () => {
    tidy(() => {
      const f = (x: Tensor): Tensor =>
        scan(
          ([total, n]: readonly [Tensor, Tensor<'i32'>], entry: Tensor) =>
            [[add(total, where(greater(entry, 0), square(entry), 0)), add(n, tensor(new Int32Array([1]), []))], n] as const,
          [zeros([]), tensor(new Int32Array([0]), [])] as const,
          x,
        )[0][0]; // prettier-ignore
      const x = tensor([1, -2, 3]);
      expectClose(grad(f)(x).data(), [2, 0, 6], 0);
      expect(jvp(f, [x], [ones([3])])[1].item()).toBe(8);
    });
  });

  it('a pullback runs many times', () => {
    tidy(() => {
      const [net, h, xs] = problem();
      const [, pull] = vjp((x) => looped(net, h, x)[0], [xs]);
      const [first] = pull(ones([4, 3]));
      const [second] = pull(mul(2, ones([4, 3])));
      close(mul(2, first!), second!);
      pull.dispose();
    });
  });
});

describe('recording', () => {
  it('compiled, it gives the same bits, for new values and captured tensors', () => {
    tidy(() => {
      const [net, h, xs] = problem();
      const f = (p: { net: Network; h: Tensor; xs: Tensor }): Tensor => loss(looped, p.net, p.h, p.xs);
      const compiled = compile(grad(f));
      compiled({ net: { w: random([3, 3], 11), u: net.u }, h, xs });
      const [a, b] = [compiled({ net, h, xs }), grad(f)({ net, h, xs })];
      expect(bitPatterns(a.net.w.data())).toEqual(bitPatterns(b.net.w.data()));
      expect(bitPatterns(a.xs.data())).toEqual(bitPatterns(b.xs.data()));
      compiled.dispose();
    });
  });

  it('f is called once, however many steps there are, and takes no more operations', () => {
    tidy(() => {
      let calls = 0;
      const f = (x: Tensor): Tensor =>
        scan(
          (carry: Tensor, entry: Tensor) => {
            calls++;
            return [sin(add(carry, mul(entry, x))), carry];
          },
          x,
          zeros([1000, 2]),
        )[0];
      f(ones([2]));
      expect(calls).toBe(1);
      expect(graph(f, [ones([2])]).nodes.filter(({ op }) => op === 'scan')).toHaveLength(1);
      calls = 0;
      const compiled = compile(grad((x: Tensor) => sum(f(x))));
      compiled(ones([2]));
      compiled(ones([2]));
      expect(calls).toBe(1);
      compiled.dispose();
    });
  });

  it('a compiled loop needs memory for its data, not for its records', () => {
    const needs = (length: number): number => {
      const before = memory().used;
      const compiled = compile(
        (x: Tensor) => scan((carry: Tensor) => [sin(carry), undefined], x, undefined, { length })[0],
      );
      tidy(() => {
        compiled(ones([2]));
      });
      const used = memory().used - before;
      compiled.dispose();
      return used;
    };
    expect(needs(100000)).toBe(needs(1));
  });

  it('frees everything', () => {
    tidy(() => {
      const [net, h, xs] = problem();
      const run = (): void => {
        tidy(() => {
          grad((x: Tensor) => loss(looped, net, x, xs))(h);
          looped(net, h, concat([xs, xs]));
        });
      };
      run();
      const before = memory();
      run();
      expect(memory()).toEqual({ ...before, reserved: memory().reserved });
      expect(() => scan((c: Tensor) => [sub(c, ones([7])), undefined], h, undefined, { length: 2 })).toThrow(
        new ShapeError('sub: expected shapes that broadcast, got [4, 3] and [7]'),
      );
      expect(memory()).toEqual({ ...before, reserved: memory().reserved });
    });
  });
});

describe('errors', () => {
  const step = (carry: Tensor, x: Tensor): [Tensor, Tensor] => [add(carry, x), carry];
  const nothing = undefined;
  it.each<[string, Error | unknown, () => unknown]>([
    [
      'no function',
      new TypeError("scan: expected f to be a function, got 'f'"),
      () => scan(wrong('f'), ones([]), ones([2])),
    ],
    [
      'a number to carry',
      new TypeError('scan: expected init to be a tree of tensors, got 0'),
      () => scan(wrong(step), 0, ones([2])),
    ],
    [
      'a scalar to walk',
      new ShapeError('scan: expected xs with a leading axis, got []'),
      () => scan(step, ones([]), ones([])),
    ],
    [
      'lengths that differ',
      new ShapeError('scan: expected xs with 2 entries, got [3]'),
      () => scan((c: Tensor, [x]: Tensor[]) => [add(c, x!), c], ones([]), [ones([2]), ones([3])]),
    ],
    [
      'another length',
      new ShapeError('scan: expected xs with 3 entries, got [2]'),
      () => scan(step, ones([]), ones([2]), { length: 3 }),
    ],
    [
      'no length',
      new TypeError('scan: expected the option length where xs has no tensors, got undefined'),
      () => scan((c: Tensor) => [c, nothing], ones([]), nothing),
    ],
    [
      'a broken length',
      typed(RangeError, /^scan: expected length to be a whole number/),
      () => scan(step, ones([]), ones([2]), { length: 0.5 }),
    ],
    [
      'no pair',
      new TypeError('scan: expected f to return [carry, y], got an f32 tensor []'),
      () =>
        scan(
          wrong((c: Tensor) => c),
          ones([]),
          ones([2]),
        ),
    ],
    [
      'a promise',
      typed(TypeError, /^scan: expected f to return \[carry, y\], got/),
      () =>
        scan(
          wrong(() => Promise.resolve()),
          ones([]),
          ones([2]),
        ),
    ],
    [
      'a carry that grows',
      new ShapeError('scan: expected f to return a carry of shape [], like init, got [2]'),
      () => scan((c: Tensor) => [mul(c, ones([2])), nothing], ones([]), nothing, { length: 2 }),
    ],
    [
      'a carry of another type',
      new DTypeError('scan: expected f to return a carry of f32, like init, got i32'),
      () =>
        scan(
          wrong(() => [tensor(new Int32Array(1), []), nothing]),
          ones([]),
          nothing,
          { length: 2 },
        ),
    ],
    [
      'a carry of another structure',
      new TypeError('scan: expected f to return a carry of the structure of init, got [an f32 tensor []]'),
      () =>
        scan(
          wrong((c: Tensor) => [[c], nothing]),
          ones([]),
          nothing,
          { length: 2 },
        ),
    ],
    [
      'an unknown option',
      typed(TypeError, /^scan: expected options/),
      () => scan(step, ones([]), ones([2]), wrong({ backwards: true })),
    ],
    [
      'reading values',
      typed(TypeError, /^item: expected values only after/),
      () => scan((c: Tensor) => [c, tensor(c.item())], ones([]), nothing, { length: 2 }),
    ],
  ])('%s', (_, error, run) => {
    tidy(() => {
      expect(run).toThrow(error);
    });
  });
});
