import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { add } from '../../src/ops/add.js';
import { customGradient } from '../../src/ops/customGradient.js';
import { grad, hessian, jacobian, jvp, vjp } from '../../src/ops/differentiation.js';
import { exp } from '../../src/ops/exp.js';
import { gather } from '../../src/ops/gather.js';
import { matmul } from '../../src/ops/matmul.js';
import { mul } from '../../src/ops/mul.js';
import { sum } from '../../src/ops/sum.js';
import { sin } from '../../src/ops/trigonometry.js';
import { randomNormal, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

const unit = (length: number, i: number): Tensor => tensor(Float32Array.from({ length }, (_, k) => (k === i ? 1 : 0)));

describe('Jacobians by replay', () => {
  withRuntime();

  it.each([1, 2, 3, 4, 5, 9, 64])('have the bits of single passes: %i inputs', (n) => {
    tidy(() => {
      const weights = randomNormal([n, 7], { seed: 1 });
      const x = randomNormal([n], { seed: 2 });
      const f = (at: Tensor): Tensor => mul(sin(matmul(at, weights)), exp(sum(mul(at, at))));
      const [, pull] = vjp(f, [x]);
      const reverse = Array.from({ length: 7 }, (_, i) => pull(unit(7, i))[0]?.toArray());
      const columns = Array.from({ length: n }, (_, i) => jvp(f, [x], [unit(n, i)])[1].data());
      const forward = Array.from({ length: 7 }, (_, row) => columns.map((column) => column[row]));
      pull.dispose();
      expect(jacobian(f)(x).toArray()).toEqual(reverse);
      expect(jacobian(f, { mode: 'forward' })(x).toArray()).toEqual(forward);
    });
  });

  it('call the function once in reverse mode, and for a Hessian', () => {
    tidy(() => {
      let calls = 0;
      const f = (x: Tensor): Tensor => {
        calls++;
        return sin(mul(x, x));
      };
      const x = randomNormal([20], { seed: 1 });
      jacobian(f)(x);
      expect(calls).toBe(1);
      hessian((y) => sum(f(y)))(x);
      expect(calls).toBe(2);
    });
  });

  it('allow functions and rules that read values', () => {
    tidy(() => {
      const x = tensor([1, -2, 3, -4, 5]);
      const signed = (y: Tensor): Tensor => mul(y, tensor(Array.from(y.data(), (value) => (value < 0 ? -2 : 2))));
      const expected = [2, -2, 2, -2, 2].map((value, i) => Array.from(unit(5, i).data(), (one) => value * one + 0));
      const plain = (rows: unknown): string => JSON.stringify(rows).replaceAll('-0', '0');
      expect(plain(jacobian(signed)(x).toArray())).toBe(plain(expected));
      expect(plain(jacobian(signed, { mode: 'forward' })(x).toArray())).toBe(plain(expected));
      const read: number[] = [];
      const watched = customGradient(sin, (cotangent) => {
        read.push(...cotangent.data());
        return [cotangent];
      });
      expect(jacobian(watched)(x).toArray()).toEqual(Array.from({ length: 5 }, (_, i) => unit(5, i).toArray()));
      expect(read.length).toBeGreaterThanOrEqual(25);
    });
  });

  it('work inside other transformations', () => {
    tidy(() => {
      const x = tensor([0.1, 0.2, 0.3, 0.4, 0.5]);
      const trace = (y: Tensor): Tensor => sum(mul(jacobian(sin)(y), jacobian((z) => mul(z, z))(y)));
      // sum of 2 x cos x
      const slopes = Array.from(x.data(), (value) => 2 * Math.cos(value) - 2 * value * Math.sin(value));
      grad(trace)(x)
        .data()
        .forEach((value, i) => expect(value).toBeCloseTo(slopes[i] ?? NaN, 5));
      const compiled = compile((y: Tensor) => jacobian(sin)(y));
      expect(compiled(x).toArray()).toEqual(jacobian(sin)(x).toArray());
      compiled.dispose();
    });
  });

  it('still check indices, and pass on errors of the function', () => {
    tidy(() => {
      const x = randomNormal([5], { seed: 1 });
      for (const mode of ['reverse', 'forward'] as const) {
        const far = (y: Tensor): Tensor => gather(y, tensor(Int32Array.of(0, 7)));
        expect(() => jacobian(far, { mode })(x)).toThrow(typed(RangeError, /^gather: .*7/));
        expect(() =>
          jacobian(
            (y) => {
              if (y.size > 0) throw new RangeError('mine');
              return add(y, 1);
            },
            { mode },
          )(x),
        ).toThrow(new RangeError('mine'));
      }
    });
  });
});
