import { callSameSize } from '../../autodiff/linear.js';
import { sizeOf, stridesOf, type Shape } from '../../core/shapes.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { callNamed } from '../../runtime/kernels.js';
import { scoped } from '../../tensors/scope.js';
import { Tensor, type DType } from '../../tensors/tensor.js';

/** A kernel that takes two broadcast operands, of one operation or of several. */
export type BroadcastKernel = typeof kernels.arithmetic;

interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** The output's axes with the stride of every operand, 0 for repetition. Adjacent axes are merged where possible. */
export function mergeAxes(out: Shape, operands: readonly Shape[]): Axis[] {
  const own = operands.map(stridesOf);
  const axes: Axis[] = [];
  out.forEach((size, i) => {
    if (size === 1) return;
    const strides = operands.map((shape, k) => {
      const axis = i - out.length + shape.length;
      return shape[axis] === 1 ? 0 : (own[k]?.[axis] ?? 0);
    });
    const last = axes.at(-1);
    if (last?.strides.every((stride, k) => stride === (strides[k] ?? 0) * size)) {
      axes[axes.length - 1] = { size: last.size * size, strides };
    } else axes.push({ size, strides });
  });
  return axes;
}

/** The last six values of a list, preceded by `filler` if there are fewer. */
function six(values: readonly number[], filler: number): [number, number, number, number, number, number] {
  const at = (i: number): number => values.at(i) ?? filler;
  return [at(-6), at(-5), at(-4), at(-3), at(-2), at(-1)];
}

/** Copies with up to six axes. */
export function copyStrided(
  x: number,
  y: number,
  sizes: readonly number[],
  from: readonly number[],
  to: readonly number[],
): void {
  if (sizeOf(sizes) === 0) return;
  callNamed(kernels.copyStrided, {
    x,
    y,
    sizes: six(sizes, 1),
    xStrides: six(from, 0),
    yStrides: six(to, 0),
    end: sizeOf(sizes.slice(0, -1)),
  });
}

/**
 * x in the given shape: a second handle if x has that shape already, else a broadcast copy. Dispose it in either case.
 */
export function expanded<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  if (x.size === sizeOf(shape)) return x.alias();
  const y = Tensor.allocate(shape, x.dtype);
  copyBroadcast(x, y);
  return y;
}

/** Writes x, repeated as needed, into y. */
export function copyBroadcast(x: Tensor<DType>, y: Tensor<DType>): void {
  const axes = x.size === 1 ? [{ size: y.size, strides: [0, 1] }] : mergeAxes(y.shape, [x.shape, y.shape]);
  const part = (k: number): number[] => axes.map(({ strides }) => strides[k] ?? 0);
  copyStrided(
    x.pointer(),
    y.pointer(),
    axes.map(({ size }) => size),
    part(0),
    part(1),
  );
}

/** y = kernel(a, b) with NumPy's broadcasting. `operation`: which of the kernel's. */
export function callBroadcast(
  kernel: BroadcastKernel,
  operation: number,
  a: Tensor<DType>,
  b: Tensor<DType>,
  y: Tensor<DType>,
): void {
  const n = y.size;
  if (n === 0) return;
  if (a.size === n && b.size === n) {
    callSameSize(kernel, operation, a, b, y); // without computing strides
    return;
  }
  const axes = mergeAxes(y.shape, [a.shape, b.shape]);
  if (axes.length > 3) {
    // More axes than the kernel has are rare: broadcast both operands to full size and try again.
    scoped(() => callBroadcast(kernel, operation, expanded(a, y.shape), expanded(b, y.shape), y));
    return;
  }
  const size = (i: number): number => axes.at(i)?.size ?? 1;
  const stride = (i: number, operand: number): number => axes.at(i)?.strides[operand] ?? 0;
  callNamed(kernel, {
    operation,
    a: a.pointer(),
    b: b.pointer(),
    y: y.pointer(),
    sizes: [size(-3), size(-2), size(-1)],
    aStrides: [stride(-3, 0), stride(-2, 0), stride(-1, 0)],
    bStrides: [stride(-3, 1), stride(-2, 1), stride(-1, 1)],
    end: n,
  });
}
