// The few linear operations that differentiation itself needs: a new id for a value, the sum of two cotangents, and
// stacking rows (Jacobians). Broadcasting versions are in src/ops.
import { sizeOf, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { ADD } from '../runtime/generated/layout.js';
import { call, callNamed } from '../runtime/kernels.js';
import { zeros } from '../tensors/creation.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { applyOne, type Maybe, type Op, type SameTypeOp } from './op.js';

const identityOp: SameTypeOp<undefined> = {
  name: 'identity',
  infer: ([x]) => (x ? [x] : []),
  rules: {
    vjp: (_, [cotangent]) => [cotangent],
    jvp: (_, [tangent]) => [tangent],
    saves: { inputs: false },
  },
};

/** The same value with a new id, so that a transformation can tell its input from the caller's tensor. */
export function identity<D extends DType>(x: Tensor<D>): Tensor<D> {
  return applyOne(identityOp, [x], undefined);
}

/** Strides of three axes when the last one has all elements. */
const ONE_RUN = [0, 0, 1] as const;

/** y = kernel(a, b) for tensors of one size, without broadcasting. */
export function callSameSize(
  kernel: typeof kernels.arithmetic,
  operation: number,
  a: Tensor<DType>,
  b: Tensor<DType>,
  y: Tensor<DType>,
): void {
  const n = y.size;
  callNamed(kernel, {
    operation,
    a: a.pointer(),
    b: b.pointer(),
    y: y.pointer(),
    sizes: [1, 1, n],
    aStrides: ONE_RUN,
    bStrides: ONE_RUN,
    end: n,
  });
}

const addOp: Op<undefined> = {
  name: 'addCotangents',
  infer: ([a]) => (a ? [a] : []),
  forward: ([a, b], [y]) => {
    if (a && b && y) callSameSize(kernels.arithmetic, ADD, a, b, y);
  },
  rules: {
    vjp: (_, [cotangent]) => [cotangent, cotangent],
    jvp: (_, [a, b]) => [addMaybe(a, b)],
    saves: { inputs: false },
  },
};

/** a + b of equal shapes. */
export function addSame(a: Tensor, b: Tensor): Tensor {
  return applyOne(addOp, [a, b], undefined);
}

/** The sum of two tangents or cotangents; `undefined` is zero. */
export function addMaybe(a: Maybe, b: Maybe): Maybe {
  if (!a || !b) return a ?? b;
  return addSame(a, b);
}

const reshapeOp: SameTypeOp<Shape> = {
  name: 'reshape',
  infer: ([x], shape) => (x ? [{ shape, dtype: x.dtype }] : []),
  rules: {
    vjp: ({ inputs: [x] }, [cotangent]) => [x && cotangent && viewAs(cotangent, x.shape)],
    jvp: ({ attributes }, [tangent]) => [tangent && viewAs(tangent, attributes)],
    saves: { inputs: false },
  },
};

/** The same elements under another shape of equal size; memory is shared. */
export function viewAs<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  return applyOne(reshapeOp, [x], shape);
}

/** Writes the transpose of the matrix x into y. */
export function copyTransposed(x: Tensor, y: Tensor): void {
  const [rows = 0, columns = 0] = x.shape;
  callNamed(kernels.copyStrided, {
    x: x.pointer(),
    y: y.pointer(),
    sizes: [1, 1, 1, 1, columns, rows],
    xStrides: [0, 0, 0, 0, 1, columns],
    yStrides: [0, 0, 0, 0, rows, 1],
    end: columns,
  });
}

const flipOp: Op<undefined> = {
  name: 'flipMatrix',
  infer: ([x]) => (x ? [{ shape: [...x.shape].reverse(), dtype: x.dtype }] : []),
  forward: ([x], [y]) => {
    if (x && y) copyTransposed(x, y);
  },
  rules: {
    vjp: (_, [cotangent]) => [cotangent && flipMatrix(cotangent)],
    jvp: (_, [tangent]) => [tangent && flipMatrix(tangent)],
    saves: { inputs: false },
  },
};

/** The transpose of a matrix. */
export function flipMatrix(x: Tensor): Tensor {
  return applyOne(flipOp, [x], undefined);
}

interface RowAttributes {
  readonly row: number;
  readonly rows: number;
}

const rowShape = (x: Tensor): Shape => x.shape.slice(1);

const takeRowOp: Op<RowAttributes> = {
  name: 'takeRow',
  infer: ([x]) => (x ? [{ shape: rowShape(x), dtype: x.dtype }] : []),
  forward: ([x], [y], { row }) => {
    if (x && y) call(kernels.copyBytes, x.pointer() + 4 * row * y.size, y.pointer(), 4 * y.size);
  },
  rules: {
    vjp: ({ attributes }, [cotangent]) => [cotangent && placeRow(cotangent, attributes)],
    jvp: ({ attributes }, [tangent]) => [tangent && takeRow(tangent, attributes)],
    saves: { inputs: false },
  },
};

const placeRowOp: Op<RowAttributes> = {
  name: 'placeRow',
  infer: ([x], { rows }) => (x ? [{ shape: [rows, ...x.shape], dtype: x.dtype }] : []),
  forward: ([x], [y], { row }) => {
    if (!x || !y) return;
    call(kernels.fill, y.pointer(), 0, 0, y.size);
    call(kernels.copyBytes, x.pointer(), y.pointer() + 4 * row * x.size, 4 * x.size);
  },
  rules: {
    vjp: ({ attributes }, [cotangent]) => [cotangent && takeRow(cotangent, attributes)],
    jvp: ({ attributes }, [tangent]) => [tangent && placeRow(tangent, attributes)],
    saves: { inputs: false },
  },
};

function takeRow(x: Tensor, attributes: RowAttributes): Tensor {
  return applyOne(takeRowOp, [x], attributes);
}

function placeRow(x: Tensor, attributes: RowAttributes): Tensor {
  return applyOne(placeRowOp, [x], attributes);
}

const stackRowsOp: Op<Shape> = {
  name: 'stackRows',
  infer: (rows, shape) => [{ shape: [rows.length, ...shape], dtype: 'f32' }],
  forward: (rows, [y], shape) => {
    const step = sizeOf(shape);
    rows.forEach((row, i) => {
      if (y) call(kernels.copyBytes, row.pointer(), y.pointer() + 4 * i * step, 4 * step);
    });
  },
  rules: {
    vjp: ({ inputs }, [cotangent]) =>
      inputs.map((_, row) => cotangent && takeRow(cotangent, { row, rows: inputs.length })),
    jvp: ({ inputs, attributes }, tangents) => [
      stackRows(
        inputs.map((_, i) => tangents[i] ?? zeros(attributes)),
        attributes,
      ),
    ],
    saves: { inputs: false },
  },
};

/** Stacks tensors of one shape along a new leading axis. */
export function stackRows(rows: readonly Tensor[], shape: Shape): Tensor {
  return applyOne(stackRowsOp, rows, shape);
}
