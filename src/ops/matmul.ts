import { flag, knownOptions } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { broadcastShapes, checkShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { multiply } from './product.js';
import { nth, only } from './support/arguments.js';
import { mergeAxes } from './support/broadcasting.js';
import { bilinear } from './support/constructors.js';
import { callGemm, callGemmBatched, productSizes, type ProductSizes, type TransposeFlags } from './support/gemm.js';
import { checkDType, checkTensor } from './support/operands.js';

export interface MatmulOptions {
  /** Use the transpose of the last two axes of `a`. Default false. */
  readonly transposeA?: boolean | undefined;
  /** Use the transpose of the last two axes of `b`. Default false. */
  readonly transposeB?: boolean | undefined;
}

const PLAIN: TransposeFlags = { transposeA: false, transposeB: false };

const lead = (shape: Shape): Shape => shape.slice(0, -2);

/** Sizes of the product of two shapes of rank >= 2; throws when the inner sizes differ. */
function checkSizes(a: Shape, b: Shape, flags: TransposeFlags): ProductSizes {
  const { transposeA, transposeB } = flags;
  const sizes = productSizes(a, b, flags);
  if (b.at(transposeB ? -1 : -2) !== sizes.k) {
    const how = transposeA || transposeB ? ` with transposeA ${transposeA}, transposeB ${transposeB}` : '';
    throw new ShapeError(`matmul: expected inner sizes that agree, got ${shapeText(a)} and ${shapeText(b)}${how}`);
  }
  return sizes;
}

/** The product of tensors of rank >= 2, of which at least one has leading axes. */
const matmulOp: Op<TransposeFlags> = bilinear<TransposeFlags>({
  name: 'matmul',
  infer: (inputs, flags) => {
    const [a, b] = [nth(inputs, 0).shape, nth(inputs, 1).shape];
    const { m, n } = productSizes(a, b, flags);
    return [{ shape: checkShape('matmul', [...broadcastShapes('matmul', lead(a), lead(b)), m, n]), dtype: 'f32' }];
  },
  forward: (inputs, outputs, flags) => {
    multiplyAll(nth(inputs, 0), nth(inputs, 1), only(outputs), flags);
  },
  left: (dc, a, b, { transposeA, transposeB }) => {
    const da = transposeA
      ? product(b, dc, { transposeA: transposeB, transposeB: true })
      : product(dc, b, { transposeA: false, transposeB: !transposeB });
    return sumTo(da, a.shape);
  },
  right: (dc, a, b, { transposeA, transposeB }) => {
    const db = transposeB
      ? product(dc, a, { transposeA: true, transposeB: transposeA })
      : product(a, dc, { transposeA: !transposeA, transposeB: false });
    return sumTo(db, b.shape);
  },
});

/** Multiplies entry by entry; one call covers as many entries as lie at equal distances. */
function multiplyAll(a: Tensor, b: Tensor, c: Tensor, flags: TransposeFlags): void {
  if (c.size === 0) return;
  const sizes = productSizes(a.shape, b.shape, flags);
  const { m, n, k } = sizes;
  const axes = mergeAxes(lead(c.shape), [lead(a.shape), lead(b.shape)]);
  const [pa, pb, pc] = [a.pointer(), b.pointer(), c.pointer()];
  const last = axes.at(-1);
  if (!last) {
    callGemm(pa, pb, pc, sizes, flags);
    return;
  }
  let done = 0;
  const walk = (axis: number, entryA: number, entryB: number): void => {
    const { size, strides } = axes[axis] ?? last;
    const [stepA = 0, stepB = 0] = strides;
    if (axis >= axes.length - 1) {
      callGemmBatched(
        pa + 4 * entryA * m * k,
        stepA,
        pb + 4 * entryB * k * n,
        stepB,
        pc + 4 * done * m * n,
        sizes,
        flags,
        size,
      );
      done += size;
      return;
    }
    for (let i = 0; i < size; i++) walk(axis + 1, entryA + i * stepA, entryB + i * stepB);
  };
  walk(0, 0, 0);
}

/** The product of tensors of rank >= 2. With a single right matrix, the rows of all entries are one product. */
function product(a: Tensor, b: Tensor, flags: TransposeFlags): Tensor {
  const { m, n, k } = checkSizes(a.shape, b.shape, flags);
  const { transposeA, transposeB } = flags;
  if (a.shape.length === 2 && b.shape.length === 2) return multiply(a, b, transposeA, transposeB);
  if (transposeA || b.shape.length > a.shape.length || sizeOf(lead(b.shape)) !== 1)
    return applyOne(matmulOp, [a, b], flags);
  const entries = lead(a.shape);
  return scoped(
    () => {
      const tall = viewAs(a, [sizeOf(entries) * m, k]);
      const matrix = b.shape.length === 2 ? b : viewAs(b, b.shape.slice(-2));
      return viewAs(multiply(tall, matrix, false, transposeB), [...entries, m, n]);
    },
    (y) => [y],
  );
}

/** A vector as a matrix of one row or column; `shapeOut` removes that axis again. */
function vectorProduct(a: Tensor, b: Tensor, flags: TransposeFlags): Tensor {
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new ShapeError(
      `matmul: expected at least one axis each, got ${shapeText(a.shape)} and ${shapeText(b.shape)}`,
    );
  }
  const row = a.shape.length === 1;
  const column = b.shape.length === 1;
  if ((row && flags.transposeA) || (column && flags.transposeB)) {
    throw new ShapeError(
      `matmul: expected two axes or more to transpose, got ${shapeText(a.shape)} and ${shapeText(b.shape)}`,
    );
  }
  const shapeA = row ? [1, ...a.shape] : a.shape;
  const shapeB = column ? [...b.shape, 1] : b.shape;
  const { m, n } = checkSizes(shapeA, shapeB, flags);
  const batch = broadcastShapes('matmul', lead(shapeA), lead(shapeB));
  const out = [...batch, ...(row ? [] : [m]), ...(column ? [] : [n])];
  return scoped(
    () => viewAs(product(row ? viewAs(a, shapeA) : a, column ? viewAs(b, shapeB) : b, flags), out),
    (y) => [y],
  );
}

