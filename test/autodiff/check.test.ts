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
import { typed } from '../support/typed.js';

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
        typed(
          RangeError,
          /^checkGradients: expected the gradient of input 0, element 0 within 0\.01 of 1\.41\d+, got 0\.70\d+$/,
        ),
      );
    });
  });

  it('finds a wrong jvp beside a right vjp', () => {
    tidy(() => {
      const x = tensor([3, -2]);
      expect(() => checkGradients(squareWith({ vjp: right, jvp: wrong }), [x])).toThrow(
        typed(RangeError, /^checkGradients: expected the jvp along a direction within 0\.01 of -?\d\S*, got -?\d\S*$/),
      );
    });
  });

  it('finds a gradient that is wrong in one input or element only, or NaN', () => {
    tidy(() => {
      const skewed = squareWith({ vjp: ({ inputs: [x] }, [d]) => [mul(mul(d!, x!), tensor([2, 2.1]))], jvp: right });
      expect(() => checkGradients((a, b) => mul(a, skewed(b)), [tensor([1, 2]), tensor([1, 1])])).toThrow(
        typed(
          RangeError,
          /^checkGradients: expected the (jvp along a direction|gradient of input 1, element 1) within 0\.01 of -?\d\S*, got -?\d\S*$/,
        ),
      );
      const nan = squareWith({ vjp: (_, [d]) => [mul(d!, NaN)], jvp: (_, [d]) => [mul(d!, NaN)] });
      expect(() => checkGradients(nan, [tensor([1])])).toThrow(
        new RangeError('checkGradients: expected the jvp along a direction within 0.01 of NaN, got NaN'),
      );
    });
  });

  it('measures against the tolerance given', () => {
    tidy(() => {
      const bit = squareWith({
        vjp: ({ inputs: [x] }, [d]) => [mul(mul(d!, x!), 2.02)],
        jvp: ({ inputs: [x] }, [d]) => [mul(mul(d!, x!), 2.02)],
      });
      expect(checkGradients(bit, [tensor([1])], { tolerance: 0.1 }).error).toBeGreaterThan(1e-3);
      expect(() => checkGradients(bit, [tensor([1])], { tolerance: 1e-3 })).toThrow(
        typed(
          RangeError,
          /^checkGradients: expected the gradient of input 0, element 0 within 0\.001 of 0\.472\d+, got 0\.476\d+$/,
        ),
      );
      expect(() => checkGradients(relu, [tensor([0.001])], { step: 2 ** -7 })).toThrow(
        typed(
          RangeError,
          /^checkGradients: expected the gradient of input 0, element 0 within 0\.01 of 0\.13\d+, got 0\.23\d+$/,
        ),
      );
      expect(checkGradients(relu, [tensor([0.001])], { step: 2 ** -12 }).error).toBeLessThan(1e-2);
    });
  });

  it('checks its arguments', () => {
    tidy(() => {
      expect(() => checkGradients(sin, [tensor([1])], { tolerance: 0 })).toThrow(
        new RangeError('checkGradients: expected tolerance to be a finite number > 0, got 0'),
      );
      // @ts-expect-error the option is misspelt
      expect(() => checkGradients(sin, [tensor([1])], { tolerence: 1 })).toThrow("unknown option 'tolerence'");
      expect(() => checkGradients(sin, [mistyped(tensor(Int32Array.of(1)))])).toThrow(
        new DTypeError('checkGradients: expected f32 tensors to differentiate by, got i32 of shape [1]'),
      );
      expect(() => checkGradients(sin, [])).toThrow(
        new TypeError('checkGradients: expected at least one input to differentiate by, got []'),
      );
    });
  });
});
