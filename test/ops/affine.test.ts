import { describe, expect, it } from 'vitest';
import { grad } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { affine, type AffineActivation } from '../../src/ops/affine.js';
import { leakyRelu } from '../../src/ops/leakyRelu.js';
import { matmul } from '../../src/ops/matmul.js';
import { mul } from '../../src/ops/mul.js';
import { relu } from '../../src/ops/relu.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { square } from '../../src/ops/square.js';
import { sum } from '../../src/ops/sum.js';
import { tanh } from '../../src/ops/tanh.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const unfused: Record<AffineActivation, (z: Tensor) => Tensor> = {
  linear: (z) => z,
  relu,
  sigmoid,
  tanh,
  leakyRelu: (z) => leakyRelu(z, 0.3),
};
const activations = ['linear', 'relu', 'sigmoid', 'tanh', 'leakyRelu'] as const;

describe.each(activations)('affine with %s', (activation) => {
  const fused = (x: Tensor, w: Tensor, b: Tensor): Tensor => affine(x, w, b, activation, 0.3);
  const apart = (x: Tensor, w: Tensor, b: Tensor): Tensor => unfused[activation](add(matmul(x, w), b));
  const inputs = (): Tensor[] => [
    tensor(numbers(64 * 33, 1), [64, 33]),
    tensor(numbers(33 * 17, 2, -0.3, 0.3), [33, 17]),
    tensor(numbers(17, 3), [17]),
  ];

  it('has the bits of product, sum and activation one after the other', () => {
    tidy(() => {
      const [x, w, b] = inputs();
      expect(bitPatterns(fused(x!, w!, b!).data())).toEqual(bitPatterns(apart(x!, w!, b!).data()));
    });
  });

  it('has their derivatives: reverse, forward, second order', () => {
    tidy(() => {
      const points = inputs();
      const directions = points.map((x, i) => tensor(numbers(x.size, 7 + i), x.shape));
      const first = (f: typeof fused) => grad((xs: readonly Tensor[]) => sum(square(f(xs[0]!, xs[1]!, xs[2]!))));
      const second = (f: typeof fused) =>
        grad((xs: readonly Tensor[]) =>
          first(f)(xs)
            .map((gradient, i) => sum(mul(gradient, directions[i]!)))
            .reduce((a, b) => add(a, b)),
        );
      for (const order of [first, second]) {
        const [ours, theirs] = [order(fused)(points), order(apart)(points)];
        ours.forEach((gradient, i) => {
          expectClose(gradient.data(), theirs[i]!.data(), 1e-4);
        });
      }
      const along = (f: typeof fused) => jvp((x, w, b) => f(x, w, b), points, directions)[1].data();
      expectClose(along(fused), along(apart), 2e-5);
    });
  });
});

it('checks shapes, types and options', () => {
  tidy(() => {
    const [x, w, b] = [zeros([2, 3]), zeros([3, 4]), zeros([4])];
    expect(() => affine(zeros([2, 2]), w)).toThrow('affine: expected input [..., 3] for kernel [3, 4], got [2, 2]');
    expect(() => affine(x, b)).toThrow(new ShapeError('affine: expected kernel [in, out], got [4]'));
    expect(() => affine(x, w, zeros([3]))).toThrow('affine: expected bias [4]');
    expect(() => affine(wrong(tensor([[1, 2, 3]], [1, 3], 'i32')), w)).toThrow(
      new DTypeError('affine: expected f32, got i32 of shape [1, 3]'),
    );
    for (const none of [null, NaN, 0, '', false])
      expect(() => affine(x, w, wrong(none))).toThrow(
        new TypeError(`affine: expected a tensor, got ${none === '' ? "''" : none}`),
      );
    // @ts-expect-error no such activation
    expect(() => affine(x, w, b, 'cube')).toThrow(
      typed(RangeError, /^affine: expected activation to be one of .*, got 'cube'$/),
    );
    expect(() => affine(x, w, b, 'leakyRelu', -1)).toThrow(
      new RangeError('affine: expected slope to be a finite number >= 0, got -1'),
    );
  });
});
