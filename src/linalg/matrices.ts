// Batches of matrices [..., m, n], as the factorisations share them.
import { refuse, ShapeError } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { abs } from '../ops/abs.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { expandDims } from '../ops/expandDims.js';
import { lessEqual } from '../ops/lessEqual.js';
import { max } from '../ops/max.js';
import { maximum } from '../ops/maximum.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import { withScratch } from '../ops/support/scratch.js';
import { transpose } from '../ops/transpose.js';
import { tril } from '../ops/triangle.js';
import { where } from '../ops/where.js';
import { UNIT_BYTES } from '../runtime/generated/layout.js';
import { eye } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';

/** Sizes of a batch: axes before the matrices, their number, rows and columns. */
export interface Sizes {
  readonly lead: Shape;
  readonly units: number;
  readonly m: number;
  readonly n: number;
}

/** The sizes of a shape of at least two axes. */
export function sizesOf({ shape }: Tensor): Sizes {
  const lead = shape.slice(0, -2);
  const [m = 0, n = 0] = shape.slice(-2);
  return { lead, units: sizeOf(lead), m, n };
}

/** Checks for f32 matrices. */
export function checkMatrices(name: string, a: Tensor): Tensor {
  const { shape } = checkDType(name, checkTensor(name, a), 'f32');
  if (shape.length < 2) refuse(ShapeError, name, 'matrices [..., m, n]', shape);
  return a;
}

/** Checks for f32 square matrices. */
export function checkSquare(name: string, a: Tensor): Tensor {
  const { shape } = checkDType(name, checkTensor(name, a), 'f32');
  if (shape.length < 2 || shape.at(-1) !== shape.at(-2)) refuse(ShapeError, name, 'square matrices [..., n, n]', shape);
  return a;
}

/** Doubles in a row of `n` that kernels work on. */
export const paddedRow = (n: number): number => 2 * Math.ceil(n / 2);

/**
 * Calls a kernel for a batch of matrices, each of which takes `doubles` of scratch memory. Small ones find it in the
 * workspace of the thread and are divided among threads; large ones come one after the other and share it.
 */
export function callForEach(
  units: number,
  doubles: number,
  run: (scratch: number, begin: number, end: number) => void,
): void {
  if (units === 0) return;
  if (8 * doubles <= UNIT_BYTES) {
    run(0, 0, units);
    return;
  }
  withScratch([doubles, 2], (scratch) => {
    for (let unit = 0; unit < units; unit++) run(scratch.pointer(), unit, unit + 1);
  });
}

/** Where the matrices of a batch begin from one of them on. */
export const from = (batch: Tensor, unit: number): number => batch.pointer() + 4 * unit * sizeOf(batch.shape.slice(-2));

/** The transposes of matrices. */
export function flip(x: Tensor): Tensor {
  const last = x.shape.length - 1;
  return transpose(
    x,
    x.shape.map((_, i) => (i < last - 1 ? i : 2 * last - 1 - i)),
  );
}

/** The lower triangle, with half of the diagonal. */
export function halfLower(x: Tensor): Tensor {
  return mul(tril(x), sub(1, mul(0.5, eye(x.shape.at(-1) ?? 0))));
}

/** The symmetric matrix that has the lower triangle of x. */
export function mirrored(x: Tensor): Tensor {
  return add(tril(x), flip(tril(x, -1)));
}

/**
 * The cotangent of the lower triangle, from that of the whole symmetric matrix: elements off the diagonal stand for two.
 */
export function folded(x: Tensor): Tensor {
  return halfLower(add(x, flip(x)));
}

/** 1 / x, and 0 where |x| is at most the tolerance. */
export function reciprocalOrZero(x: Tensor, tolerance: Tensor): Tensor {
  const isZero = lessEqual(abs(x), tolerance);
  return where(isZero, 0, div(1, where(isZero, 1, x)));
}

/** Rounding errors that factorisations in f64 leave of a value that should be 0, beside the largest one. */
export function noiseOf(values: Tensor): Tensor {
  return mul(2 ** -42, max(abs(values), { axis: -1, keepDims: true }));
}

/**
 * [i, j]: 1 / (v_j - v_i) for values [..., n], and 0 where they are equal to f32 rounding. `sign` -1 adds instead.
 */
export function reciprocalGaps(values: Tensor, sign: 1 | -1 = 1): Tensor {
  const across = expandDims(values, -2);
  const down = expandDims(values, -1);
  const size = mul(2 ** -22, maximum(abs(across), abs(down)));
  const tolerance = add(size, expandDims(noiseOf(values), -1));
  return reciprocalOrZero(sign === 1 ? sub(across, down) : add(across, down), tolerance);
}
