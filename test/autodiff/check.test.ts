import { describe, expect, it } from 'vitest';
import { checkGradients } from '../../src/ops/differentiation.js';
import { applyOne, type Op, type Rules } from '../../src/autodiff/op.js';
import { DTypeError } from '../../src/core/errors.js';
import { relu } from '../../src/ops/relu.js';
import { exp } from '../../src/ops/exp.js';
import { mul } from '../../src/ops/mul.js';
import { sin } from '../../src/ops/trigonometry.js';
import * as kernels from '../../src/runtime/generated/kernels.js';
import { call } from '../../src/runtime/kernels.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { wrong as mistyped } from '../support/wrong.js';

/** x^2 with rules of the test's own. */
function squareWith(rules: Rules<undefined>): (x: Tensor) => Tensor {
  const op: Op<undefined> = {
    name: 'square',
    infer: ([x]) => [{ shape: x!.shape, dtype: 'f32' }],
    forward: ([x], [y]) => call(kernels.squareMap, x!.pointer(), y!.pointer(), 0, x!.size),
    rules,
  };
  return (x) => applyOne(op, [x], undefined);
}

const right = ({ inputs: [x] }: { inputs: readonly Tensor[] }, [d]: readonly (Tensor | undefined)[]): Tensor[] => [
  mul(mul(d!, x!), 2),
];
const wrong: typeof right = ({ inputs: [x] }, [d]) => [mul(d!, x!)];

describe('checkGradients', () => {
  withRuntime();

  it('is content with right gradients and says how close they are', () => {
    tidy(() => {
      const { error } = checkGradients(
        (x, y) => mul(exp(x), sin(mul(x, y))),
        [tensor([0.3, -1.2]), tensor([[1], [2]])],
      );
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(2e-3);
      expect(checkGradients(squareWith({ vjp: right, jvp: right }), [tensor([1, 2])]).error).toBeLessThan(1e-3);
    });
  });

  it('finds a wrong vjp', () => {
    tidy(() => {
      const x = tensor([3, -2]);
      expect(() => checkGradients(squareWith({ vjp: wrong, jvp: wrong }), [x])).toThrow(
        /checkGradients: expected the gradient of input 0, element 0 within 0.01 of .*, got/,
      );
    });
  });

  it('finds a wrong jvp beside a right vjp', () => {
    tidy(() => {
      const x = tensor([3, -2]);
      expect(() => checkGradients(squareWith({ vjp: right, jvp: wrong }), [x])).toThrow(/the jvp along a direction/);
    });
  });

  it('finds a gradient that is wrong in one input or element only, or NaN', () => {
    tidy(() => {
      const skewed = squareWith({ vjp: ({ inputs: [x] }, [d]) => [mul(mul(d!, x!), tensor([2, 2.1]))], jvp: right });
      expect(() => checkGradients((a, b) => mul(a, skewed(b)), [tensor([1, 2]), tensor([1, 1])])).toThrow();
      const nan = squareWith({ vjp: (_, [d]) => [mul(d!, NaN)], jvp: (_, [d]) => [mul(d!, NaN)] });
      expect(() => checkGradients(nan, [tensor([1])])).toThrow(/NaN/);
    });
  });

  it('measures against the tolerance given', () => {
    tidy(() => {
      const bit = squareWith({
        vjp: ({ inputs: [x] }, [d]) => [mul(mul(d!, x!), 2.02)],
        jvp: ({ inputs: [x] }, [d]) => [mul(mul(d!, x!), 2.02)],
      });
      expect(checkGradients(bit, [tensor([1])], { tolerance: 0.1 }).error).toBeGreaterThan(1e-3);
      expect(() => checkGradients(bit, [tensor([1])], { tolerance: 1e-3 })).toThrow();
      expect(() => checkGradients(relu, [tensor([0.001])], { step: 2 ** -7 })).toThrow();
      expect(checkGradients(relu, [tensor([0.001])], { step: 2 ** -12 }).error).toBeLessThan(1e-2);
    });
  });

  it('checks its arguments', () => {
    tidy(() => {
      expect(() => checkGradients(sin, [tensor([1])], { tolerance: 0 })).toThrow(RangeError);
      // @ts-expect-error the option is misspelt
      expect(() => checkGradients(sin, [tensor([1])], { tolerence: 1 })).toThrow("unknown option 'tolerence'");
      expect(() => checkGradients(sin, [mistyped(tensor(Int32Array.of(1)))])).toThrow(DTypeError);
      expect(() => checkGradients(sin, [])).toThrow(TypeError);
    });
  });
});
