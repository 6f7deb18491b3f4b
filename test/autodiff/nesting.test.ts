// Transformations inside transformations, in all orders, and the confusions that a sloppy one falls for.
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad, vjp } from '../../src/ops/differentiation.js';
import { hessian, jacobian } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import { add } from '../../src/ops/add.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { mul } from '../../src/ops/mul.js';
import { pow } from '../../src/ops/pow.js';
import { sin } from '../../src/ops/trigonometry.js';
import { ones, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose } from '../support/slices.js';

type Scalar = (x: Tensor) => Tensor;
const byGrad = (f: Scalar): Scalar => grad(f);
const byJvp =
  (f: Scalar): Scalar =>
  (x) =>
    jvp(f, [x], [ones([])])[1];
const byVjp =
  (f: Scalar): Scalar =>
  (x) => {
    const [, pull] = vjp(f, [x]);
    const [result] = pull(ones([]));
    pull.dispose();
    return result!;
  };
const byReverseJacobian = (f: Scalar): Scalar => jacobian(f);
const byForwardJacobian = (f: Scalar): Scalar => jacobian(f, { mode: 'forward' });
const byCompiled =
  (f: Scalar): Scalar =>
  (x) =>
    compile(grad(f))(x);

const modes = { byGrad, byJvp, byVjp, byReverseJacobian, byForwardJacobian };
const names = Object.keys(modes) as (keyof typeof modes)[];
const orders = names.flatMap((a) => names.flatMap((b) => names.map((c) => [a, b, c] as const)));

const at = (f: Scalar, x: number): number => tidy(() => f(tensor(x)).item());

describe('derivatives of third order', () => {
  withRuntime();
  it.each(orders)('%s of %s of %s', (a, b, c) => {
    const f: Scalar = (x) => mul(x, sin(x)); // f''' = -3 sin x - x cos x
    expect(at(modes[a](modes[b](modes[c](f))), 0.7)).toBeCloseTo(-3 * Math.sin(0.7) - 0.7 * Math.cos(0.7), 5);
  });

  it('goes up to the fifth', () => {
    const fifth = [byGrad, byJvp, byGrad, byGrad, byJvp].reduce<Scalar>(
      (f, d) => d(f),
      (x) => mul(x, sin(x)),
    );
    expect(at(fifth, 0.7)).toBeCloseTo(5 * Math.sin(0.7) + 0.7 * Math.cos(0.7), 4);
  });
});

describe.each(names)('no confusion of levels: %s outside', (outer) => {
  withRuntime();
  it.each(names)('%s inside', (inner) => {
    const [d, e] = [modes[outer], modes[inner]];
    // d/dx [x * d/dy (x * y)] = d/dx x^2 = 2 x
    expect(
      at(
        d((x) => mul(x, e((y) => mul(x, y))(x))),
        3,
      ),
    ).toBe(6);
    // d/dx [x * d/dy (x + y)] = d/dx x = 1 (Siskind and Pearlmutter 2005)
    expect(
      at(
        d((x) => mul(x, e((y) => add(x, y))(tensor(1)))),
        1,
      ),
    ).toBe(1);
    // d/dx [d/dy (x^2 y^3) at y = x] = d/dx 3 x^4 = 12 x^3
    expect(
      at(
        d((x) => e((y) => mul(mul(x, x), mul(y, mul(y, y))))(x)),
        2,
      ),
    ).toBe(12 * 2 ** 3);
    // The inner derivative does not depend on y's own level: d/dy x = 0
    expect(
      at(
        d((x) => mul(x, e(() => x)(x))),
        3,
      ),
    ).toBe(0);
    // The inner function returns its own input
    expect(
      at(
        d((x) => mul(x, e((y) => y)(mul(x, x)))),
        3,
      ),
    ).toBe(1);
    // A captured value of the outer level survives two inner ones
    expect(
      at(
        d((x) => e((y) => e((z) => mul(x, mul(y, z)))(y))(x)),
        5,
      ),
    ).toBe(1);
  });
});