function checkFlags(options: MatmulOptions): TransposeFlags {
  const { transposeA = false, transposeB = false } = knownOptions('matmul', options, ['transposeA', 'transposeB']);
  return { transposeA: flag('matmul', 'transposeA', transposeA), transposeB: flag('matmul', 'transposeB', transposeB) };
}

/**
 * Matrix product `c[i, j] = sum_p a[i, p] b[p, j]` over the last two axes; leading axes broadcast.
 * A vector counts as a row on the left and as a column on the right, and its axis is left out of the result (NumPy).
 *
 * @param a [..., m, k], or [..., k, m] with `transposeA`
 * @param b [..., k, n], or [..., n, k] with `transposeB`
 * @returns [..., m, n]
 * @throws ShapeError, DTypeError, DisposedError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, matmul, tensor } from 'wasmgrad';
 * await init();
 * const a = tensor([[1, 2], [3, 4]]);
 * console.log(matmul(a, a).toArray()); // [[7, 10], [15, 22]]
 * console.log(matmul(a, a, { transposeB: true }).toArray()); // [[5, 11], [11, 25]]
 * ```
 */
export function matmul(a: Tensor, b: Tensor, options?: MatmulOptions): Tensor {
  const flags = options === undefined ? PLAIN : checkFlags(options);
  checkDType('matmul', checkTensor('matmul', a), 'f32');
  checkDType('matmul', checkTensor('matmul', b), 'f32');
  return a.shape.length < 2 || b.shape.length < 2 ? vectorProduct(a, b, flags) : product(a, b, flags);
}
