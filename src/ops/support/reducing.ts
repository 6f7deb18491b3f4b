import * as kernels from '../../runtime/generated/kernels.js';
import { call } from '../../runtime/kernels.js';
import { sizeOf, type Shape } from '../../core/shapes.js';
import { scoped } from '../../tensors/scope.js';
import { Tensor, type DType } from '../../tensors/tensor.js';

/** A kernel of sums has another argument, the factor of the result. */
export type ReduceKernel = typeof kernels.sumReduce | typeof kernels.maxReduce;

const isSum = (kernel: ReduceKernel): kernel is typeof kernels.sumReduce => kernel === kernels.sumReduce;

/** x as [outer, length, inner], where `length` covers a run of adjacent axes. */
export interface Run {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The run of axes `first..last`. */
export function runOf(shape: Shape, first: number, last: number): Run {
  return {
    outer: sizeOf(shape.slice(0, first)),
    length: sizeOf(shape.slice(first, last + 1)),
    inner: sizeOf(shape.slice(last + 1)),
  };
}

function callReduce(kernel: ReduceKernel, x: number, y: number, { outer, length, inner }: Run, scale: number): void {
  const end = outer * inner;
  if (isSum(kernel)) call(kernel, x, y, outer, length, inner, scale, 0, end);
  else call(kernel, x, y, outer, length, inner, 0, end);
}

/**
 * Reduces x over `axes`, which are in order, into y: one pass for each run of adjacent axes, the innermost first. A sum is
 * multiplied by `scale`.
 */
export function reduceAxes(
  kernel: ReduceKernel,
  x: Tensor<DType>,
  y: Tensor<DType>,
  axes: readonly number[],
  scale = 1,
): void {
  if (axes.length === 0) {
    if (scale === 1) call(kernels.copyBytes, x.pointer(), y.pointer(), 4 * x.size);
    else call(kernels.scaleMap, x.pointer(), y.pointer(), scale, 0, 0, x.size);
    return;
  }
  if (axes.length === x.shape.length) {
    callReduce(kernel, x.pointer(), y.pointer(), { outer: 1, length: x.size, inner: 1 }, scale);
    return;
  }
  scoped(() => {
    let source = x;
    let { shape } = x;
    for (let i = axes.length; i > 0;) {
      const last = axes[--i] ?? 0;
      let first = last;
      for (; axes[i - 1] === first - 1; i--) first--;
      const run = runOf(shape, first, last);
      shape = shape.map((size, axis) => (axis >= first && axis <= last ? 1 : size));
      const target = i > 0 ? Tensor.allocate(shape, y.dtype) : y;
      callReduce(kernel, source.pointer(), target.pointer(), run, i > 0 ? 1 : scale);
      source = target;
    }
  });
}
