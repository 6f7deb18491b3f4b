// Triangular systems, of which the derivatives of factorisations consist.
import { addMaybe } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import { matmul } from '../ops/matmul.js';
import { neg } from '../ops/neg.js';
import { nth, only } from '../ops/support/arguments.js';
import { tril, triu } from '../ops/triangle.js';
import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { callForEach, from, paddedRow, sizesOf } from './matrices.js';

interface Triangle {
  /** The triangle that is read, the other one counts as 0. */
  readonly upper: boolean;
  /** Whether to solve with its transpose. */
  readonly transposed: boolean;
}

const masked = (t: Tensor, { upper }: Triangle): Tensor => (upper ? triu(t) : tril(t));

// x = op(T)^-1 b:  dx = op(T)^-1 (db - op(dT) x)
const triangularOp: Op<Triangle> = {
  name: 'solveTriangular',
  infer: (inputs) => [{ shape: nth(inputs, 1).shape, dtype: 'f32' }],
  forward: (inputs, outputs, { upper, transposed }) => {
    const [t, b, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    const { units, m: width, n: features } = sizesOf(b);
    if (y.size === 0) return;
    const flags = { upper: Number(upper), transposed: Number(transposed) };
    callForEach(units, width * (paddedRow(width) + paddedRow(features)), (scratch, begin, end) => {
      callNamed(kernels.solveTriangular, {
        t: from(t, begin),
        b: from(b, begin),
        y: from(y, begin),
        scratch,
        ...flags,
        width,
        features,
        end: end - begin,
      });
    });
  },
  rules: {
    vjp: ({ inputs, outputs, attributes, needs }, [g]) => {
      if (!g) return [];
      const [t, x] = [nth(inputs, 0), only(outputs)];
      const { transposed } = attributes;
      const h = solveTriangular(t, g, { ...attributes, transposed: !transposed });
      const [left, right] = transposed ? [x, h] : [h, x];
      return [needs[0] ? neg(masked(matmul(left, right, { transposeB: true }), attributes)) : undefined, h];
    },
    jvp: ({ inputs, outputs, attributes }, [dt, db]) => {
      const [t, x] = [nth(inputs, 0), only(outputs)];
      const moved = dt && neg(matmul(masked(dt, attributes), x, { transposeA: attributes.transposed }));
      const total = addMaybe(db, moved);
      return [total && solveTriangular(t, total, attributes)];
    },
    saves: { inputs: true, outputs: true },
  },
};

/** op(T)^-1 b for triangular T [..., n, n] and b [..., n, k] with the same leading axes. */
export function solveTriangular(t: Tensor, b: Tensor, triangle: Triangle): Tensor {
  return applyOne(triangularOp, [t, b], triangle);
}
