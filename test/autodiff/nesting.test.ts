// Transformations inside transformations, in all orders, and the confusions that a sloppy one falls for.
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad, vjp } from '../../src/autodiff/grad.js';
import { hessian, jacobian } from '../../src/autodiff/jacobian.js';
import { jvp } from '../../src/autodiff/jvp.js';
import { add } from '../../src/ops/add.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { mul } from '../../src/ops/mul.js';
import { sin } from '../../src/ops/trigonometry.js';
import { ones, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

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