describe('Jacobians of Jacobians', () => {
  withRuntime();
  const f = (x: Tensor): Tensor => mul(x, mul(x, x));

  it.each(['reverse', 'forward'] as const)('%s of either', (outer) => {
    for (const inner of ['reverse', 'forward'] as const) {
      tidy(() => {
        const second = jacobian(jacobian(f, { mode: inner }), { mode: outer })(tensor([2, 3]));
        expect(second.toArray()).toEqual([
          [
            [12, 0],
            [0, 0],
          ],
          [
            [0, 0],
            [0, 18],
          ],
        ]);
      });
    }
  });

  it('differentiates through a Jacobian and a Hessian', () => {
    tidy(() => {
      const trace = (x: Tensor): Tensor => sumTo(jacobian(f)(x), []); // 3 x^2 summed
      expect(grad(trace)(tensor([2, 3])).toArray()).toEqual([12, 18]);
      const quartic = (x: Tensor): Tensor => sumTo(mul(f(x), x), []);
      expect(grad((x: Tensor) => sumTo(hessian(quartic)(x), []))(tensor([2, 3])).toArray()).toEqual([48, 72]);
    });
  });
});

describe('a Jacobian under three more derivatives, every mix of modes', () => {
  withRuntime();
  const powers = [
    [3, 2],
    [1, 4],
    [4, 1],
  ] as const; // f_i = x^a y^b: not square, and no symmetry that could hide a transposed axis
  const point = [1.5, -0.5] as const;
  const weights = [1, -2, 3, 4, -5, 6];
  const directions = [
    [1, 2],
    [-1, 3],
    [2, 1],
  ] as const;

  const f = (v: Tensor): Tensor => {
    const [x, y] = [sumTo(mul(v, tensor([1, 0])), []), sumTo(mul(v, tensor([0, 1])), [])];
    return powers
      .map(([a, b], i) => mul(mul(pow(x, a), pow(y, b)), tensor([0, 1, 2].map((k) => Number(k === i)))))
      .reduce((p, q) => add(p, q));
  };
  const dot = (a: Tensor, b: Tensor): Tensor => sumTo(mul(a, b), []);
  const along = (g: Scalar, direction: readonly number[], forward: boolean): Scalar =>
    forward
      ? (v) => jvp(g, [v], [tensor([...direction])])[1]
      : (v) => dot(grad((u: Tensor) => g(u))(v), tensor([...direction]));

  /** The derivative of order n of x^k. */
  const power64 = (x: number, k: number, n: number): number =>
    n === 0 ? x ** k : k === 0 ? 0 : k * power64(x, k - 1, n - 1);
  // The squared entries of the Jacobian are monomials too: (a x^(a-1) y^b)^2 and (b x^a y^(b-1))^2.
  const monomials = powers.flatMap(([a, b]) => [
    { factor: a * a, powers: [2 * a - 2, 2 * b] as const },
    { factor: b * b, powers: [2 * a, 2 * b - 2] as const },
  ]);
  let expected = 0;
  monomials.forEach(({ factor, powers: [a, b] }, i) => {
    for (let axes = 0; axes < 8; axes++) {
      const [j, k, l] = [axes & 1, (axes >> 1) & 1, (axes >> 2) & 1];
      const ys = j + k + l;
      const partial = factor * power64(point[0], a, 3 - ys) * power64(point[1], b, ys);
      expected += weights[i]! * directions[0][j]! * directions[1][k]! * directions[2][l]! * partial;
    }
  });

  it.each(Array.from({ length: 16 }, (_, i) => i))('mix %i', (mix) => {
    const forward = (level: number): boolean => ((mix >> level) & 1) === 1;
    tidy(() => {
      const first: Scalar = (v) => {
        const matrix = jacobian(f, { mode: forward(3) ? 'forward' : 'reverse' })(v);
        return dot(mul(matrix, matrix), tensor(weights, [3, 2])); // not linear, so that its cotangent varies as well
      };
      const fourth = directions.reduce((g, direction, level) => along(g, direction, forward(level)), first);
      expectClose([fourth(tensor([...point])).item()], [expected], 1e-5);
    });
  });
});

describe('pulling inside another transformation', () => {
  withRuntime();
  it('differentiates by the cotangent', () => {
    tidy(() => {
      const x = tensor([1, 2]);
      const [, pull] = vjp((input) => mul(input, input), [x]);
      const byCotangent = grad((c: Tensor) => sumTo(pull(c)[0]!, []))(tensor([5, 7]));
      expect(byCotangent.toArray()).toEqual([2, 4]);
      pull.dispose();
    });
  });

  it('calls a compiled function as it is', () => {
    tidy(() => {
      const cube = (x: Tensor): Tensor => mul(x, mul(x, x));
      expect(at(byGrad(byCompiled(cube)), 2)).toBe(12);
      expect(at(byJvp(byCompiled(cube)), 2)).toBe(12);
    });
  });
});
